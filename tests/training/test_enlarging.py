from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.__main__ import main
from training.enlarging import enlarge
from training.examples import deduplicate, grouped_folds, load

if TYPE_CHECKING:
    import pytest

CORPUS = Path(__file__).parents[2] / "training" / "corpus"


def test_a_corpus_of_any_size_is_a_corpus_that_splits_into_folds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "large.jsonl"
    arguments = ["--corpus", str(CORPUS / "journal.jsonl"), "--sentences", "5010", "--out", str(out)]
    assert main(["enlarge", *arguments]) == 0
    assert str(out) in capsys.readouterr().out
    articles = load([out])
    assert sum(len(article.sentences) for article in articles) == 5010
    assert len(deduplicate(articles)) == len(articles)
    assert [len(fold.test) for fold in grouped_folds(articles, 3, 0)] != []


def test_labels_keep_their_shares_and_sentences_are_new(tmp_path: Path) -> None:
    del tmp_path
    real = load([CORPUS / "clinic.jsonl"])
    made = list(enlarge(real, sentences=4000, seed=1))
    assert made == list(enlarge(real, sentences=4000, seed=1))
    assert made != list(enlarge(real, sentences=4000, seed=2))
    known = {sentence.text for article in real for sentence in article.sentences}
    rows = [row for article in made for row in article["sentences"]]
    assert sum(row["text"] in known for row in rows) < 0.1 * len(rows)
    share = sum(row["label"] == "overstated" for row in rows) / len(rows)
    sentences = [sentence for article in real for sentence in article.sentences]
    assert abs(share - sum(s.label == "overstated" for s in sentences) / len(sentences)) < 0.1
