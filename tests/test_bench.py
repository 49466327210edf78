"""What documents promise of speed, in ratios of one run. The long ones are run by `poe promises`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.classifier.text import document
from service.classifier.text.markup import Format
from tests.bench import scoring, serving
from tests.costs import is_linear

if TYPE_CHECKING:
    from tests.promises import Promised


@pytest.mark.promise
async def test_a_streams_articles_cost_the_server_less_than_calls_of_one_article_each(
    promised: Promised,
) -> None:
    """Answered with scores alone: what is compared is the way, not the reasons that both have to find."""
    ratio = await serving.streaming(serving.articles(160, 40, scores_alone=True), rounds=5)
    promised("articles a second by streams, to those by calls", ratio.of_rates(), at_least=1.2)


@pytest.mark.promise
async def test_two_workers_score_nearly_twice_as_much_as_one(promised: Promised) -> None:
    ratio = await serving.workers(serving.articles(160, 40, scores_alone=True), rounds=5)
    promised("articles a second of two workers, to those of one", ratio.of_rates(), at_least=1.8)


@pytest.mark.promise
def test_a_worker_is_ready_within_a_second_of_processor_time_and_takes_at_most_90_mb(
    promised: Promised,
) -> None:
    """Once its bytecode is there, as pip leaves it."""
    with serving.serving("--workers", "2") as server:
        workers = server.workers()
        assert len(workers) == 2
        ready = max(map(serving.seconds_of, workers))
        promised("processor time until a worker is ready", ready, at_most=1.0, unit="s")
        promised("memory of a worker (PSS)", max(server.megabytes()), at_most=90, unit="MB")


def test_scoring_takes_a_small_part_of_what_plain_scikit_learn_takes() -> None:
    works: dict[str, scoring.Work] = {}
    for _ in range(3):  # noise only ever adds, and not always: what holds once holds
        works = scoring.measured(rounds=3)
        if scoring.holds(works):
            return
    pytest.fail(scoring.table([*works.values()]))


def test_reading_text_takes_time_in_proportion_to_its_length() -> None:
    sentence = "Stem cells may repair the knee (2019), but Dr. Smith's trial was small. "
    assert is_linear(lambda times: document.read(sentence * times, Format.PLAIN), up_to=8_000)


def test_a_server_of_the_compiled_form_does_not_import_scikit_learn() -> None:
    with serving.serving() as server:
        maps = Path(f"/proc/{server.first}/maps").read_text("utf-8")
    assert "/numpy/" in maps
    assert "/sklearn/" not in maps
    assert "/scipy/" not in maps
