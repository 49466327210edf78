# Included by native.pyx: what one call writes.

cdef class Work:
    """What one call writes: of each text its sums and what remains to be looked up, and the words of one text."""

    cdef uint8_t[::1] tokens
    cdef int32_t[::1] starts, ends, rows, pairs
    cdef uint64_t[::1] begun, hashes, pair_hashes
    cdef double[:, ::1] terms, words, signs
    cdef double[::1] capitals
    cdef int32_t[::1] number, held, order, forms, possible, first_start, first_end, second_end
    cdef uint8_t[::1] claims
    cdef int32_t[::1] counts

    def __init__(self, texts, longest, total, n, m, k, families):
        self.tokens = np.empty(2 * total + texts + 1, np.uint8)
        self.starts, self.ends, self.rows, self.pairs = (np.empty(longest + 1, np.int32) for _ in range(4))
        self.begun, self.hashes, self.pair_hashes = (np.empty(longest + 1, np.uint64) for _ in range(3))
        self.terms, self.words, self.signs = np.zeros((texts, n)), np.zeros((texts, m)), np.zeros((texts, k))
        self.capitals = np.zeros(texts)
        self.number, self.held, self.order, self.forms, self.possible = (np.zeros(texts, np.int32) for _ in range(5))
        self.first_start, self.first_end, self.second_end = (np.zeros(texts, np.int32) for _ in range(3))
        self.claims = np.zeros(texts, np.uint8)
        self.counts = np.zeros(families, np.int32)
