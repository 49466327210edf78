"""A set phrase of overstatement, and what to write for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.classifier.advice.grammar import phrase

if TYPE_CHECKING:
    import re

    from service.classifier.results import Category, Step

PEOPLE = r"(?:patients|clients|people|individuals|men|women|users|athletes)"
VERY = (
    r"(?:(?:very|truly|completely|totally|perfectly|entirely|extremely|generally|highly|100 ?%|quite|also) )*"
)
HOW_MANY = "[how many of how many patients]"


class Rule(NamedTuple):
    """What to write for a phrase; the words may use the pattern's groups and {was}, {is}, {its}."""

    category: Category
    step: Step
    pattern: re.Pattern[str]
    words: str
    why: str


def rules(category: Category, why: str, *entries: tuple[Step, str, str]) -> tuple[Rule, ...]:
    """Rules of one category that share a reason; the patterns are written as `phrase` reads them."""
    return tuple(Rule(category, step, phrase(pattern), words, why) for step, pattern, words in entries)
