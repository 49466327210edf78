"""What reading and scoring cost by the length of the text: `python -m tests.bench.size [PLOT.svg]`."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

from service.classifier import artifact
from service.classifier.text.document import read
from service.classifier.text.language import undetermined
from service.classifier.text.markup import Format
from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.bench.serving import ROOT, articles

KILOBYTES = (1, 4, 16, 64, 256, 1_024)
WIDTH, HEIGHT, MARGIN = 560, 320, 50
COLOURS = {"text front": "#0b7285", "scorer": "#c2255c"}


def measured() -> dict[str, list[float]]:
    """Give milliseconds by way and by KILOBYTES, the best of several goes."""
    bodies = (pb.ScoreArticleRequest.FromString(each).article.body for each in articles(60, 40))
    text = "\n\n".join(bodies)
    text *= math.ceil(KILOBYTES[-1] * 1_000 / len(text))
    compiled = artifact.load(ROOT / "service/bundled").compiled
    figures: dict[str, list[float]] = {way: [] for way in COLOURS}
    for size in KILOBYTES:
        body = text[: size * 1_000]
        prose = [sentence.prose for sentence in read(body, Format.PLAIN).sentences]
        goes = max(3, 64 // size)
        figures["text front"].append(min(_taken(_front, body) for _ in range(goes)))
        figures["scorer"].append(min(_taken(compiled.predict, prose) for _ in range(goes)))
    return figures


def plot(figures: dict[str, list[float]]) -> str:
    """Draw milliseconds against kilobytes, both in powers of ten, as SVG."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        ' font-size="12"><rect width="100%" height="100%" fill="white"/>',
    ]
    for power in range(-1, 4):
        lines.append(_text(5, _y(10**power) + 4, f"{10**power:g} ms"))
        lines.append(f'<path d="M{MARGIN} {_y(10**power):.0f}H{WIDTH - 10}" stroke="#dee2e6"/>')
    lines += [_text(_x(size) - 10, HEIGHT - 15, f"{size} kB") for size in KILOBYTES]
    for number, (way, costs) in enumerate(figures.items()):
        path = " ".join(f"{_x(size):.0f},{_y(cost):.0f}" for size, cost in zip(KILOBYTES, costs, strict=True))
        lines.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[way]}" stroke-width="2"/>')
        lines.append(_text(MARGIN + 20, 30 + 18 * number, way, colour=COLOURS[way]))
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    """Measure, print, and draw where that is asked for."""
    figures = measured()
    print(f"{'kB':>6} {'text front':>12} {'scorer':>12} ms")
    for number, size in enumerate(KILOBYTES):
        print(f"{size:6} {figures['text front'][number]:12.2f} {figures['scorer'][number]:12.2f}")
    for path in sys.argv[1:]:
        Path(path).write_text(plot(figures), "utf-8")


def _front(body: str) -> object:
    return undetermined(read(body, Format.PLAIN))


def _taken(work: object, given: object) -> float:
    began = time.thread_time()
    work(given)  # type: ignore[operator] # one of two functions of one argument
    return (time.thread_time() - began) * 1_000


def _x(size: float) -> float:
    return MARGIN + 20 + math.log10(size) / math.log10(KILOBYTES[-1]) * (WIDTH - MARGIN - 60)


def _y(cost: float) -> float:
    return HEIGHT - 40 - (math.log10(cost) + 1) / 4 * (HEIGHT - 60)


def _text(x: float, y: float, text: str, *, colour: str = "#495057") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{text}</text>'


if __name__ == "__main__":
    main()
