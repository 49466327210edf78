from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from training.examples import CorpusError
from training.public_sets import Claim, load, splits

if TYPE_CHECKING:
    from pathlib import Path


def claim(text: str, study: str, *, overstated: bool = False, context: str = "") -> Claim:
    return Claim(text, text.lower(), overstated, "made", study, context)


def written(file: Path, **fields: object) -> Path:
    line = {
        "text": "Tea cures colds.",
        "label": "overstated",
        "source": "made",
        "group": "g",
        "context": None,
    }
    file.write_text(json.dumps(line | fields), encoding="utf-8")
    return file


def test_a_line_is_read_with_its_study(tmp_path: Path) -> None:
    (found,) = load(written(tmp_path / "a.jsonl", group="insciout:03-11-035-1"))
    assert (found.overstated, found.study, found.context) == (True, "insciout:03-11-035", "")


def test_a_label_that_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="label: must be overstated or appropriate"):
        load(written(tmp_path / "a.jsonl", label="hedged"))


def test_facets_are_short_statements_and_all_of_them_together() -> None:
    context = "study design: other; strongest claim: code 6 (2 correlational .. 6 causal)"
    assert claim("x", "s", context=context).facets == (
        "study design: other",
        "strongest claim: code 6",
        "study design: other & strongest claim: code 6",
    )
    assert claim("x", "s", context="design: RCT").facets == ("design: RCT",)
    assert claim("x", "s", context="abstract conclusion: " + "word " * 20).facets == ()
    assert claim("x", "s").facets == ()


def test_a_study_and_a_text_that_two_studies_share_stay_on_one_side() -> None:
    claims = [claim(f"Claim {i} of it.", f"s{i // 2}", overstated=i % 3 == 0) for i in range(40)]
    claims += [claim("The same, twice!", "s1"), claim("the same twice", "s15")]
    tested = []
    for train, test in splits(claims, 4, 0):
        fitted = {claims[i].study for i in train}
        assert not fitted & {claims[i].study for i in test}
        assert len({"s1", "s15"} & fitted) in (0, 2)
        tested += test.tolist()
    assert sorted(tested) == list(range(len(claims)))


def test_too_few_claims_for_the_folds_are_told() -> None:
    with pytest.raises(CorpusError, match="9 folds cannot be made"):
        list(splits([claim("a", "s")], 9, 0))
