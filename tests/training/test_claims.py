from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from service.classifier import artifact
from training.claims import Text, judge, load, save, threshold

BUNDLED = Path(__file__).parents[2] / "service" / "bundled"
ENFORCEMENT = Path(__file__).parents[3] / "shared" / "data" / "enforcement" / "claims.jsonl"

CURE = Text("cure", "Our stem cell injections cure arthritis, with no risk at all.")
CAREFUL = [
    Text("a", "Cells were incubated at 37 degrees for 48 hours."),
    Text("b", "Larger trials are needed before any benefit can be claimed."),
    Text("c", "The trial enrolled 40 patients. It found no difference (p = 0.4)."),
    Text("empty", " "),
]


def test_at_the_threshold_no_more_than_the_share_is_reached() -> None:
    risks = np.linspace(0, 1, 101)
    for share in (0.0, 0.05, 0.5, 1.0):
        reached = float((risks >= threshold(risks, share=share)).mean())
        assert reached <= share
        assert reached > share - 0.011


def test_equal_risks_are_spared_together_rather_than_flagged_together() -> None:
    assert threshold(np.array([0.5, 0.5, 0.1]), share=0.34) > 0.5


def test_a_cure_stands_above_careful_text_by_both_scores() -> None:
    judged = judge(artifact.load(BUNDLED), [CURE], CAREFUL, false_alarms=0.0)
    assert [(each.score, each.flagged, each.missed) for each in judged.results] == [
        ("served", 1, ()),
        ("sentence", 1, ()),
    ]
    assert [each.false_alarms for each in judged.results] == [0.0, 0.0]


def test_the_strongest_sentence_of_a_text_counts() -> None:
    model = artifact.load(BUNDLED)
    alone = judge(model, [CURE], CAREFUL).scores[0]
    after = judge(model, [Text("two", f"The clinic is on the second floor. {CURE.text}")], CAREFUL).scores[0]
    assert after.sentence == pytest.approx(alone.sentence, abs=0.1)


def test_what_is_missed_is_named_the_nearest_first_and_written_without_text(tmp_path: Path) -> None:
    judged = judge(artifact.load(BUNDLED), CAREFUL[:2], [CURE], false_alarms=0.0)
    scores = {each.id: each.served for each in judged.scores}
    missed = judged.results[0].missed
    assert sorted(missed, key=lambda name: -scores[name]) == list(missed)
    assert len(missed) == 2
    save(judged, tmp_path / "claims.json")
    written = (tmp_path / "claims.json").read_text("utf-8")
    assert json.loads(written)["results"][0]["claims"] == 2
    assert "incubated" not in written


@pytest.mark.skipif(not ENFORCEMENT.exists(), reason="../shared/data/enforcement is not here")
def test_the_bundled_model_is_asked_of_every_claim_that_the_fda_cited() -> None:
    cited = load(ENFORCEMENT)
    judged = judge(artifact.load(BUNDLED), cited, CAREFUL)
    assert len(judged.scores) == len(cited) == 13
    assert all(0 < each.served < 1 for each in judged.scores)
