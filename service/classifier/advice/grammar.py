"""The little English that a rewrite needs: the number of a subject, articles, capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.classifier.advice.edits import Edit

if TYPE_CHECKING:
    from service.classifier.results import Step


def phrase(words: str) -> re.Pattern[str]:
    """A pattern that begins at a word; a space stands for any white space, and " ?" for none as well."""
    spaced = words.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(rf"(?:(?<![\w-])|(?=[\s,]))(?:{spaced})", re.IGNORECASE)


def agrees_with_plural(before: str) -> bool:
    """Whether "are" rather than "is" follows the text before a verb: a guess from its last noun phrase."""
    clause = _CLAUSE_BREAK.split(before[-200:])[-1].rstrip()
    antecedent = _RELATIVE.sub("", clause).split()
    if antecedent and len(antecedent) < len(clause.split()):
        head = antecedent[-1]
    else:
        head = _MODIFIER.split(clause)[0]
    words = re.findall(r"[\w'\u2019-]+", (head if head.strip() else clause).lower())
    if not words:
        return False
    if "and" in words[1:-1] or words[-1] in _PLURALS:
        return True
    return bool(_PLURAL_ENDING.search(words[-1]))


def article(old: str, following: str) -> str:
    """The article `old` in the form that `following` takes."""
    if old.lower() == "the":
        return old
    new = "an" if _VOWEL_SOUND.match(following) else "a"
    return new.capitalize() if old[0].isupper() else new


def edit(step: Step, prose: str, span: tuple[int, int], words: str, why: str) -> Edit:
    """An edit of `span` that leaves a capital where the sentence began with one."""
    start, end = span
    first = re.search(r"\w", prose)
    if first and start <= first.start() < end and prose[first.start()].isupper():
        if re.search(r"\w", words):
            words = re.sub(r"\w", lambda letter: letter[0].upper(), words, count=1)
        elif prose[end : end + 1].islower():
            words, end = words + prose[end].upper(), end + 1
    return Edit(step, start, end, words, why)


_CLAUSE_BREAK = re.compile(
    r"[.;:!?\u2014]|,\s(?=\S+\s+\S)|\b(?:because|while|when|since|how|whether|if|but)\b", re.IGNORECASE
)
_RELATIVE = re.compile(r"\b(?:that|which|who)\s*$", re.IGNORECASE)
_MODIFIER = re.compile(
    r"(?<![\w-])(?:of|in|for|with|from|on|at|by|into|through|using|derived|found|to|that|which)\b",
    re.IGNORECASE,
)
_PLURALS = frozenset({"they", "these", "those", "both", "people", "data", "bacteria", "many", "we", "you"})
_PLURAL_ENDING = re.compile(r"(?:[^siu'\u2019]|[aeo]i)s$")
_VOWEL_SOUND = re.compile(r"(?!one|eu|uni[^n]|use|usu|uti)[aeiou]|hour|hono|MSC|FDA|MRI", re.IGNORECASE)
