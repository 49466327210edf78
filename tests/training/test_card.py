from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.training.made import TwoWords, corpus
from training.card import CardError, Report, card, read
from training.evaluate import evaluate
from training.evaluation import save

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def report(tmp_path: Path) -> Report:
    articles = corpus(30)
    found = evaluate(articles, TwoWords().predict(articles), model="two words", how="By hand.", resamples=20)
    save(found, tmp_path / "report.json")
    return read(tmp_path / "report.json")


def test_the_card_says_what_the_model_is_for_and_what_not(report: Report) -> None:
    text = card({"all": report}, failures="- Irony.", commands=["overclaim-train evaluate"])
    assert text.startswith("# Model card: two words\n")
    for said in ("Deciding what is lawful", "Deciding what is true", "without a person who has read it"):
        assert said in text
    assert "- Irony." in text
    assert "overclaim-train evaluate" in text
    assert "$" not in text


def test_every_report_has_its_column(report: Report) -> None:
    text = card({"all": report, "embedded alone": report}, failures="None.", commands=[])
    assert "| measure | all | embedded alone |" in text
    row = next(line for line in text.splitlines() if line.startswith("| `article.accuracy`"))
    assert row.count(" to ") == 2


def test_tables_have_as_many_cells_in_every_row(report: Report) -> None:
    text = card({"all": report}, failures="None.", commands=[])
    table: list[int] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append(line.count("|"))
        else:
            assert len(set(table)) <= 1
            table = []


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_what_is_no_report_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CardError, match=r"report\.json"):
        read(file)


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"nowhere\.json"):
        read(tmp_path / "nowhere.json")


def test_what_was_measured_elsewhere_has_a_section_only_where_it_was(report: Report) -> None:
    text = card({"all": report}, failures="None.", commands=[], elsewhere="Two of three claims.\n")
    assert "\n## On other text\n\nTwo of three claims.\n\n## Known failures\n" in text
    assert "On other text" not in card({"all": report}, failures="None.", commands=[])
