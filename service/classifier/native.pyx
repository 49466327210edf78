# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False, cdivision=True
"""The native form of weighing.Weigher: the same sums, from the flat tables, with the lock let go while it reads.

Memory-safe on any input: whatever is read or written by a place goes through a view that checks its bounds.
No word, cue or rule stands here; they come from `flat.flatten`.
"""

from libc.math cimport INFINITY, log1p, sqrt
from libc.stdint cimport int32_t, uint8_t, uint64_t
from libc.string cimport memcmp

import numpy as np

from service.classifier import forms, signs
from service.classifier.flat import flatten
from service.classifier.weights import Weighed
from service.classifier.words import split

INTERFACE = 1

cdef int WHOLE = 0
cdef int STEM = 1

include "native_text.pxi"


cdef fused Weight:
    const float
    const double


cdef inline int add_row(double* out, Weight* weights, Py_ssize_t width, double value) noexcept nogil:
    """Add a row of `width` weights; the sums of `Work` are as wide as the weights, for they are made so."""
    cdef Py_ssize_t k
    for k in range(width):
        out[k] += value * weights[k]
    return 0


cdef class Work:
    """What one call writes: of each text its sums and what remains to be looked up, and the words of one text."""

    cdef uint8_t[::1] tokens
    cdef int32_t[::1] starts, ends
    cdef uint64_t[::1] begun
    cdef double[:, ::1] terms, words, signs
    cdef double[::1] capitals
    cdef int32_t[::1] number, held, order, first_start, first_end, second_end
    cdef uint8_t[::1] claims
    cdef int32_t[::1] counts

    def __init__(self, texts, longest, total, n, m, k, families):
        self.tokens = np.empty(2 * total + texts + 1, np.uint8)
        self.starts = np.empty(longest + 1, np.int32)
        self.ends = np.empty(longest + 1, np.int32)
        self.begun = np.empty(longest + 1, np.uint64)
        self.terms, self.words, self.signs = np.zeros((texts, n)), np.zeros((texts, m)), np.zeros((texts, k))
        self.capitals = np.zeros(texts)
        self.number, self.held, self.order = (np.zeros(texts, np.int32) for _ in range(3))
        self.first_start, self.first_end, self.second_end = (np.zeros(texts, np.int32) for _ in range(3))
        self.claims = np.zeros(texts, np.uint8)
        self.counts = np.zeros(families, np.int32)


