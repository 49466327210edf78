# cython: language_level=3, boundscheck=True, wraparound=False
"""A glance at a text, in one pass: what the slower rules need not look at closer.

What is told here is what those rules would say, or that they have to be asked. Memory-safe on any text: each
character is read by its place, which is checked.
"""

from libc.stdint cimport uint8_t, uint64_t

INTERFACE = 2

cdef enum:
    DRAWN = 1
    CODED = 2
    BOXED = 4
    PARTED = 8
    SPELT = 16
    ROOM = 64
    ASCII = 128

cdef enum:
    LETTER = 1
    DIGIT = 2
    BETWEEN = 4
    AROUND = 8
    LOOKS = 16


cdef inline bint is_small(Py_UCS4 c) noexcept:
    return c'a' <= c <= c'z'


cdef inline bint is_capital(Py_UCS4 c) noexcept:
    return c'A' <= c <= c'Z'


cdef inline bint is_letter(Py_UCS4 c) noexcept:
    return is_small(c) or is_capital(c)


cdef inline bint is_mark(Py_UCS4 c) noexcept:
    return c == 0x2E or c == 0x21 or c == 0x3F or c == 0x0A or c == 0x2026 or c == 0x3002


def tricks(str text, frozenset worth, Py_ssize_t longest, str between, str around, str looks):
    """Tell which finders of spelling tricks may find one: a bit each, in the order of `disguises.FINDERS`.

    `worth` are the words worth hiding. `between` are the signs that part letters, `around` those that stand round
    them besides, `looks` what looks like a letter. Runs of letters and signs longer than `longest` hide nothing.
    """
    cdef Py_ssize_t number = len(text), place, start = 0, letters = 0
    cdef Py_UCS4 c, before = 0, earlier = 0
    cdef int sort, sort_before = 0, sort_earlier = 0, found = 0
    cdef bint was_sign = False, joined = False
    cdef char word[ROOM]
    cdef uint8_t sorts[ASCII]
    for place in range(ASCII):
        sorts[place] = sort_of(<Py_UCS4>place, between, around, looks)
    for place in range(number + 1):
        c = text[place] if place < number else 0
        sort = sorts[c] if c < ASCII else sort_of(c, between, around, looks)
        if sort & LETTER:
            if c == before == earlier:
                found |= DRAWN
            if sort_before & LOOKS:
                found |= CODED
            if letters < ROOM:
                word[letters] = <char>(<int>c | 32)
            letters += 1
            if sort_earlier & LETTER and not sort_before & LETTER:
                joined = joined or was_sign
                if place >= 3 and not goes_on(text, place + 1) and (
                    (sort_before & BETWEEN and text[place - 3] in between)
                    or (before == 0x20 and text[place - 3] == 0x20 and place >= 5
                        and is_letter(text[place - 4]) and text[place - 5] == 0x20)
                ):
                    found |= SPELT
        elif sort & LOOKS and c != 0x21 and sort_before & LETTER:
            found |= CODED
        if sort_before & AROUND and (
            (c == 0x28 and before == 0x29) or (c == 0x5B and before == 0x5D) or (c == 0x7B and before == 0x7D)
        ):
            found |= BOXED
        if not sort & (LETTER | BETWEEN | AROUND):
            if joined and place - start <= longest and (letters > ROOM or word[:letters].decode("ascii") in worth):
                found |= PARTED
            start, letters, joined = place + 1, 0, False
        was_sign = sort & (BETWEEN | AROUND) and not sort & LETTER
        earlier, before, sort_earlier, sort_before = before, c, sort_before, sort
    return found


cdef int sort_of(Py_UCS4 c, str between, str around, str looks) except -1:
    """Tell what a character is to `tricks`; a letter, a digit and a space are no sign."""
    cdef int sort = LOOKS if c and c in looks else 0
    if is_letter(c):
        return sort | LETTER
    if c'0' <= c <= c'9':
        return sort | DIGIT
    if c and c != 0x20:
        sort |= (BETWEEN if c in between else 0) | (AROUND if c in around else 0)
    return sort


cdef class Words:
    """Counts words of a text, and those among them that are `known`, which are in small letters of ASCII."""

    cdef frozenset known
    cdef uint64_t lengths[ASCII]

    def __init__(self, frozenset known):
        self.known = known
        cdef Py_ssize_t place
        for place in range(ASCII):
            self.lengths[place] = 0
        for word in known:
            if not word.isascii() or not 0 < len(word) < ROOM:
                raise ValueError(f"no word of fewer than {ROOM} letters of ASCII: {word!r}")
            self.lengths[ord(word[0])] |= <uint64_t>1 << <int>len(word)

    def count(self, str text):
        """Give how many words `text.lower().split()` has, and how many of them are known."""
        cdef Py_ssize_t number = len(text), place, length = 0, every = 0, found = 0
        cdef Py_UCS4 c
        cdef bint plain = True
        cdef char word[ROOM]
        for place in range(number + 1):
            c = text[place] if place < number else 0x20
            if c > 0x20 and c < ASCII:
                if length < ROOM:
                    word[length] = <char>(<int>c | 32 if is_capital(c) else <int>c)
                length += 1
            elif not c.isspace():
                plain = False
                length += 1
            elif length:
                every += 1
                if not plain:
                    found += text[place - length:place].lower() in self.known
                elif length < ROOM and self.lengths[word[0]] >> length & 1:
                    found += word[:length].decode("ascii") in self.known
                length, plain = 0, True
        return every, found


cdef bint goes_on(str text, Py_ssize_t place) except -1:
    """Tell whether a word goes on at a place."""
    if place >= len(text):
        return False
    cdef Py_UCS4 c = text[place]
    return is_letter(c) or c'0' <= c <= c'9' or c == 0x27


def has_gap(str text):
    """Tell whether two spaces or line feeds stand side by side."""
    cdef Py_UCS4 c, before = 0
    for c in text:
        if (c == 0x20 or c == 0x0A) and (before == 0x20 or before == 0x0A):
            return True
        before = c
    return False


def stops(str text, Py_ssize_t start, Py_ssize_t end, frozenset known, Py_ssize_t longest):
    """Give the stops between two places, in order: of one in doubt where it stands, which is not negative.

    Of one that surely ends a sentence, minus the place where the next begins: "." after a word of small letters that
    is not `known` nor longer than `longest`, or "!" or "?"; alone, and before a space and a capital.
    """
    cdef list found = []
    cdef Py_ssize_t place
    cdef Py_UCS4 c
    for place in range(start, end):
        c = text[place]
        if not is_mark(c) or (place > 0 and is_mark(text[place - 1])):
            continue
        if (
            place + 2 < end and text[place + 1] == 0x20 and is_capital(text[place + 2])
            and (c == 0x21 or c == 0x3F or (c == 0x2E and ends_word(text, start, place, known, longest)))
        ):
            found.append(-(place + 2))
        else:
            found.append(place)
    return found


cdef bint ends_word(str text, Py_ssize_t start, Py_ssize_t end, frozenset known, Py_ssize_t longest) except -1:
    """Tell whether a plain word ends at `end`: no abbreviation, and no numeral in Roman letters."""
    cdef Py_ssize_t place = end
    cdef bint numeral = True
    while place > start and end - place <= longest and is_small(text[place - 1]):
        place -= 1
        numeral = numeral and text[place] in "ivx"
    return (
        1 < end - place <= longest and place > start and text[place - 1] == 0x20 and not numeral
        and text[place:end] not in known
    )
