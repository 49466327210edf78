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
from service.classifier.flat_forms import flatten_forms
from service.classifier.weights import Weighed
from service.classifier.words import split

INTERFACE = 2

# What is remembered of combinations, and of words with which sentences begin: bounds on memory.
TOLD = 4_096
FIRST_WORDS = 4_096

include "native_text.pxi"
include "native_signs.pxi"
include "native_work.pxi"
include "native_cues.pxi"


cdef class NativeWeigher:
    """As weighing.Weigher, and equal to it but for the order in which sums are added up."""

    cdef object rows
    cdef Table words, stems
    cdef Cues cues
    cdef Forms forms
    cdef Sums told, first_words
    cdef bytes asks
    cdef const float[:, ::1] term_weights, word_weights
    cdef const double[:, ::1] sign_weights
    cdef const int32_t[::1] records, need_starts, rule_signs, has_signs, count_signs
    cdef const uint8_t[::1] marks
    cdef const uint64_t[::1] needs, lacks, held
    cdef int most, length_sign, capitals_sign, longest
    cdef double title_share

    def __init__(self, weights):
        flat = flatten(weights.terms)
        self.rows = {term: row for row, term in enumerate(weights.terms)}
        self.words, self.stems = Table(flat.words), Table(flat.stems)
        self.term_weights, self.word_weights = map(np.ascontiguousarray, (weights.term_weights, weights.word_weights))
        self.sign_weights = np.ascontiguousarray(weights.sign_weights)
        self.cues = Cues(flat)
        self.records, self.need_starts, self.rule_signs = flat.records, flat.need_starts, flat.rule_signs
        self.has_signs, self.count_signs, self.marks = flat.has_signs, flat.count_signs, flat.marks
        self.needs, self.lacks, self.held = flat.needs, flat.lacks, flat.held
        self.most = signs.COUNTED_UP_TO
        self.length_sign, self.capitals_sign = signs.LENGTH, signs.SHARE_OF_CAPITALS
        self.title_share, self.longest, self.asks = signs.TITLE_SHARE, max(signs.LENGTHS), signs.ASKS.encode()
        self.forms = Forms()
        self.told, self.first_words = Sums(self.sign_weights, TOLD), Sums(self.sign_weights, FIRST_WORDS)

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
                self.look_up(work, t, texts[t], tokens, plain[t])
        return Weighed(np.asarray(work.terms), np.asarray(work.words), np.asarray(work.signs))

    cdef int look_up(self, Work work, Py_ssize_t t, object text, bytes tokens, bint plain) except -1:
        """Add the signs that Python tells, most of them from what is remembered."""
        cdef double* out = &work.signs[t, 0]
        cdef Py_ssize_t held = work.held[t], number = work.number[t], bits = self.held.shape[0]
        cdef Py_ssize_t found = work.forms[t], key
        cdef bint title = work.capitals[t] > self.title_share, claim = held & 1
        if not plain:
            found = forms.of(text)
        elif work.possible[t]:
            found |= <Py_ssize_t>forms.of_those(text.strip(), work.possible[t])
        key = (found << bits | held) << 2
        if not self.told.add_known(key, out):
            self.told.add(key, signs.of_forms(found, held), out)
        key = (<Py_ssize_t>work.order[t] << bits | held) << 2 | 1
        if not self.told.add_known(key, out):
            self.told.add(key, signs.of_order(work.order[t], held), out)
        key = ((min(number, self.longest + 1) << 1 | title) << 1 | claim) << 2 | 2
        if not self.told.add_known(key, out):
            self.told.add(key, signs.of_size(number, title=title, claim=claim), out)
        self.add_beginning(work, t, tokens)
        return self.add(work, t, self.capitals_sign, work.capitals[t])

    cdef int add_beginning(self, Work work, Py_ssize_t t, bytes tokens) except -1:
        cdef bytes first = tokens[work.first_start[t]:work.first_end[t]], second, key = first
        cdef double* out = &work.signs[t, 0]
        cdef bint asks = False, claims = False
        if first == self.asks:
            second = tokens[min(work.first_end[t] + 1, work.second_end[t]):work.second_end[t]]
            asks = signs.asks_how(first.decode(), second.decode())
            claims = asks and work.claims[t]
            key = b"%b %d" % (first, asks + claims)  # no word has a space
        if not self.first_words.add_known(key, out):
            self.first_words.add(key, signs.of_beginning(first.decode(), asks, claims), out)
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
        self.find_terms(work, number)
        for i in range(number):
            self.weigh_terms(work, t, i, number, share)
        for i in range(number):
            mask |= work.begun[i]
        work.number[t], work.first_start[t], work.first_end[t] = number, work.starts[0], work.ends[0]
        work.second_end[t] = work.ends[1] if number > 1 else work.ends[0]
        for i in range(self.held.shape[0]):
            if mask & self.held[i]:
                work.held[t] |= 1 << i
        work.order[t] = self.cues.ordered(work, number, mask)
        self.weigh_cues(work, t, number, mask)
        self.add(work, t, self.length_sign, log1p(number) / 4)
        if plain:
            work.capitals[t] = capitals(source, start, end)
            self.forms.read(source, start, end, &work.forms[t], &work.possible[t])
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

    cdef int find_terms(self, Work work, Py_ssize_t number) except -1 nogil:
        """Find the words and the pairs of each with the next, what memory holds of all of them asked for at once."""
        cdef Py_ssize_t i, length, row
        for i in range(number):
            length = work.ends[i] - work.starts[i]
            work.hashes[i] = hashed(OFFSET, stretch(work.tokens, work.starts[i], work.ends[i]), length)
            self.words.ask_for(work.hashes[i])
            if i + 1 < number:  # the two stand side by side, with one space between
                work.pair_hashes[i] = hashed(
                    work.hashes[i], stretch(work.tokens, work.ends[i], work.ends[i + 1]), work.ends[i + 1] - work.ends[i]
                )
                self.words.ask_for(work.pair_hashes[i])
        for i in range(number):
            row = self.words.find(work.hashes[i], stretch(work.tokens, work.starts[i], work.ends[i]),
                                  work.ends[i] - work.starts[i])
            work.rows[i] = row
            if 0 <= row < self.word_weights.shape[0]:
                fetch_ahead(&self.term_weights[row, 0])
                fetch_ahead(&self.word_weights[row, 0])
            row = -1
            if i + 1 < number:
                row = self.words.find(work.pair_hashes[i], stretch(work.tokens, work.starts[i], work.ends[i + 1]),
                                      work.ends[i + 1] - work.starts[i])
            work.pairs[i] = row
            if 0 <= row < self.term_weights.shape[0]:
                fetch_ahead(&self.term_weights[row, 0])
        return 0

    cdef int weigh_terms(self, Work work, Py_ssize_t t, Py_ssize_t i, Py_ssize_t number, double share) except -1 nogil:
        """Add what word `i` and its pair with the next weigh; note which cues begin at it."""
        cdef Py_ssize_t length = work.ends[i] - work.starts[i], k, stem, row = work.rows[i], pair = work.pairs[i], found = -1
        cdef const uint8_t* word
        cdef uint64_t h = OFFSET
        if 0 <= row < self.word_weights.shape[0]:
            add_row(&work.terms[t, 0], &self.term_weights[row, 0], self.term_weights.shape[1], share)
            add_row(&work.words[t, 0], &self.word_weights[row, 0], self.word_weights.shape[1], share)
        if 0 <= pair < self.term_weights.shape[0]:
            add_row(&work.terms[t, 0], &self.term_weights[pair, 0], self.term_weights.shape[1], share)
        if row < 0:
            word = stretch(work.tokens, work.starts[i], work.ends[i])
            for k in range(length):
                h = hashed(h, word + k, 1)
                stem = self.stems.find(h, word, k + 1)
                if stem >= 0:
                    found = stem
            row = found + self.words.starts.shape[0] - 1 if found >= 0 else -1
        work.begun[i] = 0
        return self.cues.begin(work, i, number, self.records[row], t) if row >= 0 else 0

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
