from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from service.classifier import artifact, cues
from service.classifier.explain import CUES, REST, SHOWN, cues_of, explain, worded
from service.classifier.passages import passages
from service.classifier.words import split
from tests import slowly
from tests.small import BUNDLED, HOSTILE, classifier, pages
from training.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.classifier.compiled import Compiled, Reading
    from service.classifier.explain import Explanation, Part

WITHIN = 1e-6


@pytest.fixture(scope="module", params=["small", "bundled"])
def compiled(request: pytest.FixtureRequest) -> Compiled:
    return classifier().compiled if request.param == "small" else artifact.load(BUNDLED).compiled


def read(compiled: Compiled, sentences: Sequence[str]) -> tuple[Reading, list[Explanation]]:
    reading = compiled.read(sentences)
    return reading, explain(compiled, reading, [worded(sentence) for sentence in sentences])


def articles() -> list[list[str]]:
    """Give pages of the corpus, and pages of what no honest article holds."""
    rng = random.Random(1)
    honest = [[prose_of(sentence.text) for sentence in article.sentences] for article in pages()[::2]]
    texts = [text for article in honest for text in article] + list(HOSTILE) * 5
    return honest + [rng.sample(texts, 12) for _ in range(20)] + [[text] for text in HOSTILE]


def test_contributions_and_baseline_add_up_to_the_log_odds(compiled: Compiled) -> None:
    number = 0
    for sentences in articles():
        reading, explained = read(compiled, sentences)
        for place, found in enumerate(explained):
            probability = reading.probabilities.sentences[place, 0]
            odds = math.log(probability / reading.probabilities.sentences[place, 1:].sum())
            assert abs(found.baseline + sum(part.weight for part in found.parts) - odds) <= WITHIN
            number += 1
    assert number > 500


def test_a_word_s_part_points_at_the_word(compiled: Compiled) -> None:
    for sentences in articles():
        _, explained = read(compiled, sentences)
        for text, found in zip(sentences, explained, strict=True):
            for part in found.parts:
                if part.start is not None:
                    assert text[part.start : part.end] == part.feature
                    assert split(part.feature) == [part.feature.lower()]


def test_an_article_is_explained_as_each_of_its_sentences_is_term_by_term(compiled: Compiled) -> None:
    for sentences in articles():
        reading, explained = read(compiled, sentences)
        for place, (passage, found) in enumerate(zip(passages(sentences), explained, strict=True)):
            left = slowly.parts(compiled, reading, place, passage)
            for part in found.parts:
                if part.feature == REST:
                    assert max(map(abs, left.values())) <= abs(found.parts[-2].weight) + WITHIN
                    assert abs(part.weight - sum(left.values())) <= WITHIN
                    left = {}
                else:
                    assert abs(part.weight - left.pop((part.feature, part.start))) <= WITHIN
            assert not left


def parts(*sentences: str) -> tuple[Part, ...]:
    _, explained = read(classifier().compiled, sentences)
    return explained[-1].parts


def test_the_weightiest_parts_come_first_and_the_rest_in_one() -> None:
    found = parts(
        "Stem cells repair damaged cartilage and relieve your pain without any surgery or side effects."
    )
    assert len(found) == SHOWN + 1
    assert found[-1].feature == REST
    weights = [abs(part.weight) for part in found[:-1]]
    assert weights == sorted(weights, reverse=True)


def test_a_short_sentence_is_explained_without_a_rest() -> None:
    assert all(part.feature != REST for part in parts("..."))


def test_a_hedge_speaks_against_overstatement() -> None:
    found = {part.feature: part.weight for part in parts("PRP may help the knee.")}
    assert found["may"] < 0


def test_no_part_stands_twice() -> None:
    found = parts("It heals the knee and it heals the hip.")
    spans = [(part.feature, part.start) for part in found]
    assert len(set(spans)) == len(spans)


def test_cues_are_those_that_hedge_boost_claim_report_or_warn() -> None:
    found = {
        prose: family for start, end, family in cues_of(worded(SENTENCE)) for prose in [SENTENCE[start:end]]
    }
    assert {family.partition(".")[0] for family in found.values()} <= set(CUES)
    assert found["may"] == "hedge.modal"
    assert found["miracle"] == "boost.hype"
    assert {family.partition(".")[0] for family in cues.FAMILY_NAMES} >= set(CUES)


SENTENCE = "This miracle therapy may heal knees; more research is needed on its side effects."


def test_the_longest_cue_of_a_family_stands_for_those_within_it() -> None:
    by_family: dict[str, list[tuple[int, int]]] = {}
    for article in pages():
        for sentence in article.sentences:
            by_family.clear()
            for start, end, family in cues_of(worded(sentence.text)):
                assert 0 <= start < end <= len(sentence.text)
                by_family.setdefault(family, []).append((start, end))
            for spans in by_family.values():
                assert all(left[1] <= right[0] for left, right in pairwise(spans))
