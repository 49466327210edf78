"""Advice found quickly, and the same as if every wording were scored by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.classifier import artifact
from service.classifier.advice import propose, search, together
from service.classifier.advice.grammar import phrase
from service.classifier.advice.needs import Needs, needs
from service.classifier.advice.phrases import RULES, rewordings
from service.classifier.results import Category, Label
from tests import slowly
from tests.small import BUNDLED, HOSTILE, pages
from tests.test_advice import CASES, DATA, stand_in, stubborn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BODIES = (DATA / "advice_articles.txt").read_text("utf-8").split("\n====\n\n")
PATTERNS = [rule.pattern for rule in RULES]


@pytest.mark.parametrize("score", [stand_in, stubborn])
def test_what_is_found_by_rank_is_what_scoring_every_wording_finds(
    score: Callable[[Sequence[str]], Sequence[float]],
) -> None:
    for case in CASES:
        found = propose(case.sentence, case.category, score)
        assert found == slowly.advised(case.sentence, case.category, lambda text: score([text])[0])


def test_searches_side_by_side_find_what_each_finds_by_itself() -> None:
    current = stand_in([case.sentence for case in CASES])
    searches = [search(case.sentence, case.category, risk) for case, risk in zip(CASES, current, strict=True)]
    rounds = []

    def score(wordings: Sequence[tuple[int, str]]) -> list[float]:
        rounds.append(len(wordings))
        return stand_in([wording for _, wording in wordings])

    found = together(searches, score)
    assert found == [propose(case.sentence, case.category, stand_in) for case in CASES]
    assert len(rounds) < 40 < len(CASES) < rounds[0]


def test_no_search_finds_nothing() -> None:
    assert together([], lambda wordings: [0.0] * len(wordings)) == []


def test_an_article_gets_the_advice_that_scoring_the_whole_page_anew_for_each_wording_gives() -> None:
    classifier = artifact.load(BUNDLED)
    number = 0
    for body in BODIES:
        judged = classifier.judge(body)
        sentences = [sentence.prose for sentence in judged.document.sentences]
        for place, found in enumerate(classifier.score(body).sentences):
            if found.label is Label.OVERSTATED:
                assert found.advice is not None
                assert judged.inner is not None
                risk = partial(slowly.risk, classifier.compiled, sentences, place)
                edits = slowly.advised(sentences[place], found.category, risk)
                expected = [(edit.step, edit.replacement, edit.why) for edit in edits]
                told = [(change.step, change.replacement, change.why) for change in found.advice.changes]
                assert told == expected
                number += 1
    assert number > 10


def test_no_rule_is_passed_over_that_matches() -> None:
    sought = Needs(PATTERNS)
    texts = [sentence.text for page in pages() for sentence in page.sentences] + list(HOSTILE)
    texts += [case.sentence for case in CASES]
    matched = 0
    for text in texts:
        met = set(sought.met(text))
        for number, pattern in enumerate(PATTERNS):
            if pattern.search(text):
                matched += 1
                assert number in met, (pattern.pattern, text)
    assert matched > 100


# To draw from such patterns takes as long as the machine lets it.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), number=st.integers(0, len(PATTERNS) - 1))
def test_no_text_that_a_rule_was_made_for_is_passed_over(data: st.DataObject, number: int) -> None:
    text = data.draw(st.from_regex(PATTERNS[number]))
    if PATTERNS[number].search(text):
        assert number in Needs([PATTERNS[number]] * (number + 1)).met(text)


def test_letters_that_only_folding_makes_plain_pass_over_nothing() -> None:
    long_s = "proven \u017fafe, with no \u017fide effect\u017f"
    assert [*rewordings(long_s, Category.SAFETY)]


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"cures? for\b", [{"cure"}, {"for"}]),
        (r"(?:an? |the )?(?:cure|remedy)", [{"cure", "remedy"}]),
        (r"works (?:wonders )?(?:for|on)", [{"works"}, {"for", "on"}]),
        (r"(?:\w+ )+[^,]*", []),
        (r"(?:FDA|\w+)[ -]approved", [{"approved"}]),
        ("don[\u2019']t (?!worry)(?:wait|delay){1,3}", [{"delay", "wait"}, {"don"}, {"t"}]),
        (r"(?P<what>[abc]x)(?P=what)\1", [{"ax", "bx", "cx"}]),
    ],
)
def test_what_a_pattern_needs_is_told_in_sets_the_longest_first(pattern: str, needed: list[set[str]]) -> None:
    assert needs(phrase(pattern)) == needed
