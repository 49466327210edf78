# Included by native.pyx: the signs that Python tells, told apart and remembered.

cdef class Forms:
    """What forms.of tells of a text in ASCII, but for those that only their patterns can tell."""

    cdef const int32_t[:, ::1] endings
    cdef const uint8_t[::1] pool, bullets, spaces
    cdef const int32_t[::1] part_starts, need_starts, possible
    cdef const uint64_t[::1] needs
    cdef uint64_t begun[128]
    cdef int32_t settled, bullet, capitals
    cdef Py_ssize_t longest_abbreviation

    def __init__(self):
        flat = flatten_forms()
        cdef Py_ssize_t part
        self.endings, self.bullets, self.spaces = flat.endings, flat.bullets, flat.spaces
        self.pool, self.part_starts = flat.parts
        self.possible, self.needs, self.need_starts = flat.possible, flat.needs, flat.need_starts
        self.settled, self.bullet, self.capitals = flat.settled, forms.bits("bullet"), forms.bits(forms.CAPITALS)
        self.longest_abbreviation = forms.LONGEST_ABBREVIATION
        for part in range(128):
            self.begun[part] = 0
        for part in range(self.part_starts.shape[0] - 1):
            self.begun[self.pool[self.part_starts[part]]] |= <uint64_t>1 << part

    cdef int read(self, const uint8_t[::1] source, Py_ssize_t start, Py_ssize_t end, int32_t* found,
                  int32_t* possible) except -1 nogil:
        """Tell which forms the text from `start` to `end` has, and which more it may have."""
        cdef Py_ssize_t place, form, need
        cdef uint64_t told = 0
        cdef bint big = False, small = False
        cdef uint8_t code
        found[0] = possible[0] = 0
        while start < end and self.spaces[source[start]]:
            start += 1
        while start < end and self.spaces[source[end - 1]]:
            end -= 1
        if start == end:
            return 0
        for place in range(start, end):
            code = source[place]
            if is_capital(code):
                big = True
                code |= 32
            elif is_letter(code):
                small = True
            elif is_digit(code):
                told |= <uint64_t>1 << self.part_starts.shape[0] - 1
            if self.begun[code & 127]:
                self.begun_at(source, place, end, self.begun[code & 127], &told)
        for form in range(self.possible.shape[0]):
            for need in range(self.need_starts[form], self.need_starts[form + 1]):
                if not told & self.needs[need]:
                    break
            else:
                possible[0] |= self.possible[form]
        found[0] = self.endings[source[end - 2] if end - start > 1 else 128, source[end - 1]]
        found[0] |= possible[0] & self.settled
        possible[0] &= ~self.settled
        if self.bullets[source[start]]:
            possible[0] |= self.bullet
        if big and not small and end - start > self.longest_abbreviation:
            found[0] |= self.capitals
        return 0

    cdef int begun_at(self, const uint8_t[::1] source, Py_ssize_t place, Py_ssize_t end, uint64_t parts,
                      uint64_t* told) except -1 nogil:
        """Tell which of these parts, of whatever case, stand at a place."""
        cdef Py_ssize_t part = 0, k, length
        cdef uint8_t code
        while parts:
            if parts & 1:
                length = self.part_starts[part + 1] - self.part_starts[part]
                if place + length <= end:
                    for k in range(length):
                        code = source[place + k]
                        if is_capital(code):
                            code |= 32
                        if code != self.pool[self.part_starts[part] + k]:
                            break
                    else:
                        told[0] |= <uint64_t>1 << part
            parts >>= 1
            part += 1
        return 0


cdef class Sums:
    """What signs weigh together, by a key for what told them: added up once, and then remembered.

    For one thread at a time: it is used with the interpreter's lock held. A row is never changed once its key is
    there, and what does not find room is added up each time.
    """

    cdef const double[:, ::1] weights
    cdef double[:, ::1] rows
    cdef dict places
    cdef Py_ssize_t number

    def __init__(self, weights, room):
        self.weights = weights
        self.rows = np.zeros((room, weights.shape[1]))
        self.places = {}
        self.number = 0

    cdef bint add_known(self, object key, double* out) except -1:
        """Add what is remembered by a key, if anything is."""
        cdef object place = self.places.get(key)
        if place is None:
            return False
        add_row(out, &self.rows[<Py_ssize_t>place, 0], self.rows.shape[1], 1.0)
        return True

    cdef int add(self, object key, object positions, double* out) except -1:
        """Add the signs at these positions, and remember what they weigh."""
        cdef Py_ssize_t position, place
        for position in positions:
            add_row(out, &self.weights[position, 0], self.weights.shape[1], 1.0)
        if self.number < self.rows.shape[0]:
            place, self.number = self.number, self.number + 1
            for position in positions:
                add_row(&self.rows[place, 0], &self.weights[position, 0], self.weights.shape[1], 1.0)
            self.places[key] = place
        return 0
