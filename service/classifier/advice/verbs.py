"""Takes a claim verb down a step: what "regenerates" becomes "is being tested for its effect on"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.classifier.advice.grammar import agrees_with_plural, edit
from service.classifier.advice.lexicon import (
    AFTER_NOUN,
    EFFECTS,
    NO_OBJECT,
    OUTCOMES,
    VERBS,
    Verb,
    alternatives,
    verb_of,
)
from service.classifier.results import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.classifier.advice.edits import Edit


def weakenings(prose: str) -> Iterator[tuple[Edit, ...]]:
    """Every way of taking one claim verb down, with the verbs that are joined to it ("... and ...").

    The edits of a tuple belong together: none of them reads without the others.
    """
    for match in _FINITE.finditer(prose):
        yield from _finite(prose, match)
    for match in _FRAGMENT.finditer(prose):
        yield from _fragment(prose, match)
    for match in _PURPOSE.finditer(prose):
        yield from _purpose(prose, match)
    for match in _CONSEQUENCE.finditer(prose):
        yield (
            _weaken(prose, match.span("clause"), f"with the aim of {verb_of(match['gerund']).weak}", _AIM),
        )
    for match in _QUESTION.finditer(prose):
        opening = _weaken(prose, (0, match.start("subject")), "Which studies have tested ", _STUDIED)
        yield opening, _weaken(prose, match.span("base"), f"for {verb_of(match['base']).weak}", _STUDIED)
    for match in _PASSIVE.finditer(prose):
        yield from _reported(prose, match, f"to be {match['past']}")
    for match in _PAST.finditer(prose):
        if not _PARTICIPLE.search(prose[: match.start()].rstrip()):
            yield from _reported(prose, match, f"to have {match['past']}")


def _finite(prose: str, match: re.Match[str]) -> Iterator[tuple[Edit, ...]]:
    """A verb with a subject before it: "PRP can relieve", "cells repair", "it helps to restore"."""
    before = prose[: match.start()].rstrip()
    lead = (match["lead"] or "").lower()
    third = match["third"] is not None
    if third and lead:
        return
    if _OURS.search(before) and match["base"] and _has_object(prose, match.end(), surely_verb=True):
        aim = "aim to " if before.lower().endswith(("we", "s")) else "aims to "
        yield (_weaken(prose, (match.start(), match.start("base")), aim, _AIM),)
    if not _SUBJECT_END.search(before) or _NO_SUBJECT.search(before):
        return
    if not _has_object(prose, match.end(), surely_verb=bool(lead)):
        return
    plural = agrees_with_plural(before)
    if lead.startswith(("is ", "has ", "helps ")):
        plural = False
    elif lead.startswith(("are ", "have ", "help ")):
        plural = True
    elif not lead:
        if not (third or plural or _RELATIVE.search(before)):
            return
        plural = not third
    joined = _joined(prose, match.end(), third=third)
    words = _frame(
        verb_of(match["third"] or match["base"]),
        plural=plural,
        alone=all(other.step is Step.REMOVE for other in joined),
    )
    yield (_weaken(prose, match.span(), words, _STUDIED), *joined)


def _fragment(prose: str, match: re.Match[str]) -> Iterator[tuple[Edit, ...]]:
    """A verb without a subject, as in bullets and calls: "Reduces pain", "Label: restore your skin"."""
    form = re.sub(r"\s+", " ", match["verb"].lower())
    verb = verb_of(form)
    if not _has_object(prose, match.end(), surely_verb=form != verb.base or match.start("verb") == 0):
        return
    if form == verb.gerund:
        joined: tuple[Edit, ...] = ()
        if _FINITE_VERB.search(prose, match.end()):
            return
    else:
        joined = _joined(prose, match.end(), third=form == verb.third)
    study = "Under study" if match["verb"][0].isupper() else "under study"
    yield (_weaken(prose, match.span("verb"), f"{study} for {verb.weak}", _STUDIED), *joined)


def _purpose(prose: str, match: re.Match[str]) -> Iterator[tuple[Edit, ...]]:
    """A purpose told as a result: "uses plasma to restore", "designed to promote"."""
    designed = match["designed"] is not None
    before = prose[: match.start()].rstrip()
    if designed and re.search(r"\b(?:is|are)$", before, re.IGNORECASE):
        return
    if not designed and _NO_PURPOSE.search(before):
        return
    if not _has_object(prose, match.end(), surely_verb=True):
        return
    verb = verb_of(match["base"])
    words = f"under study for {verb.weak}" if designed else f"with the aim of {verb.weak}"
    yield (_weaken(prose, match.span(), words, _AIM), *_joined(prose, match.end(), third=False))


def _reported(prose: str, match: re.Match[str], result: str) -> Iterator[tuple[Edit, ...]]:
    """A result in the past or the passive: "the injection restored the joint", "pain is relieved"."""
    before = prose[: match.start()].rstrip()
    if not re.search(r"\w$", before) or _NO_SUBJECT.search(before):
        return
    was = "were" if agrees_with_plural(before) else "was"
    words = f"{was} reported, in [which study], {result}"
    yield (edit(Step.ASK, prose, match.span(), words, "states a result without its source; name the study"),)


def _joined(prose: str, start: int, *, third: bool) -> tuple[Edit, ...]:
    """What is joined to a verb that ends at `start`: further verbs, as -ing forms, and words of degree."""
    limit = _CLAUSE_END.search(prose, start)
    end = limit.start() if limit else len(prose)
    edits = []
    for match in _JOINED.finditer(prose, start, end):
        if (match["third"] is not None) == third and _has_object(prose, match.end(), surely_verb=third):
            weak = verb_of(match["third"] or match["base"]).weak
            edits.append(_weaken(prose, match.span("verb"), weak, _STUDIED))
            start = match.end()
    degrees = _DEGREE.finditer(prose, start, end)
    edits += [
        edit(Step.REMOVE, prose, match.span(), "", "a degree that nothing here supports") for match in degrees
    ]
    return tuple(edits)


def _frame(verb: Verb, *, plural: bool, alone: bool) -> str:
    being = "are being" if plural else "is being"
    if alone and verb.base == "cure":
        return f"{being} studied in"
    if alone and verb.base == "treat":
        return f"{being} studied as {'treatments' if plural else 'a treatment'} for"
    if alone and verb.base in EFFECTS:
        return f"{being} tested for {'their' if plural else 'its'} effect on"
    return f"{being} studied for {verb.weak}"


def _has_object(prose: str, end: int, *, surely_verb: bool) -> bool:
    """Whether a noun phrase follows the verb that ends at `end`."""
    following = _NEXT_WORD.match(prose, end)
    if following is None:
        return False
    if joined := _JOINED.match(prose, end + 1):
        return _has_object(prose, joined.end(), surely_verb=surely_verb)
    word = following[1].lower()
    return word not in NO_OBJECT and (surely_verb or word not in AFTER_NOUN)


def _weaken(prose: str, span: tuple[int, int], words: str, why: str) -> Edit:
    return edit(Step.WEAKEN, prose, span, words, why)


_STUDIED = "states an effect as a fact; say that it is being studied"
_AIM = "presents an aim as a result"

_BASE = alternatives(verb.base for verb in VERBS)
_THIRD = alternatives(verb.third for verb in VERBS)
_GERUND = alternatives(verb.gerund for verb in VERBS)
_DONE = alternatives(verb.past for verb in VERBS if verb.base in OUTCOMES)
_FORM = rf"(?:(?P<third>{_THIRD})|(?P<base>{_BASE}))(?![\w-])"
_ADVERBS = r"(?:(?:also|then|even|often|(?!family|supply|assembly|early)[a-z]{2,14}ly)\s+){0,2}"
_HELP = r"(?:help(?:\s+to)?\s+)?"
_LEAD = (
    rf"(?:can|could|will|would|may|might|should|shall)\s+{_ADVERBS}{_HELP}|(?:can|could|will|may"
    rf"|might)\s+be\s+used\s+to\s+{_HELP}|(?:is|are)\s+{_ADVERBS}(?:able|designed|used|made|formulated"
    rf"|intended|believed|thought|said|engineered|guaranteed|certain|sure|expected)\s+to\s+{_HELP}"
    r"|(?:has|have)\s+(?:the|an?)\s+(?:[a-z]+\s+)?(?:ability|potential|power|capacity|capability)"
    rf"\s+to\s+{_HELP}"
    r"|helps?\s+(?:to\s+)?"
)
_FINITE = re.compile(rf"(?<![\w-])(?:(?P<lead>{_LEAD})|{_ADVERBS}){_ADVERBS}{_FORM}", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"(?:^[^\w(]{0,6}|[:\u2013\u2014\u2022\u2713]\s*)"
    rf"{_ADVERBS}(?P<verb>{_BASE}|{_THIRD}|{_GERUND})(?![\w-])",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\b(?:in\s+order\s+|(?P<designed>(?:speciall?y\s+|specifically\s+)?(?:designed|formulated"
    r"|engineered)\s+))?"
    rf"to\s+{_ADVERBS}{_HELP}(?P<base>{_BASE})(?![\w-])",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    rf",\s+(?P<clause>(?:thereby\s+|thus\s+|while\s+|ultimately\s+)?{_ADVERBS}(?P<gerund>{_GERUND}))"
    r"(?=\s+(?!(?:and|or|of|is|are|in|for)\b)\w)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^How\s+(?:do|does|can|will)\s+(?P<subject>(?:[\w'\u2019()-]+\s+){1,6}?)"
    rf"(?:help\s+(?:to\s+)?)?(?P<base>{_BASE})(?=\s+\w)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    rf"\b(?:is|are|was|were|(?:can|will|could|may)\s+be)\s+{_ADVERBS}(?P<past>{_DONE})(?![\w-])",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b{_ADVERBS}(?P<past>{_DONE})(?=\s+(?:the|my|his|her|their|our|your|its|a|an)\b)", re.IGNORECASE
)
_JOINED = re.compile(
    rf"(?:,\s+and|,\s+or|,|\band\b|\bor\b|&)\s+(?P<verb>{_ADVERBS}(?:helps?\s+(?:to\s+)?)?(?:to\s+)?{_FORM})",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\s+(?:completely|permanently|forever|for\s+good|overnight|instantly|entirely|fully"
    r"|once\s+and\s+for\s+all)(?=\s*(?:[.,;!?]|$|\band\b))",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s+(?:\w+ly\s+(?=\w))?([\w'\u2019\u201c\"-]+)")
_CLAUSE_END = re.compile(r"[.;:!?](?:\s|$)|\b(?:which|that|who|while|because|but|so)\b", re.IGNORECASE)
_FINITE_VERB = re.compile(r"\b(?:is|are|was|were|can|will|has|have|means|may)\b", re.IGNORECASE)
_SUBJECT_END = re.compile(r"[\w\"\u201d)\u00ae\u2122]$")
_RELATIVE = re.compile(r"\b(?:that|which)$", re.IGNORECASE)
_OURS = re.compile(
    r"\b(?:we|our\s+(?:team|doctors|specialists|experts|providers|physicians))$", re.IGNORECASE
)
# People do not become the thing that is studied; a negated or asked verb makes no claim of its own.
_NO_SUBJECT = re.compile(
    r"(?:\b(?:we|you|i|he|she|patients?|people|women|men|athletes|clients|doctors?|physicians?|clinic|team"
    r"|who|not|never|no|cannot|t|to|and|or|the|a|an|your|our|their|its|his|her|of|for|in|with|by|s|both)"
    r"|^\W*(?:do|does|can|will|why|when|what)\b[^.;]*|\bhow\b[^,.;]*)$",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"\b(?:is|are|was|were|be|been|has|have|had|get|gets|feel)$", re.IGNORECASE)
_NO_PURPOSE = re.compile(
    r"\b(?:ability|abilities|able|potential|power|capacity|how|wants?|needs?|going|ways?|due|try|trying"
    r"|body|bodies|you|us|patients?|them|it|cells?|designed|used|known|shown|proven|found|demonstrated"
    r"|help|helps|helping|reported|claimed|guaranteed|aims?|hope|like|looking|system|approach|works?"
    r"|serves?|acts?|studied|intended|made|believed|thought|said|expected|likely|unlikely|chance"
    r"|opportunity|promise|promises|approval|approved|evidence|literature|data|research|studies"
    r"|alternatives?)$",
    re.IGNORECASE,
)
