"""A map from a derived text back to the text it was made from.

One integer a code point would do, but building and slicing such lists was measured to cost more
than all the rest of the reading. Almost all of a derived text is copied stretch by stretch, so
this map keeps the stretches (runs) and finds the one asked for by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import overload


@dataclass(slots=True)
class Runs:
    """The stretches of a derived text in order, to be added one by one.

    Run k derives code points `at[k]` to `at[k + 1]` from source `begin[k]` to `end[k]`. One as long
    as its source is a copy; any other stands as a whole for the whole.
    """

    at: list[int] = field(default_factory=list)
    begin: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    length: int = 0

    def add(self, width: int, begin: int, end: int) -> None:
        """Say that the next `width` derived code points come from the source's `begin` to `end`."""
        self.at.append(self.length)
        self.begin.append(begin)
        self.end.append(end)
        self.length += width


class Offsets(Sequence[int]):
    """`offsets[i]` is where derived code point i begins in the source; the last entry is the end.

    There is one entry for each derived code point and one more; they never fall. `stop(i)` is
    where code point i ends: before `offsets[i + 1]` wherever something was left out.
    """

    __slots__ = ("_first", "_last", "_runs")

    def __init__(self, runs: Runs, first: int = 0, last: int | None = None) -> None:
        """Map derived code points `first` to `last` (all, unless told) by these runs."""
        self._runs = runs
        self._first = first
        self._last = runs.length if last is None else last

    @classmethod
    def identity(cls, length: int) -> Offsets:
        """Map a text of this length to itself."""
        return cls(Runs([0], [0], [length], length))

    def __len__(self) -> int:
        return self._last - self._first + 1

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        size = len(self)
        if not -size <= index < size:
            raise IndexError(index)
        place = self._first + index % size
        if place < self._last:
            return self._place(place)[0]
        return self._place(place - 1)[1] if place else self._runs.begin[0] if self._runs.begin else 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Offsets) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash((len(self), self[0], self[-1]))

    def stop(self, index: int) -> int:
        """Say where in the source derived code point `index` ends."""
        return self._place(self._first + index)[1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the tightest source span of derived code points `start` to `end`, half-open."""
        if start >= end:
            return self[start], self[start]
        first, last = self._first + start, self._first + end - 1
        runs = self._runs
        run = bisect_right(runs.at, first) - 1
        at, begin = runs.at[run], runs.begin[run]
        until = runs.at[run + 1] if run + 1 < len(runs.at) else runs.length
        if last < until and until - at == runs.end[run] - begin:  # in one stretch, most often
            return begin + first - at, begin + last - at + 1
        return self._place(first)[0], self._place(last)[1]

    def find(self, place: int) -> int:
        """Say which derived code point is the first that begins at the source's `place` or after it."""
        runs = self._runs
        run = bisect_left(runs.begin, place)
        if run:
            at, begin, end = runs.at[run - 1], runs.begin[run - 1], runs.end[run - 1]
            width = (runs.at[run] if run < len(runs.at) else runs.length) - at
            if place < end and width == end - begin:
                return at + place - begin - self._first
        return (runs.at[run] if run < len(runs.at) else runs.length) - self._first

    def part(self, start: int, end: int) -> Offsets:
        """Give the map of derived code points `start` to `end` alone; nothing is copied."""
        return Offsets(self._runs, self._first + start, self._first + end)

    def after(self, outer: Offsets) -> Offsets:
        """Give the map of a text derived from this derived text by `outer`, back to the source."""
        runs = Runs()
        for width, begin, end in outer._pieces():
            if width == end - begin:
                self._copy(begin, end, into=runs)
            else:
                runs.add(width, *self.span(begin, end))
        return Offsets(runs)

    def _place(self, place: int) -> tuple[int, int]:
        runs = self._runs
        run = bisect_right(runs.at, place) - 1
        at, begin, end = runs.at[run], runs.begin[run], runs.end[run]
        width = (runs.at[run + 1] if run + 1 < len(runs.at) else runs.length) - at
        if width != end - begin:
            return begin, end
        return begin + place - at, begin + place - at + 1

    def _pieces(self) -> list[tuple[int, int, int]]:
        runs = self._runs
        stops = [*runs.at, runs.length][1:]
        return [
            (stop - at, begin, end)
            for at, stop, begin, end in zip(runs.at, stops, runs.begin, runs.end, strict=True)
        ]

    def _copy(self, start: int, end: int, *, into: Runs) -> None:
        runs = self._runs
        run = bisect_right(runs.at, start) - 1
        while start < end:
            at, begin, stop = runs.at[run], runs.begin[run], runs.end[run]
            until = runs.at[run + 1] if run + 1 < len(runs.at) else runs.length
            upto = min(end, until)
            if until - at == stop - begin:
                into.add(upto - start, begin + start - at, begin + upto - at)
            else:
                for _ in range(upto - start):
                    into.add(1, begin, stop)
            start, run = upto, run + 1
