"""What a text must hold for a pattern to match in it, which is quicker to look for than the pattern.

Dozens of patterns are tried on every sentence, and few of them match. Each is taken apart beforehand into
sets of strings: of every set some string stands in whatever it matches, as in Cox's "Regular Expression
Matching with a Trigram Index" (https://swtch.com/~rsc/regexp/regexp4.html).
"""

from __future__ import annotations

import re
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]  # typeshed leaves the parser's modules out
from re import _parser as parser  # type: ignore[attr-defined]  # as above; Hypothesis reads patterns likewise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Strings = frozenset[str]

_MOST: Final = 64  # strings of a set
_NOTHING: Final = frozenset({""})
_ASCII: Final = 128
# What a pattern that ignores case takes for an ASCII letter, and `str.lower` does not turn into one.
_FOLDED: Final = re.compile("[\u0130\u0131\u017f]")


class Needs:
    """What each of some patterns needs, all of which ignore case."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """Take the patterns apart."""
        self._needs = [needs(pattern) for pattern in patterns]

    def met(self, text: str) -> Iterator[int]:
        """Give the numbers of the patterns that may match somewhere in a text; no other one does."""
        if _FOLDED.search(text):
            return iter(range(len(self._needs)))
        lowered = text.lower()
        return (number for number, needed in enumerate(self._needs) if _holds(lowered, needed))


def needs(pattern: re.Pattern[str]) -> list[Strings]:
    """Give sets of lower-case strings, the longest first; what the pattern matches holds one of each."""
    found = map(_shortest, _needed(parser.parse(pattern.pattern, pattern.flags)))
    return sorted(found, key=_length, reverse=True)


def _holds(text: str, needed: Iterable[Strings]) -> bool:
    """Tell whether a text holds a string of each set."""
    for strings in needed:
        for string in strings:
            if string in text:
                break
        else:
            return False
    return True


def _needed(items: Any) -> Iterator[Strings]:  # noqa: ANN401 - the parser has no types
    """Give the sets of a sequence: of stretches that match but a few strings, and of what is between them."""
    run = _NOTHING
    for item in items:
        strings = _all_of(item)
        if strings is not None and len(run) * len(strings) <= _MOST:
            run = frozenset(map("".join, product(run, strings)))
            continue
        yield from _held(run)
        run = _NOTHING if strings is None else strings
        if strings is None:
            yield from _needed_within(*item)
    yield from _held(run)


def _held(strings: Strings) -> Iterator[Strings]:
    if "" not in strings:
        yield strings


def _needed_within(code: Any, value: Any) -> Iterator[Strings]:  # noqa: ANN401 - as above
    if code is codes.SUBPATTERN:
        yield from _needed(value[-1])
    elif code is codes.BRANCH:
        branches = [max(_needed(branch), key=_length, default=_NOTHING) for branch in value[1]]
        yield from _held(frozenset().union(*branches))
    elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0]:
        yield from _needed(value[2])


def _all_of(item: Any) -> Strings | None:  # noqa: ANN401, PLR0911 - as above; a return a kind of item
    """Give all strings that an item matches, where they are a few that stand written in it."""
    match item:
        case codes.LITERAL, int(code) if code < _ASCII:
            return frozenset({chr(code).lower()})
        case ((codes.AT | codes.ASSERT | codes.ASSERT_NOT), _):
            return _NOTHING
        case codes.IN, items:
            return _united([_all_of(each) for each in items])
        case codes.BRANCH, (_, branches):
            return _united([_joined(branch) for branch in branches])
        case codes.SUBPATTERN, (*_, within):
            return _joined(within)
        case ((codes.MAX_REPEAT | codes.MIN_REPEAT), (least, 1, within)):
            return _united([_joined(within), _NOTHING if least == 0 else frozenset()])
    return None


def _joined(items: Any) -> Strings | None:  # noqa: ANN401 - as above
    run = _NOTHING
    for item in items:
        strings = _all_of(item)
        if strings is None or len(run) * len(strings) > _MOST:
            return None
        run = frozenset(map("".join, product(run, strings)))
    return run


def _united(sets: Iterable[Strings | None]) -> Strings | None:
    united: set[str] = set()
    for strings in sets:
        if strings is None:
            return None
        united |= strings
    return frozenset(united) if len(united) <= _MOST else None


def _shortest(strings: Strings) -> Strings:
    """Leave out what holds another string of the set."""
    return frozenset(each for each in strings if not any(other in each for other in strings if other != each))


def _length(strings: Strings) -> int:
    return min(map(len, strings))
