"""Public research sets of labelled claims: texts, what is known of the study, and splits without leaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from service.classifier.results import Label
from training.examples import CorpusError
from training.prose import prose_of
from training.records import load_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# InSciOut numbers studies; two sets made of it add the number of the release.
_STUDY: Final = re.compile(r"^(insciout:\d\d-\d\d-\d\d\d)-\d+$")
_NO_WORD: Final = re.compile(r"\W+")
_REMARK: Final = re.compile(r"\s*\([^)]*\)")
# A facet ("study design: RCT") is short; anything longer is text and not one of a few values.
LONGEST_FACET: Final = 60


@dataclass(frozen=True, slots=True)
class Claim:
    """A text, whether it is labelled overstated, and of which `study` it is.

    `facets` are what is known of the study besides ("study design: RCT"); `context` is all that as text.
    """

    text: str
    prose: str
    overstated: bool
    source: str
    study: str
    context: str

    @property
    def facets(self) -> tuple[str, ...]:
        """Give what can stand as one of a few values, and last all of these together."""
        parts = tuple(_REMARK.sub("", part).strip() for part in self.context.split(";") if part.strip())
        if not parts or max(map(len, parts)) > LONGEST_FACET:
            return ()
        return (*parts, " & ".join(parts)) if len(parts) > 1 else parts


def load(file: Path) -> list[Claim]:
    """Read text, label, source, group and context of each line. Raises CorpusError."""
    claims = []
    for record in load_records(file):
        label, text, context = record.text("label"), record.text("text"), record.fields.get("context")
        if label not in (Label.OVERSTATED, "appropriate"):
            raise CorpusError(f"{record.origin}: label: must be overstated or appropriate")
        group = record.text("group")
        claims.append(
            Claim(
                text=text,
                prose=prose_of(text),
                overstated=label == Label.OVERSTATED,
                source=record.text("source"),
                study=found[1] if (found := _STUDY.match(group)) else group,
                context=context if isinstance(context, str) else "",
            )
        )
    return claims


def splits(
    claims: Sequence[Claim], folds: int, seed: int
) -> Iterator[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]]:
    """Give positions to fit on and to test on; a study, and a text that two share, is on one side.

    Each set has about the same share of each label in every fold. Raises CorpusError when it is too small.
    """
    strata = [f"{claim.source} {claim.overstated}" for claim in claims]
    _, strata_numbers = np.unique(strata, return_inverse=True)
    try:
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        yield from splitter.split(np.zeros(len(claims)), strata_numbers, _together(claims))
    except ValueError as error:
        raise CorpusError(f"{folds} folds cannot be made of these {len(claims)} claims") from error


def _together(claims: Sequence[Claim]) -> list[int]:
    """Number what must stay together: one study, or the same words."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for claim in claims:
        words = "text:" + _NO_WORD.sub(" ", claim.text).strip().lower()
        leader[find(words)] = find(claim.study)
    names = [find(claim.study) for claim in claims]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return [numbers[name] for name in names]
