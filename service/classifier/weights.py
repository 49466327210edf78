"""What weighing takes and gives, whichever form does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Weights(NamedTuple):
    """What is added up.

    `terms` names the rows of `term_weights` (terms, n); the first of them are single words, as many as
    `word_weights` (words, m) has rows. `sign_weights` is (signs, k).
    """

    terms: Sequence[str]
    term_weights: npt.NDArray[np.float32]
    word_weights: npt.NDArray[np.float32]
    sign_weights: Floats


class Weighed(NamedTuple):
    """A row a text: its terms (texts, n), its words (texts, m), both by their share; its signs (texts, k)."""

    terms: Floats
    words: Floats
    signs: Floats
