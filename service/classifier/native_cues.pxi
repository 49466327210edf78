# Included by native.pyx: which families of cues begin where, and in which order they stand.

cdef int WHOLE = 0
cdef int STEM = 1


cdef class Cues:
    """The lexicons, by the records of `flat.Flat`, and what signs.order asks of them."""

    cdef const int32_t[::1] phrase_starts, rest_starts, rest_places, fits, within
    cdef const uint8_t[::1] rest_pool
    cdef const uint64_t[::1] alone, bits, governors, order

    def __init__(self, flat):
        self.phrase_starts, self.rest_starts, self.fits = flat.phrase_starts, flat.rest_starts, flat.fits
        self.rest_pool, self.rest_places = flat.rests
        self.alone, self.bits, self.order = flat.alone, flat.bits, flat.order
        self.governors, self.within = flat.governors, flat.within

    cdef int begin(self, Work work, Py_ssize_t i, Py_ssize_t number, Py_ssize_t record, Py_ssize_t t) except -1 nogil:
        """Note the families whose cues begin at word `i`."""
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
        work.begun[i] = mask
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
