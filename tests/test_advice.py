from __future__ import annotations

import json
import math
import re
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from service.classifier.advice import Edit, apply, propose
from service.classifier.results import Category, Label, Step
from service.classifier.text.markup import Format
from tests.costs import takes_less

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DATA = Path(__file__).parent / "data"
BUNDLED = Path(__file__).parents[1] / "service" / "bundled"
REAL_PAGES = Path(__file__).parents[2] / "shared" / "data" / "regen" / "pages.jsonl"

# What would only hide a claim; advice may leave such a word standing and never adds one.
LAUNDERING = re.compile(
    r"\b(?:may|might|could|can|promising|potential|potentially|possibly|perhaps|likely|hope|hopefully"
    r"|results (?:may )?vary|individual results)\b",
    re.IGNORECASE,
)
PRAISE = re.compile(
    r"\b(?:cures?|heals?|healed|regenerates?|restore[sd]?|repairs?|rebuilds?|reduces?|relieves?|eliminates?"
    r"|improves?|reversed?|renews?|treats?|helps?|works?|gave|can|will|guaranteed?|proven|proves|shown?|success"
    r"|revolutionary|miracle|breakthrough|cutting-edge|safe|effective|best|advanced|completely|natural|unique"
    r"|risk|side effects|downtime|better|faster|fewer|unlike|without|goodbye|don.t|today|now|only|amazing"
    r"|game-changer|power|future|forefront|thanks|because|led to|brought about|worked|all|any|every|various"
    r"|never|most|many|expect|ensures|FDA|science|evidence)\b",
    re.IGNORECASE,
)
SLOT = re.compile(r"\[[^\]]*\]")
CARE = re.compile(r"\[|\b(?:studied|study|studies|tested|compared|reported|aims?|suggests)\b")


class Case(NamedTuple):
    category: Category | None
    sentence: str
    rewrite: str


def cases() -> list[Case]:
    lines = (DATA / "advice.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(row["category"] and Category(row["category"]), row["sentence"], row["rewrite"])
        for row in map(json.loads, lines)
    ]


CASES = cases()


def stand_in(rewrites: Sequence[str]) -> list[float]:
    """Stands in for a classifier: praise raises the score, evidence and slots lower it."""
    scores = []
    for text in rewrites:
        praise = len(PRAISE.findall(SLOT.sub("[]", text)))
        scores.append(1 / (1 + math.exp(-(0.4 + 0.8 * praise - 1.5 * len(CARE.findall(text))))))
    return scores


def stubborn(rewrites: Sequence[str]) -> list[float]:
    """Stands in for a classifier that no part of a sentence can satisfy."""
    return [
        0.1 if text.startswith("[State what was studied, in how many people") else 0.9 for text in rewrites
    ]


def advised(case: Case, score: Callable[[Sequence[str]], Sequence[float]] = stand_in) -> tuple[Edit, ...]:
    return propose(case.sentence, case.category, score)


def test_there_are_examples_of_every_category() -> None:
    assert len(CASES) >= 120
    assert {case.category for case in CASES} == {*Category, None}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence[:50])
def test_the_rewrite_reads_as_english(case: Case) -> None:
    assert apply(case.sentence, advised(case)) == case.rewrite


@pytest.mark.parametrize("score", [stand_in, stubborn])
def test_no_rewrite_launders_a_claim_with_a_hedge(score: Callable[[Sequence[str]], Sequence[float]]) -> None:
    for case in CASES:
        before = LAUNDERING.findall(case.sentence.lower())
        after = LAUNDERING.findall(apply(case.sentence, advised(case, score)).lower())
        assert len(after) <= len(before), case.sentence


def test_every_sentence_gets_advice_that_lowers_its_score() -> None:
    for case in CASES:
        before, after = stand_in([case.sentence, apply(case.sentence, advised(case))])
        assert after < before, case.sentence


def test_edits_do_not_overlap_and_come_in_the_order_of_the_text() -> None:
    for case in CASES:
        for one, other in pairwise(advised(case)):
            assert one.end <= other.start, case.sentence
            assert one.start < other.start, case.sentence


def test_a_removal_adds_no_word() -> None:
    for case in CASES:
        for edit in advised(case):
            if edit.step is Step.REMOVE:
                added = set(re.findall(r"\w+", edit.replacement.lower()))
                old = set(re.findall(r"\w+", case.sentence[edit.start : edit.end + 1].lower()))
                # An article may have to follow the next word: "an amazing finding", "a finding".
                assert added <= old | {"a", "an"} or len(edit.replacement) == 1, case.sentence


def test_a_question_has_a_slot_and_no_other_change_has_one() -> None:
    for case in CASES:
        for edit in advised(case):
            assert (edit.step is Step.ASK) == ("[" in edit.replacement), (case.sentence, edit)


