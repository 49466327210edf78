"""Takes boosters out: words that praise and say nothing that could be checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.classifier.advice.grammar import article, edit, phrase
from service.classifier.results import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.classifier.advice.edits import Edit


def removals(prose: str) -> Iterator[Edit]:
    """Boosters before a noun, and adverbs of degree, with the article or joint that they leave behind."""
    for match in _BOOSTERS.finditer(prose):
        before = prose[max(0, match.start() - 40) : match.start()]
        if not match["article"] and _PREDICATE.search(before):
            continue
        start, words = match.start("run"), ""
        if match["before"] and not match["joint"] and _ADJECTIVE.search(before):
            start, words = match.start("before"), " "
        elif match["article"]:
            start, words = match.start("article"), f"{article(match['article'], match['next'])} "
        why = f"\u201c{match['run']}\u201d praises; it says nothing that can be checked"
        yield edit(Step.REMOVE, prose, (start, match.start("next")), words, why)
    for match in _DEGREES.finditer(prose):
        why = f"\u201c{match[0].strip()}\u201d is a degree that nothing here supports"
        yield edit(Step.REMOVE, prose, match.span(), "", why)


_BOOSTER = (
    r"(?:(?:truly|very|highly|most|more|clinically|scientifically|world|all-|100\s?%|completely"
    r"|simply)[ -]?)?(?:amazing|astonishing|astounding|award[ -]winning|best|breakthrough|cutting[ -]edge"
    r"|definitive|dramatic|effective|excellent|exceptional|exciting|extraordinary|game[ -]changing|gentle"
    r"|ground-?breaking|guaranteed|holistic|impressive|incredible|innovative|instant|lasting|latest"
    r"|life[ -]changing|long[ -]?lasting|magical|miracle|miraculous|next[ -]generation|non-toxic|optimal"
    r"|outstanding|pain[ -]free|painless|perfect|permanent|phenomenal|pioneering|potent|powerful|premier"
    r"|promising|proven|remarkable|renowned|revolutionary|risk[ -]free|safe|spectacular"
    r"|state[ -]of[ -]the[ -]art|stunning|successful|transformative|trusted|ultimate|unbeatable|unique"
    r"|unmatched|unparalleled|unprecedented|unrivall?ed|world[ -]class|world[ -]leading"
    r"|advanced(?!\s+(?:cancers?|disease|stages?|age|osteoarthritis|arthritis|heart|liver|kidney|cases"
    r"|tumou?rs?))|leading(?!\s+cause)|natural(?!\s+(?:killer|history|course|ageing|aging|process|cycle))"
    r"|(?:evidence|research|science)[ -](?:backed|based)|scientifically[ -](?:backed|proven)"
    r"|clinically[ -](?:proven|tested|demonstrated|validated))"
)
_JOINT = r"(?:,\s+and\s+|\s+and\s+|\s*&\s*|,\s+)"
_NO_NOUN = (
    r"(?:a|about|after|and|as|at|because|before|but|by|enough|especially|even|for|he|if|in|is|are|it|much"
    r"|of|on|or|results?\s+guaranteed|she|so|than|that|they|this|to|was|we|were|when|which|with|you|i)\b"
)
_BOOSTERS = re.compile(
    r"(?:(?P<article>\b(?:an?|the))\s+|(?P<before>(?:,\s+and|\s+and|\s+&|,)\s+))?"
    rf"(?<![\w-])(?P<run>{_BOOSTER}(?![\w-])(?:(?:{_JOINT}|\s+){_BOOSTER}(?![\w-]))*)"
    rf"(?:(?P<joint>{_JOINT})|\s+(?=\w))(?!{_NO_NOUN})(?P<next>[A-Za-z][\w-]*)",
    re.IGNORECASE,
)
_DEGREES = phrase(
    r"(?<!as\s)(?:absolutely|certainly|completely|definitely|dramatically|drastically|effectively"
    r"|effortlessly|extremely|greatly|incredibly|instantly|naturally|permanently|powerfully|quickly"
    r"|rapidly|remarkably|safely|significantly|totally|truly|undoubtedly|uniquely) (?=[a-z])(?!(?:as|and"
    r"|or|than) )"
)
# After these a booster is what the sentence says of its subject: taking it out would leave a hole.
_PREDICATE = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|being|so|very|feels?|looks?|becomes?|as|how)|\w[\u2019'](?:s|re))\s*$",
    re.IGNORECASE,
)
# An "and" after such a word joins two adjectives, of which one goes.
_ADJECTIVE = re.compile(
    r"(?:al|ive|ed|ic|ful|ous|able|ible|ant|ent|free|safe|new|quick|fast|simple|easy)$", re.IGNORECASE
)
