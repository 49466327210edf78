"""The short benchmark, `poe bench`: what an article of 40 sentences costs here against plain scikit-learn.

In processor time of one thread, each way measured in turn on the same articles. Ratios are what to look at:
a machine that is slow or busy is so for all.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import joblib

from service.classifier import artifact, weighing
from service.classifier.compiled import Compiled
from service.classifier.text.document import read
from service.classifier.text.language import undetermined
from service.classifier.text.markup import Format
from service.classifier.weighing import Weigher
from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.bench.serving import ROOT, articles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUNDLED = ROOT / "service/bundled"
ARTICLES = 24
ROUNDS = 8
# How many times as much scikit-learn must take; docs/performance.md has what was measured, which is more.
LEAST = {weighing.Form.NATIVE: 14.0, weighing.Form.PYTHON: 4.0}


@dataclass
class Work:
    """Something that is done to an article; `first` and `best` are ms an article, of whole rounds."""

    name: str
    run: Callable[[int], object]
    first: float = inf
    best: float = inf

    def round(self, number: int) -> None:
        """Do it to each article once."""
        began = time.thread_time()
        for each in range(number):
            self.run(each)
        taken = (time.thread_time() - began) / number * 1_000
        self.first = taken if self.first == inf else self.first
        self.best = min(self.best, taken)


def measured(rounds: int = ROUNDS) -> dict[str, Work]:
    """Measure everything; the first round of each is the first time that it sees its articles."""
    bodies = [pb.ScoreArticleRequest.FromString(each).article.body for each in articles(ARTICLES, 40)]
    prose = [[sentence.prose for sentence in read(body, Format.PLAIN).sentences] for body in bodies]
    classifier = artifact.load(BUNDLED)
    pipeline = joblib.load(BUNDLED / "pipeline.joblib")
    python = Compiled(classifier.compiled.tables)
    python._weigher = Weigher(classifier.compiled.weights)  # as it is where there is no compiler

    def front(each: int) -> object:
        return undetermined(read(bodies[each], Format.PLAIN))

    works = [
        Work("scikit-learn", lambda each: pipeline.predict(prose[each])),
        Work("scorer", lambda each: classifier.compiled.predict(prose[each])),
        Work("scorer, python form", lambda each: python.predict(prose[each])),
        Work("text front", front),
        Work("article, scores alone", lambda each: classifier.score(bodies[each], explain=False)),
    ]
    for _ in range(rounds):
        for work in works:
            work.round(ARTICLES)
    return {work.name: work for work in works}


def table(works: Sequence[Work]) -> str:
    """Tell what came out."""
    plain = works[0].best
    lines = [f"{'':22} {'cold':>8} {'warm':>8} ms an article   scikit-learn takes times as much"]
    lines += [
        f"{each.name:22} {each.first:8.3f} {each.best:8.3f} {plain / each.best:22.1f}" for each in works
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and fail where scoring has lost what it had on scikit-learn."""
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; the {weighing.form()} form serves")
    works = measured()
    print(table([*works.values()]))
    return 0 if holds(works) else 1


def holds(works: dict[str, Work]) -> bool:
    """Tell whether the ratios hold that documents promise, a margin for noise taken off."""
    plain = works["scikit-learn"].best
    least = {"scorer": LEAST[weighing.form()], "scorer, python form": LEAST[weighing.Form.PYTHON]}
    return all(plain >= times * works[name].best for name, times in least.items())


if __name__ == "__main__":
    sys.exit(main())
