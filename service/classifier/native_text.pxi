# Included by native.pyx: characters, stretches of text, and the table that leads from a string to its place.

cdef extern from *:
    """
    #ifdef __GNUC__
    #define fetch_ahead(place) __builtin_prefetch(place)
    #else
    #define fetch_ahead(place)
    #endif
    """
    void fetch_ahead(const void* place) noexcept nogil  # asks for what is soon read; a place that is not there is no fault

cdef uint64_t OFFSET = 0xCBF29CE484222325  # FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
cdef uint64_t PRIME = 0x100000001B3
cdef uint64_t UPPER = 0xFFFFFFFF00000000
cdef inline bint is_letter(uint8_t code) noexcept nogil:
    return 97 <= code <= 122


cdef inline bint is_digit(uint8_t code) noexcept nogil:
    return 48 <= code <= 57


cdef inline bint is_capital(uint8_t code) noexcept nogil:
    return 65 <= code <= 90


cdef inline bint is_wordly(uint8_t code) noexcept nogil:
    return is_letter(code | 32) or is_digit(code) or code == 95


cdef inline const uint8_t* stretch(const uint8_t[::1] text, Py_ssize_t start, Py_ssize_t end) except NULL nogil:
    """Give the bytes from `start` to before `end`, of which there is at least one: both ends are checked."""
    if start >= end:
        with gil:
            raise IndexError("an empty stretch of text")
    text[end - 1]
    return &text[start]


cdef inline uint64_t hashed(uint64_t h, const uint8_t* text, Py_ssize_t length) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(length):
        h = (h ^ text[k]) * PRIME
    return h


cdef class Table:
    """Strings to their places, by open addressing; it never grows, and a string is compared in full.

    A slot holds the upper half of a string's hash and its place plus one, or 0.
    """

    cdef const uint8_t[::1] pool
    cdef const int32_t[::1] starts
    cdef uint64_t[::1] slots
    cdef uint64_t last

    def __init__(self, keys):
        self.pool, self.starts = keys
        cdef Py_ssize_t number = len(keys.starts) - 1, k, size = 8
        cdef uint64_t h, slot
        while size < 2 * number:
            size *= 2
        self.last = size - 1
        self.slots = np.zeros(size, np.uint64)
        for k in range(number):
            h = hashed(OFFSET, stretch(self.pool, self.starts[k], self.starts[k + 1]),
                       self.starts[k + 1] - self.starts[k])
            slot = (h ^ (h >> 29)) & self.last
            while self.slots[slot]:
                slot = (slot + 1) & self.last
            self.slots[slot] = (h & UPPER) | <uint64_t>(k + 1)

    cdef int ask_for(self, uint64_t h) except -1 nogil:
        """Have the slot fetched in which a string of this hash is sought first."""
        fetch_ahead(&self.slots[(h ^ (h >> 29)) & self.last])
        return 0

    cdef Py_ssize_t find(self, uint64_t h, const uint8_t* text, Py_ssize_t length) except -2 nogil:
        cdef uint64_t slot = (h ^ (h >> 29)) & self.last, held = self.slots[slot]
        cdef Py_ssize_t k
        while held:
            if (held ^ h) & UPPER == 0:
                k = <Py_ssize_t>(held & ~UPPER) - 1
                if self.starts[k + 1] - self.starts[k] == length and not memcmp(
                    stretch(self.pool, self.starts[k], self.starts[k + 1]), text, length
                ):
                    return k
            slot = (slot + 1) & self.last
            held = self.slots[slot]
        return -1


cdef Py_ssize_t letters(const uint8_t[::1] source, Py_ssize_t place, Py_ssize_t end) except -1 nogil:
    while place < end and is_letter(source[place] | 32):
        place += 1
    return place


cdef Py_ssize_t digits(const uint8_t[::1] source, Py_ssize_t place, Py_ssize_t end) except -1 nogil:
    while place < end and is_digit(source[place]):
        place += 1
    return place


cdef double capitals(const uint8_t[::1] source, Py_ssize_t start, Py_ssize_t end) except -1 nogil:
    """As signs.share_of_capitals, of plain text."""
    cdef Py_ssize_t words = run(source, start, end, False)
    return <double>run(source, start, end, True) / words if words else 0.0


cdef Py_ssize_t run(const uint8_t[::1] source, Py_ssize_t start, Py_ssize_t end, bint capital) except -1 nogil:
    """Count what begins with a letter (a capital one) where no word goes on, up to where it ends."""
    cdef Py_ssize_t place = start, found = 0
    while place < end:
        if (is_capital(source[place]) if capital else is_letter(source[place] | 32)) and (
            place == start or not is_wordly(source[place - 1])
        ):
            found += 1
            while place < end and (is_wordly(source[place]) or source[place] in (39, 45)):
                place += 1
        else:
            place += 1
    return found


cdef fused Weight:
    const float
    const double


cdef inline int add_row(double* out, Weight* weights, Py_ssize_t width, double value) noexcept nogil:
    """Add a row of `width` weights; the sums of `Work` are as wide as the weights, for they are made so."""
    cdef Py_ssize_t k
    for k in range(width):
        out[k] += value * weights[k]
    return 0
