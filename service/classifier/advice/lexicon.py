"""The claim verbs of sales copy on regenerative medicine, in all their forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verb(NamedTuple):
    """The forms of a claim verb; `weak` is the -ing form of the weaker claim ("cure": "treating")."""

    base: str
    third: str
    gerund: str
    past: str
    weak: str


def verb_of(form: str) -> Verb:
    """The verb that a form belongs to. Raises KeyError for a form of no verb here."""
    return _BY_FORM[re.sub(r"\s+", " ", form.lower())]


def alternatives(forms: Iterable[str]) -> str:
    """A pattern for any one of the forms, the longest first."""
    ordered = sorted(set(forms), key=lambda form: (-len(form), form))
    return "|".join(form.replace(" ", r"\s+") for form in ordered)


def _conjugated(base: str) -> Verb:
    head, _, particle = base.partition(" ")
    tail = f" {particle}" if particle else ""
    stem = head.removesuffix("e")
    third = f"{head}es" if head.endswith(("sh", "ch", "ss", "x")) else f"{head}s"
    gerund, past = _IRREGULAR.get(head, (f"{stem}ing", f"{stem}ed"))
    if re.search(r"[^aeiou]y$", head):
        third, past = f"{head[:-1]}ies", f"{head[:-1]}ied"
    weak = _WEAKER.get(base, gerund + tail)
    return Verb(base, third + tail, gerund + tail, past + tail, weak)


def _split(words: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words.split())


_IRREGULAR = {
    "break": ("breaking", "broken"),
    "fight": ("fighting", "fought"),
    "grow": ("growing", "grown"),
    "rebuild": ("rebuilding", "rebuilt"),
    "regrow": ("regrowing", "regrown"),
    "spur": ("spurring", "spurred"),
    "stop": ("stopping", "stopped"),
}
# The weaker claim that stands for a verb which no open question can carry.
_WEAKER = {
    "banish": "reducing",
    "boost": "increasing",
    "conquer": "treating",
    "cure": "treating",
    "defeat": "treating",
    "eliminate": "reducing",
    "end": "reducing",
    "eradicate": "reducing",
    "erase": "reducing",
    "fix": "treating",
    "halt": "slowing",
    "ignite": "supporting",
    "overcome": "treating",
    "reverse": "slowing",
    "revolutionise": "changing",
    "revolutionize": "changing",
    "stop": "slowing",
    "supercharge": "supporting",
    "transform": "changing",
    "turbocharge": "supporting",
    "unlock": "changing",
    "wipe out": "reducing",
}
_BASES = _split(
    """accelerate activate address alleviate augment awaken banish boost break_down calm combat conquer
    control correct counteract cure decrease defeat delay densify deliver ease eliminate end enhance
    eradicate erase extend facilitate fight fix generate grow guide halt heal hydrate ignite improve
    increase inhibit lengthen lessen lift lower maximise maximize mend minimise minimize mitigate
    modulate nourish optimise optimize overcome preserve prevent prolong promote protect rebalance
    rebuild recharge reduce refine refresh regenerate regain regrow regulate reinforce rejuvenate
    relieve remodel renew repair replace replenish resolve restore retrain reverse revitalise
    revitalize revive revolutionise revolutionize shorten slow slow_down smooth soften soothe
    speed_up spur stabilise stabilize stimulate stop strengthen supercharge support suppress sustain
    tackle target thicken tighten transform treat trigger turbocharge unlock wipe_out"""
)

VERBS = tuple(_conjugated(base) for base in _BASES)
# Verbs that a trial can measure as an effect on a tissue or a function.
EFFECTS = frozenset(
    _split("heal rebuild regenerate regrow rejuvenate renew repair restore revitalise revitalize revive")
)
# Verbs that, in the passive, tell what became of a patient rather than how a treatment is given.
OUTCOMES = EFFECTS | frozenset(
    _split(
        """alleviate banish cure eliminate end eradicate erase fix halt improve prevent reduce relieve
        reverse stop"""
    )
)
# Words that show that no object follows, so that the verb has another reading.
NO_OBJECT = frozenset(
    _split(
        """about after again and are as at be been before better but by can during faster for from
        in into is itself may more now of off on or out over so than that themselves through to
        too under up was well were when which while will with within without yourself"""
    )
)
# After a base form, these show that it is a noun: "tissue repair mechanisms", "support group".
AFTER_NOUN = frozenset(
    _split(
        """capacity cell cells group groups mechanism mechanisms process processes program programs
        protocol protocols rate rates shot shots system systems therapies therapy time times treatment
        treatments"""
    )
)
_BY_FORM = {form: verb for verb in VERBS for form in (verb.past, verb.gerund, verb.third, verb.base)}
