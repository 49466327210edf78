# cython: language_level=3, boundscheck=True, wraparound=False
"""A glance at a text, in one pass: what the slower rules need not look at closer.

What is told here is what those rules would say, or that they have to be asked. Memory-safe on any text: each
character is read by its place, which is checked.
"""

INTERFACE = 1

cdef enum:
    DRAWN = 1
    CODED = 2
    BOXED = 4
    PARTED = 8
    SPELT = 16
    ROOM = 64


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
    cdef bint letter, sign, was_sign = False, joined = False
    cdef int found = 0
    cdef char word[ROOM]
    for place in range(number + 1):
        c = text[place] if place < number else 0
        letter = is_letter(c)
        sign = not letter and not c'0' <= c <= c'9' and c != 0x20 and (c in between or c in around)
        if letter:
            if c == before == earlier:
                found |= DRAWN
            if before in looks:
                found |= CODED
            if was_sign and is_letter(earlier):
                joined = True
            if letters < ROOM:
                word[letters] = <char>(<int>c | 32)
            letters += 1
            if is_letter(earlier) and place >= 3 and not goes_on(text, place + 1) and (
                (before in between and text[place - 3] in between)
                or (before == 0x20 and text[place - 3] == 0x20 and place >= 5
                    and is_letter(text[place - 4]) and text[place - 5] == 0x20)
            ):
                found |= SPELT
        elif c in looks and c != 0x21 and is_letter(before):
            found |= CODED
        if (c == 0x28 and before == 0x29) or (c == 0x5B and before == 0x5D) or (c == 0x7B and before == 0x7D):
            found |= BOXED
        if not letter and not sign:
            if joined and place - start <= longest and (letters > ROOM or word[:letters].decode("ascii") in worth):
                found |= PARTED
            start, letters, joined = place + 1, 0, False
        earlier, before, was_sign = before, c, sign
    return found


cdef bint goes_on(str text, Py_ssize_t place) except -1:
    """Tell whether a word goes on at a place."""
    if place >= len(text):
        return False
    cdef Py_UCS4 c = text[place]
    return is_letter(c) or c'0' <= c <= c'9' or c == 0x27


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
