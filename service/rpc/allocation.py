"""How the C library hands out memory here: large blocks go back to the system when they are freed."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

# From malloc.h of glibc.
M_MMAP_THRESHOLD: Final = -3
# Bytes. Requests and the pieces that they arrive in are mostly larger; what scoring an article takes is not.
LARGE: Final = 64 << 10


def give_large_blocks_back() -> None:
    """Have blocks of more than 64 KiB mapped one by one, for good; elsewhere than on glibc do nothing.

    Left to itself glibc learns from the first large block that is freed to cut the next ones, up to 32 MiB,
    out of its heaps, where small ones that live longer keep them from going back: 400 calls of 1 MiB took
    155 to 199 MiB so and 83 to 126 MiB like this, and scoring took no more processor time.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # a C library without mallopt
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
