"""The texts that an artifact carries with the scores that it promises for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from service.classifier.probabilities import Probabilities
from service.errors import SelfTestFailed

if TYPE_CHECKING:
    import numpy.typing as npt

TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Expected:
    """An article's folded sentences and title, and what the model said of them when it was made."""

    title: str
    sentences: tuple[str, ...]
    found: Probabilities

    def compare(self, found: Probabilities) -> None:
        """Raise SelfTestFailed where a probability is off by more than 1e-6."""
        for name in Probabilities.__slots__:
            promised, given = getattr(self.found, name), getattr(found, name)
            if promised.shape != given.shape or not np.allclose(given, promised, rtol=0, atol=TOLERANCE):
                raise SelfTestFailed(f"self-test: the {name} probabilities are not the ones promised")

    def to_json(self) -> dict[str, Any]:
        """Give what a self-test file holds of it."""
        found = {name: getattr(self.found, name).tolist() for name in Probabilities.__slots__}
        return {"title": self.title, "sentences": list(self.sentences), "found": found}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Expected:
        """Read what `to_json` gave; raises KeyError, TypeError or ValueError for anything else."""
        found = {name: _array(fields["found"][name]) for name in Probabilities.__slots__}
        return cls(str(fields["title"]), tuple(map(str, fields["sentences"])), Probabilities(**found))


def _array(values: object) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