def test_every_edit_says_why() -> None:
    assert all(edit.why for case in CASES for edit in advised(case))


def test_edits_that_change_nothing_for_the_score_are_not_proposed() -> None:
    def only_the_booster(rewrites: Sequence[str]) -> list[float]:
        return [0.8 if "miracle" in text else 0.2 for text in rewrites]

    edits = propose("This miracle serum restores skin.", Category.EFFICACY, only_the_booster)
    assert [edit.step for edit in edits] == [Step.REMOVE]
    assert apply("This miracle serum restores skin.", edits) == "This serum restores skin."


def test_more_edits_are_tried_until_the_score_falls_below_one_half() -> None:
    def two_thirds_each(rewrites: Sequence[str]) -> list[float]:
        return [0.3 * sum(word in text for word in ("miracle", "restores")) + 0.25 for text in rewrites]

    edits = propose("This miracle serum restores skin.", Category.EFFICACY, two_thirds_each)
    assert (
        apply("This miracle serum restores skin.", edits)
        == "This serum is being tested for its effect on skin."
    )


def test_a_claim_that_cannot_be_mended_is_to_be_replaced_by_its_evidence() -> None:
    (edit,) = propose("Stem cells cure everything.", Category.EFFICACY, stubborn)
    assert edit.step is Step.ASK
    assert apply("Stem cells cure everything.", [edit]) == (
        "[State what was studied, in how many people, compared with what, and what harms were seen.]"
    )


def test_a_classifier_that_nothing_satisfies_still_gets_an_answer() -> None:
    (edit,) = propose("Stem cells cure everything.", Category.SAFETY, lambda rewrites: [0.9] * len(rewrites))
    assert edit.replacement.startswith("[State which harms were seen")


def test_line_breaks_and_odd_spaces_within_a_phrase_are_bridged() -> None:
    prose = "PRP has\r\nbeen  proven\u00a0to heal ligaments."
    edits = propose(prose, Category.CERTAINTY, stand_in)
    assert apply(prose, edits) == "PRP was reported, in [which study], to heal ligaments."


def test_applying_edits_that_overlap_is_refused() -> None:
    first = Edit(Step.REMOVE, 0, 4, "", "praise")
    second = Edit(Step.REMOVE, 2, 6, "", "praise")
    with pytest.raises(ValueError, match="overlap at offset 2"):
        apply("miracle", [second, first])


@pytest.mark.parametrize(
    "prose",
    [
        "PRP repairs tissue and " * 400,
        "a " * 10_000,
        "the most best " * 800,
        "9.9," * 5_000,
        "safe, " * 4_000,
    ],
)
def test_a_hostile_sentence_costs_little(prose: str) -> None:
    for text in (prose, prose[:1000]):
        assert takes_less(0.8, partial(propose, text, Category.EFFICACY, stand_in))


@pytest.mark.skipif(not REAL_PAGES.exists(), reason=f"the labelled pages are not here: {REAL_PAGES}")
def test_real_overstated_sentences_get_advice_that_launders_nothing() -> None:
    pages = (json.loads(line) for line in REAL_PAGES.read_text(encoding="utf-8").splitlines()[::6])
    sentences = [
        (row["text"], Category(row["category"]))
        for page in pages
        for row in page["sentences"]
        if row["label"] == "overstated"
    ]
    assert len(sentences) > 200
    for prose, category in sentences:
        rewrite = apply(prose, propose(prose, category, stand_in))
        assert rewrite != prose
        assert len(LAUNDERING.findall(rewrite)) <= len(LAUNDERING.findall(prose)), (prose, rewrite)


@pytest.mark.skipif(not BUNDLED.exists(), reason=f"no model is bundled yet: {BUNDLED}")
@pytest.mark.parametrize(
    "body", (DATA / "advice_articles.txt").read_text("utf-8").split("\n====\n\n"), ids=lambda body: body[:20]
)
def test_applying_the_advice_lowers_the_sentences_own_score_in_its_article(body: str) -> None:
    artifact = pytest.importorskip("service.classifier.artifact")
    classifier = artifact.load(BUNDLED)
    overstated = [
        each
        for each in classifier.score(body, format=Format.PLAIN).sentences
        if each.label is Label.OVERSTATED
    ]
    assert overstated
    for found in overstated:
        assert found.advice is not None
        rewrite = found.advice.rewrite
        mended = body[: found.start] + rewrite + body[found.end :]
        after = [
            each.scores.overstated
            for each in classifier.score(mended, format=Format.PLAIN).sentences
            if each.start < found.start + len(rewrite) and each.end > found.start
        ]
        assert max(after) < found.scores.overstated, (found.text, rewrite)