cdef class NativeWeigher:
    """As weighing.Weigher, and equal to it but for the order in which sums are added up."""

    cdef object rows
    cdef Table words, stems
    cdef const float[:, ::1] term_weights, word_weights
    cdef const double[:, ::1] sign_weights
    cdef const int32_t[::1] records, phrase_starts, rest_starts, rest_places, fits
    cdef const int32_t[::1] need_starts, rule_signs, has_signs, count_signs, within
    cdef const uint8_t[::1] rest_pool, marks
    cdef const uint64_t[::1] alone, bits, needs, lacks, governors, held, order
    cdef int most, length_sign, capitals_sign
    cdef double title_share

    def __init__(self, weights):
        flat = flatten(weights.terms)
        self.rows = {term: row for row, term in enumerate(weights.terms)}
        self.words, self.stems = Table(flat.words), Table(flat.stems)
        self.term_weights, self.word_weights = map(np.ascontiguousarray, (weights.term_weights, weights.word_weights))
        self.sign_weights = np.ascontiguousarray(weights.sign_weights)
        self.records, self.phrase_starts, self.rest_starts = flat.records, flat.phrase_starts, flat.rest_starts
        self.rest_pool, self.rest_places = flat.rests
        self.fits, self.need_starts, self.rule_signs = flat.fits, flat.need_starts, flat.rule_signs
        self.has_signs, self.count_signs, self.within = flat.has_signs, flat.count_signs, flat.within
        self.alone, self.bits, self.needs, self.lacks = flat.alone, flat.bits, flat.needs, flat.lacks
        self.governors, self.held, self.order, self.marks = flat.governors, flat.held, flat.order, flat.marks
        self.most = signs.COUNTED_UP_TO
        self.length_sign, self.capitals_sign = signs.LENGTH, signs.SHARE_OF_CAPITALS
        self.title_share = signs.TITLE_SHARE

    def row(self, term):
        """Give a word's or pair's row of the weights, if it has one."""
        return self.rows.get(term)

    def weigh(self, texts):
        """Add up each folded text; linear in its length."""
        cdef Py_ssize_t t, number = len(texts)
        cdef int32_t[::1] places
        cdef uint8_t[::1] plain = np.empty(number, np.uint8)
        pieces = []
        for t in range(number):
            text = texts[t]
            plain[t] = text.isascii()
            pieces.append(text.encode() if plain[t] else " ".join(split(text)).encode())
        lengths = [len(piece) for piece in pieces]
        places = np.cumsum([0, *lengths], dtype=np.int32)
        cdef const uint8_t[::1] source = np.frombuffer(b"".join(pieces), np.uint8)
        cdef Work work = Work(
            number, max(lengths, default=0), len(source), self.term_weights.shape[1],
            self.word_weights.shape[1], self.sign_weights.shape[1], len(self.has_signs),
        )
        cdef Py_ssize_t at = 0
        with nogil:
            for t in range(number):
                at = self.read(work, t, source, places[t], places[t + 1], plain[t], at)
        tokens = bytes(work.tokens[:at])
        for t in range(number):
            if work.number[t]:
                if not plain[t]:
                    work.capitals[t] = signs.share_of_capitals(texts[t])
                self.look_up(work, t, texts[t], tokens)
        return Weighed(np.asarray(work.terms), np.asarray(work.words), np.asarray(work.signs))

    cdef int look_up(self, Work work, Py_ssize_t t, object text, bytes tokens) except -1:
        """Add the signs that Python tells, most of them from what it remembers."""
        cdef int held = work.held[t]
        first = tokens[work.first_start[t]:work.first_end[t]].decode()
        second = tokens[min(work.first_end[t] + 1, work.second_end[t]):work.second_end[t]].decode()
        asks = signs.asks_how(first, second)
        title = work.capitals[t] > self.title_share
        for found in (
            signs.of_order(work.order[t], held),
            signs.of_beginning(first, asks, asks and bool(work.claims[t])),
            signs.of_forms(forms.of(text), held),
            signs.of_size(work.number[t], title=title, claim=bool(held & 1)),
        ):
            for position in found:
                self.add(work, t, position, 1.0)
        self.add(work, t, self.capitals_sign, work.capitals[t])
        return 0

    cdef int add(self, Work work, Py_ssize_t t, Py_ssize_t position, double value) except -1 nogil:
        return add_row(&work.signs[t, 0], &self.sign_weights[position, 0], self.sign_weights.shape[1], value)

    cdef Py_ssize_t read(self, Work work, Py_ssize_t t, const uint8_t[::1] source, Py_ssize_t start, Py_ssize_t end,
                         bint plain, Py_ssize_t at) except -1 nogil:
        """Read one text's tokens to `work.tokens` from `at`, weigh them, and say where they end."""
        cdef Py_ssize_t number = self.cut(work, source, start, end, plain, at), i, row, record
        cdef uint64_t mask = 0, alone = 0
        cdef double share = 1.0 / sqrt(number if number > 1 else 1)
        if not number:
            return at
        for i in range(number):
            self.weigh_terms(work, t, i, number, share)
        for i in range(number):
            mask |= work.begun[i]
        work.number[t], work.first_start[t], work.first_end[t] = number, work.starts[0], work.ends[0]
        work.second_end[t] = work.ends[1] if number > 1 else work.ends[0]
        for i in range(self.held.shape[0]):
            if mask & self.held[i]:
                work.held[t] |= 1 << i
        work.order[t] = self.ordered(work, number, mask)
        self.weigh_cues(work, t, number, mask)
        self.add(work, t, self.length_sign, log1p(number) / 4)
        if plain:
            work.capitals[t] = capitals(source, start, end)
        return work.ends[number - 1] + 1

    cdef Py_ssize_t cut(self, Work work, const uint8_t[::1] source, Py_ssize_t place, Py_ssize_t end, bint plain,
                        Py_ssize_t at) except -1 nogil:
        """Cut as words.split does: plain text by its rules, what it has cut before at the spaces between."""
        cdef Py_ssize_t number = 0, start, k
        cdef uint8_t code
        cdef uint8_t[::1] tokens = work.tokens
        while place < end:
            start = place
            if not plain:
                while place < end and source[place] != 32:
                    place += 1
            elif is_letter(source[place] | 32):
                place = letters(source, place, end)
                if place + 1 < end and source[place] == 39 and is_letter(source[place + 1] | 32):
                    place = letters(source, place + 1, end)
            elif is_digit(source[place]):
                place = digits(source, place, end)
                while place + 1 < end and source[place] in (44, 46) and is_digit(source[place + 1]):
                    place = digits(source, place + 1, end)
            elif self.marks[source[place]]:
                place += 1
            if place == start:
                place += 1
                continue
            work.starts[number] = at
            for k in range(start, place):
                code = source[k]
                tokens[at] = code | 32 if is_capital(code) else code
                at += 1
            work.ends[number] = at
            tokens[at] = 32
            at += 1
            number += 1
        return number

    cdef int weigh_terms(self, Work work, Py_ssize_t t, Py_ssize_t i, Py_ssize_t number, double share) except -1 nogil:
        """Add what word `i` and its pair with the next weigh; note which cues begin at it."""
        cdef Py_ssize_t length = work.ends[i] - work.starts[i], k, stem, row, pair, found = -1
        cdef const uint8_t* word = stretch(work.tokens, work.starts[i], work.ends[i])
        cdef uint64_t h = hashed(OFFSET, word, length)
        row = self.words.find(h, word, length)
        if 0 <= row < self.word_weights.shape[0]:
            add_row(&work.terms[t, 0], &self.term_weights[row, 0], self.term_weights.shape[1], share)
            add_row(&work.words[t, 0], &self.word_weights[row, 0], self.word_weights.shape[1], share)
        if i + 1 < number:  # the two stand side by side, with one space between
            k = work.ends[i + 1] - work.starts[i]
            word = stretch(work.tokens, work.starts[i], work.ends[i + 1])
            pair = self.words.find(hashed(h, word + length, k - length), word, k)
            if 0 <= pair < self.term_weights.shape[0]:
                add_row(&work.terms[t, 0], &self.term_weights[pair, 0], self.term_weights.shape[1], share)
        if row < 0:
            h = OFFSET
            for k in range(length):
                h = hashed(h, word + k, 1)
                stem = self.stems.find(h, word, k + 1)
                if stem >= 0:
                    found = stem
            row = found + self.words.starts.shape[0] - 1 if found >= 0 else -1
        work.begun[i] = self.begun(work, i, number, self.records[row], t) if row >= 0 else 0
        return 0

    cdef uint64_t begun(self, Work work, Py_ssize_t i, Py_ssize_t number, Py_ssize_t record, Py_ssize_t t) except? 0 nogil:
        """Give the families whose cues begin at word `i`."""
        cdef uint64_t mask = self.alone[record]
        cdef Py_ssize_t phrase, k, word, length, first
        if mask & self.order[0]:
            work.claims[t] = 1
        for phrase in range(self.phrase_starts[record], self.phrase_starts[record + 1]):
            word = i
            for k in range(self.rest_starts[phrase], self.rest_starts[phrase + 1]):
                word += 1
                if word >= number:
                    break
                first = self.rest_places[k]
                length = self.rest_places[k + 1] - first
                if self.fits[k] == WHOLE and work.ends[word] - work.starts[word] != length:
                    break
                if self.fits[k] <= STEM and (
                    work.ends[word] - work.starts[word] < length
                    or memcmp(
                        stretch(self.rest_pool, first, first + length),
                        stretch(work.tokens, work.starts[word], work.ends[word]), length
                    )
                ):
                    break
            else:
                mask |= self.bits[phrase]
        return mask

    cdef int weigh_cues(self, Work work, Py_ssize_t t, Py_ssize_t number, uint64_t mask) except -1 nogil:
        """Add what the cues weigh: each family, how often it comes, and the rules that they meet."""
        cdef Py_ssize_t i, family, rule
        for family in range(self.has_signs.shape[0]):
            work.counts[family] = 0
        for i in range(number):
            if work.begun[i]:
                for family in range(self.has_signs.shape[0]):
                    if work.begun[i] >> family & 1:
                        work.counts[family] += 1
        for family in range(self.has_signs.shape[0]):
            if work.counts[family]:
                self.add(work, t, self.has_signs[family], 1.0)
                self.add(work, t, self.count_signs[family], min(work.counts[family], self.most) / 2.0)
        for rule in range(self.lacks.shape[0]):
            if not mask & self.lacks[rule]:
                for i in range(self.need_starts[rule], self.need_starts[rule + 1]):
                    if not mask & self.needs[i]:
                        break
                else:
                    self.add(work, t, self.rule_signs[rule], 1.0)
        return 0

    cdef int ordered(self, Work work, Py_ssize_t number, uint64_t mask) except -1 nogil:
        """As signs.order."""
        cdef int found = 0, governor, governors = <int>self.governors.shape[0]
        cdef uint64_t claim = self.order[0], effect = self.order[1], about = self.order[2], therapy = self.order[3]
        cdef Py_ssize_t i, first = number, last = -1
        if not mask & claim:
            return 0
        if self.precedes(work, number, effect, about, self.within[governors]):
            found |= 1 << governors
        for governor in range(governors):
            if self.precedes(work, number, self.governors[governor], claim, self.within[governor]):
                found |= 1 << governor
        for i in range(number):
            if first == number and work.begun[i] & therapy:
                first = i
            if work.begun[i] & effect:
                last = i
        return found | 1 << governors + 1 if first < last else found

    cdef bint precedes(self, Work work, Py_ssize_t number, uint64_t first, uint64_t second, double within) except -1 nogil:
        cdef double last = -INFINITY
        cdef Py_ssize_t i
        for i in range(number):
            if work.begun[i] & second and i - last <= within:
                return True
            if work.begun[i] & first:
                last = i
        return False
