from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from service.article import Article
from service.classifier.text.markup import Format
from service.errors import InvalidArticle, KeyReused
from service.moderation import Answers, score_article
from tests.conftest import StandIn

if TYPE_CHECKING:
    from service.classifier.results import ArticleScore


def answers(*, seconds: float = 60, code_points: int = 1_000) -> tuple[Answers, list[float]]:
    """Answers, and the clock by which they forget."""
    now = [0.0]
    return Answers(seconds=seconds, code_points=code_points, clock=lambda: now[0]), now


def score(article: Article, kept: Answers, version: str = "first") -> ArticleScore:
    return score_article(article, classifier=StandIn(version), answers=kept)


def test_without_a_key_nothing_is_remembered() -> None:
    kept, _ = answers()
    score(Article("x"), kept)
    assert score(Article("x"), kept, "second").model == "second"


def test_a_key_is_forgotten_after_its_time() -> None:
    kept, now = answers(seconds=60)
    score(Article("x", idempotency_key="k"), kept)
    now[0] = 59.9
    assert score(Article("x", idempotency_key="k"), kept, "second").model == "first"
    now[0] = 60.0
    assert score(Article("x", idempotency_key="k"), kept, "second").model == "second"


def test_the_oldest_keys_are_forgotten_when_many_are_used() -> None:
    kept, _ = answers(code_points=100)
    for number in range(11):
        score(Article("x" * 10, idempotency_key=str(number)), kept)
    assert score(Article("x" * 10, idempotency_key="10"), kept, "second").model == "first"
    assert score(Article("x" * 10, idempotency_key="1"), kept, "second").model == "first"
    assert score(Article("x" * 10, idempotency_key="0"), kept, "second").model == "second"


def test_no_time_and_no_room_remember_nothing() -> None:
    for kept in (answers(seconds=0)[0], answers(code_points=0)[0]):
        score(Article("x", idempotency_key="k"), kept)
        assert score(Article("y", idempotency_key="k"), kept, "second").model == "second"


def test_any_change_of_the_article_needs_a_new_key() -> None:
    kept, _ = answers()
    article = Article("x", idempotency_key="k")
    score(article, kept)
    for changed in (
        replace(article, body="y"),
        replace(article, title="y"),
        replace(article, article_id="y"),
        replace(article, language="fr"),
        replace(article, format=Format.HTML),
    ):
        with pytest.raises(KeyReused):
            score(changed, kept)


def test_one_answer_stands_for_a_key_that_many_threads_use_at_once() -> None:
    kept, _ = answers()
    barrier = threading.Barrier(8)
    models = []

    def call(number: int) -> None:
        barrier.wait()
        models.append(score(Article("x SLOW", idempotency_key="k"), kept, str(number)).model)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(models) == 8
    assert len(set(models)) == 1


def test_an_invalid_article_is_not_scored() -> None:
    with pytest.raises(InvalidArticle, match=r"article\.body: has U\+0000 at code point 3"):
        score(Article("abc\0"), answers()[0])
