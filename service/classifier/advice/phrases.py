"""Answers set phrases: weakens what sellers say, and asks for the facts that the phrase stands for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from service.classifier.advice.claims import CLAIMS
from service.classifier.advice.grammar import agrees_with_plural, edit
from service.classifier.advice.needs import Needs
from service.classifier.advice.overreach import OVERREACH
from service.classifier.advice.sales import SALES
from service.classifier.results import Category

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from service.classifier.advice.edits import Edit
    from service.classifier.advice.rule import Rule

RULES = (*CLAIMS, *OVERREACH, *SALES)
# "Because of" and "due to" mislead only where the sentence tells a cause from a story.
_ONLY_FOR_ITS_OWN = frozenset({Category.CAUSATION})


def rewordings(prose: str, category: Category | None) -> Iterator[tuple[Category, Edit]]:
    """The edits that answer a set phrase, each with the kind of overstatement that it answers."""
    for number in _needs().met(prose):
        rule = RULES[number]
        if rule.category in _ONLY_FOR_ITS_OWN and rule.category is not category:
            continue
        for match in rule.pattern.finditer(prose):
            words = match.expand(_agreeing(rule, prose, match))
            yield rule.category, edit(rule.step, prose, match.span(), words, rule.why)


@cache
def _needs() -> Needs:
    """Take the rules apart when the first sentence comes: it takes longer than a server may to begin."""
    return Needs(rule.pattern for rule in RULES)


def _agreeing(rule: Rule, prose: str, match: re.Match[str]) -> str:
    """The rule's words with {was}, {is} and {its} in the number of the verb or subject."""
    if "{" not in rule.words:
        return rule.words
    verb = match[0].split()[0].lower()
    if verb in {"has", "is", "was"}:
        plural = False
    elif verb in {"have", "are", "were"}:
        plural = True
    else:
        plural = agrees_with_plural(prose[: match.start()])
    forms = _PLURAL if plural else _SINGULAR
    return rule.words.format_map(forms)


_SINGULAR = {"was": "was", "is": "is", "its": "its"}
_PLURAL = {"was": "were", "is": "are", "its": "their"}
