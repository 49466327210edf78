"""What fitting costs by the number of sentences: `python -m tests.bench.fitting SENTENCES... [--plot FILE]`.

Each size is a corpus that `overclaim-train enlarge` makes of the one that comes with Overclaim. It is fitted
once by a process of its own, whose processor time and peak of resident memory are told; the peak is that of
all it does, reading the corpus included.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console

from tests.bench.serving import ROOT
from training.enlarging import write
from training.examples import load
from training.progress import displayed
from training.recipe import Recipe
from training.svg import Axes, dot, picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STYLE = (
    "<style>text{font:12px sans-serif;fill:#495057}.middle{text-anchor:middle}.end{text-anchor:end}"
    ".grid{stroke:#dee2e6}.curve{fill:none;stroke:#0b7285;stroke-width:2}.point{fill:#0b7285}</style>"
    '<rect width="100%" height="100%" fill="white"/>'
)
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
STEPS = 5


class Fitted(NamedTuple):
    """One fit: processor time in seconds, and the peak of resident memory in MB."""

    sentences: int
    seconds: float
    megabytes: float


def main() -> None:
    """Measure each size, print as they come, and draw where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sentences", type=int, nargs="*")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(_fitted_here(options.only)))
        return
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'sentences':>10} {'seconds':>9} {'ms each':>8} {'MB peak':>8} {'kB each':>8}")
    found = []
    for each in map(_measured, options.sentences):
        found.append(each)
        row = f"{each.sentences:10,} {each.seconds:9.1f} {each.seconds / each.sentences * 1e3:8.2f}"
        print(f"{row} {each.megabytes:8.0f} {each.megabytes / each.sentences * 1e3:8.2f}", flush=True)
    if options.plot:
        options.plot.write_text(plot(found), "utf-8")


def plot(found: Sequence[Fitted]) -> str:
    """Draw processor seconds against sentences, as SVG."""
    most, longest = max(each.sentences for each in found), max(each.seconds for each in found)
    axes = Axes(width=560, height=320, x_range=(0, most), y_range=(0, longest))

    def marks() -> Iterator[str]:
        yield STYLE
        yield from axes.grid(
            [(most * step / STEPS, f"{most * step / STEPS:,.0f}") for step in range(STEPS + 1)],
            [(longest * step / STEPS, f"{longest * step / STEPS:,.0f}") for step in range(STEPS + 1)],
            x_name="sentences",
            y_name="seconds of one processor",
        )
        yield axes.path([0, *(f.sentences for f in found)], [0, *(f.seconds for f in found)], "curve")
        for each in found:
            tip = f"{each.sentences:,} sentences: {each.seconds:,.0f} s, {each.megabytes:,.0f} MB"
            yield dot((axes.x(each.sentences), axes.y(each.seconds)), 4, "point", tip=tip)

    told = "; ".join(f"{each.sentences:,}: {each.seconds:,.0f} s" for each in found)
    drawn = picture("Fitting time by number of sentences", told, width=560, height=320, marks=marks())
    return drawn.replace("<svg ", f"<svg {XMLNS} ", 1) + "\n"


def _measured(sentences: int) -> Fitted:
    articles = [*chain.from_iterable(load([path]) for path in sorted(ROOT.glob("training/corpus/*.jsonl")))]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus.jsonl")
        write(corpus, articles, sentences=sentences, seed=0, progress=lambda *_: None)
        command = [sys.executable, "-m", "tests.bench.fitting", "--only", str(corpus)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return Fitted(*json.loads(done.stdout))


def _fitted_here(corpus: Path) -> Fitted:
    articles = load([corpus])
    began = time.process_time()
    with displayed(Console(stderr=True)) as progress:
        Recipe().fit(articles, progress=progress)
    taken = time.process_time() - began
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    assert peak
    return Fitted(sum(len(article.sentences) for article in articles), taken, int(peak[1]) * 1_024 / 1e6)


if __name__ == "__main__":
    main()
