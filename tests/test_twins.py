"""A trick that a reader does not notice changes no decision."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from service.classifier.artifact import load
from service.classifier.text.document import read
from service.classifier.text.markup import Format
from tests.conftest import BUNDLED
from tests.hostile.articles import corpus
from tests.hostile.tricks import TRICKS, Trick

if TYPE_CHECKING:
    from service.classifier.model import Classifier
    from tests.promises import Promised

QUICK, ALL = 10, 200


@cache
def bundled() -> Classifier:
    return load(BUNDLED)


@cache
def clean(text: str) -> tuple[object, ...]:
    return decided(text, Format.PLAIN)


def decided(body: str, format: Format) -> tuple[object, ...]:  # noqa: A002 - the contract's word
    """What is decided of a body, and what was read of it to decide that; its sentences quote it exactly."""
    score = bundled().score(body, format=format, explain=False)
    assert all(each.text == body[each.start : each.end] for each in score.sentences)
    said = tuple((each.label, each.category) for each in score.sentences)
    return (
        score.verdict,
        score.reason,
        score.severity,
        said,
        [each.prose for each in read(body, format).sentences],
    )


def differs(trick: Trick, text: str) -> bool:
    return decided(trick.make(text), trick.format) != clean(text)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_tricked_text_is_judged_like_its_clean_twin(trick: Trick) -> None:
    texts = [text for text in corpus() if "fi" in text][:QUICK]
    assert not [text for text in texts if trick.make(text) == text]
    assert [text[:80] for text in texts if differs(trick, text)] == []


@pytest.mark.promise
def test_two_hundred_texts_are_judged_alike_under_thirty_tricks(promised: Promised) -> None:
    texts = corpus()[:ALL]
    assert (len(texts), len(TRICKS)) == (ALL, 30)
    told = [(trick.name, text[:80]) for trick in TRICKS for text in texts if differs(trick, text)]
    promised(
        "Of 200 texts under 30 tricks each, those judged otherwise than their clean twin",
        len(told),
        exactly=0,
    )
