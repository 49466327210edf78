from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import context, pages
from service.classifier.decide import LABELS, VERDICTS, decide, decide_all
from service.classifier.many import predict_all
from tests.small import HOSTILE, classifier
from tests.small import pages as corpus
from training.prose import prose_of

WITHIN = 1e-12


@settings(max_examples=60, deadline=None)
@given(lengths=st.lists(st.integers(1, 14), min_size=1, max_size=9), seed=st.integers(0, 1000))
def test_many_articles_in_a_row_are_told_of_as_each_by_itself(lengths: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    held = pages.pages(lengths)
    first = context.softmax(chance.normal(size=(sum(lengths), 3)))
    titles = chance.uniform(size=(len(lengths), 1))
    others, around = pages.surroundings(first, held)
    whole = pages.whole(first, titles, held)
    for article, (start, length) in enumerate(zip(held.starts, lengths, strict=True)):
        own = slice(start, start + length)
        expected_others, expected_around = context.surroundings(first[own])
        assert np.abs(others[own] - expected_others).max() <= WITHIN
        assert np.abs(around[own] - expected_around).max() <= WITHIN
        expected = context.whole(first[own], float(titles[article, 0]))
        assert np.abs(whole[article] - expected).max() <= WITHIN
        assert held.place[own].tolist() == [*range(length)]


def test_headings_reign_until_the_next_one_or_the_end_of_their_article() -> None:
    held = pages.pages([3, 1, 4])
    leads = [False, True, False, True, False, False, True, False]
    assert pages.headings(held, leads).tolist() == [-1, -1, 1, -1, -1, -1, -1, 6]
    assert pages.before(held).tolist() == [-1, 0, 1, -1, -1, 4, 5, 6]


def test_articles_scored_at_once_score_as_each_by_itself() -> None:
    compiled, biases = classifier().compiled, classifier().biases
    articles = [[prose_of(sentence.text) for sentence in page.sentences] for page in corpus()]
    articles += [[text] for text in HOSTILE] + [[*HOSTILE[:2]], [*HOSTILE]]
    titles = [prose_of(page.title) for page in corpus()]
    titles += ["" if number % 2 else "Stem cells: a cure?" for number in range(len(articles) - len(titles))]
    found = predict_all(compiled, articles, titles)
    decided = decide_all(found, biases)
    for number, (sentences, title) in enumerate(zip(articles, titles, strict=True)):
        expected = compiled.predict(sentences, title=title)
        own = found.held.of == number
        assert np.abs(found.sentences[own] - expected.sentences).max() <= WITHIN
        assert np.abs(found.categories[own] - expected.categories).max() <= WITHIN
        assert np.abs(found.verdicts[number] - expected.verdict).max() <= WITHIN
        assert np.abs(found.severities[number] - expected.severity).max() <= WITHIN
        alike = decide(expected, biases)
        assert [LABELS[each] for each in decided.labels[own]] == [*alike.labels]
        assert (VERDICTS[decided.verdicts[number]], decided.severities[number]) == (
            alike.verdict,
            alike.severity,
        )
