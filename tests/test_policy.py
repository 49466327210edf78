from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from service.classifier.results import Category, Label, Verdict
from service.policy import Action, Assessment, Policy, assess


@dataclass(frozen=True)
class Sentence:
    text: str
    label: Label = Label.NEUTRAL
    category: Category | None = None


CURE = Sentence("It cures every knee.", Label.OVERSTATED, Category.EFFICACY)
CALL = Sentence("Call us today.")


def judge(
    policy: Policy, *sentences: Sentence, overstated: float = 0.6, verdict: Verdict = Verdict.OVERSTATED
) -> Assessment:
    points = {"precision 0.9": 0.7}
    return assess(verdict=verdict, overstated=overstated, sentences=sentences, policy=policy, points=points)


@pytest.mark.parametrize(
    ("overstated", "action"),
    [(0.49, Action.PUBLISH), (0.5, Action.REVIEW), (0.79, Action.REVIEW), (0.8, Action.REVISE)],
)
def test_two_operating_points_make_three_actions(overstated: float, action: Action) -> None:
    assert judge(Policy(), CURE, overstated=overstated).action is action


def test_an_operating_point_is_known_by_what_it_buys() -> None:
    policy = Policy(review="precision 0.9")
    assert judge(policy, CURE, overstated=0.69).action is Action.PUBLISH
    assert judge(policy, CURE, overstated=0.7).action is Action.REVIEW
    assert judge(Policy(review="no such point"), CURE, overstated=0.5).action is Action.REVIEW


def test_what_cannot_be_judged_goes_to_a_person() -> None:
    undetermined = judge(Policy(), CALL, overstated=0.99, verdict=Verdict.UNDETERMINED)
    assert undetermined.action is Action.REVIEW


def test_an_allowed_finding_is_suppressed_and_says_so() -> None:
    found = judge(Policy(allow_phrases=("every knee",)), CALL, CURE, overstated=0.9)
    assert found.action is Action.PUBLISH
    assert [(each.phrase, each.allows, each.sentence) for each in found.phrases] == [("every knee", True, 1)]
    assert found.categories == ()


def test_a_block_phrase_sends_any_sentence_to_review() -> None:
    found = judge(Policy(block_phrases=("CALL  us",)), CALL, overstated=0.1, verdict=Verdict.NEUTRAL)
    assert (found.action, found.by_phrase) == (Action.REVIEW, True)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("cure", "It cures.", False),
        ("cure-all", "A Cure\u2010All.", True),
        ("cure", "A c\u200bu\u200bre!", True),
        ("cure", "A \uff43\uff55\uff52\uff45!", True),
        ("stem cell", "stem\ncell", True),
        ("stem cell", "cell stem", False),
    ],
)
def test_phrases_are_whole_words_however_they_are_dressed(phrase: str, text: str, *, found: bool) -> None:
    assert bool(judge(Policy(block_phrases=(phrase,)), Sentence(text)).phrases) is found


def test_a_category_can_always_go_to_review() -> None:
    policy = Policy(always_review=(Category.EFFICACY,))
    assert judge(policy, CURE, overstated=0.1).by_phrase
    assert judge(policy, CALL, overstated=0.1, verdict=Verdict.NEUTRAL).action is Action.PUBLISH


def test_a_long_list_of_phrases_costs_no_more_than_a_short_one() -> None:
    article = [Sentence("knee injections may help some patients " * 10)] * 500
    policy = Policy(block_phrases=tuple(f"knee phrase {n}" for n in range(1_000)))
    judge(policy, *article[:1])
    began = time.thread_time()
    judge(policy, *article)
    assert time.thread_time() - began < 5
