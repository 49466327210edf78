"""What documents promise of speed, in ratios of one run. Long, so they are run by `poe promises`."""

from __future__ import annotations

import pytest

from tests.bench import serving


@pytest.mark.promise
async def test_a_streams_articles_cost_the_server_less_than_calls_of_one_article_each() -> None:
    """Answered with scores alone: what is compared is the way, not the reasons that both have to find."""
    ratio = await serving.streaming(serving.articles(160, 40, scores_alone=True), rounds=5)
    assert ratio.of_rates() >= 1.2, ratio.told()


@pytest.mark.promise
async def test_two_workers_score_nearly_twice_as_much_as_one() -> None:
    ratio = await serving.workers(serving.articles(160, 40, scores_alone=True), rounds=5)
    assert ratio.of_rates() >= 1.8, ratio.told()


@pytest.mark.promise
def test_a_worker_is_ready_within_a_second_of_processor_time_and_takes_at_most_90_mb() -> None:
    """Once its bytecode is there, as pip leaves it."""
    with serving.serving("--workers", "2") as server:
        workers = server.workers()
        assert len(workers) == 2
        assert max(map(serving.seconds_of, workers)) <= 1.0
        assert max(server.megabytes()) <= 90
