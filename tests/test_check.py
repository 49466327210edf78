from __future__ import annotations

import argparse
import io
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from service.__main__ import main as overclaim
from service.classifier.results import (
    ArticleScore,
    Label,
    Verdict,
)
from service.classifier.text.markup import Format
from service.report import command, is_overstated
from service.report.inputs import format_of
from tests.report_cases import article, sentence

BUNDLED = Path(__file__).parents[1] / "service" / "bundled"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_46a39f3af193015e.txt"


class StandIn:
    """Stands in for the bundled model: overstated is what "cures", hedged what "may"."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Format]] = []

    def score(self, body: str, *, title: str, format: Format) -> ArticleScore:  # noqa: A002 - as the real one
        self.asked.append((title, format))
        sentences = []
        for match in re.finditer(r"[^.\s][^.]*\.", body):
            label = Label.NEUTRAL
            if "may" in match[0]:
                label = Label.HEDGED
            if "cures" in match[0]:
                label = Label.OVERSTATED
            sentences.append(sentence(body, match[0], label))
        overstated = any(each.label is Label.OVERSTATED for each in sentences)
        return article(
            body,
            verdict=Verdict.OVERSTATED if overstated else Verdict.NEUTRAL,
            severity=2 if overstated else 0,
            sentences=tuple(sentences),
        )


def check(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return command.run(parser.parse_args(["check", *arguments]), load=lambda _: StandIn())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bad.txt").write_text("PRP cures arthritis. It may help.\n", encoding="utf-8")
    (tmp_path / "good.md").write_text("# PRP\n\nIt may help some people.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_an_overstated_article_fails_the_check() -> None:
    assert check("bad.txt") == 1


@pytest.mark.usefixtures("folder")
def test_a_sound_article_passes() -> None:
    assert check("good.md") == 0


@pytest.mark.usefixtures("folder")
def test_an_article_below_the_least_severity_passes() -> None:
    assert check("bad.txt", "--min-severity", "2") == 1
    assert check("bad.txt", "--min-severity", "3") == 0


def test_a_hedged_article_passes_with_its_loose_sentences_unless_they_make_it_severe() -> None:
    assert not is_overstated(article(verdict=Verdict.HEDGED, severity=0), 1)
    assert is_overstated(article(verdict=Verdict.HEDGED, severity=1), 1)
    assert not is_overstated(article(verdict=Verdict.HEDGED, severity=1), 2)


def test_an_article_that_is_overstated_as_a_whole_fails_without_a_sentence_that_is() -> None:
    assert is_overstated(article(verdict=Verdict.OVERSTATED, severity=1, sentences=()), 1)


def test_an_article_without_anything_overstated_passes() -> None:
    assert not is_overstated(article(verdict=Verdict.HEDGED, severity=1, sentences=()), 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such file; check the path"),
        (b"caf\xe9 cures", "is not UTF-8 (byte 3); save it as UTF-8"),
        (b"\xff\xfeP\0R\0", "is not UTF-8 (byte 0); save it as UTF-8"),
        (b"%PDF-1.4\0\0\1", "is a binary file; save the article as plain text, Markdown or HTML"),
        (b"", "body is empty; an article needs a body"),
        (b"a" * 200_001, "body has 200,001 code points, of which 200,000 are allowed"),
        (b"a" * 1_048_577, "is longer than 1,048,576 bytes; check its parts one by one"),
    ],
)
def test_a_bad_input_is_told_and_the_others_are_still_checked(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, told: str
) -> None:
    if content is not None:
        (folder / "odd.txt").write_bytes(content)
    assert check("odd.txt", "bad.txt") == 2
    out, err = capsys.readouterr()
    assert err == f"overclaim: odd.txt: {told}\n"
    assert "bad.txt: overstated, severity 2 (misleading)" in out


def test_an_article_of_more_sentences_than_a_server_takes_is_told_and_the_others_are_still_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.txt").write_text("It may.\n" * 10_001, encoding="utf-8")
    assert overclaim(["check", "odd.txt", "bad.txt"]) == 2
    out, err = capsys.readouterr()
    told = "body has 10,001 sentences, of which 10,000 are allowed; submit it in parts"
    assert err == f"overclaim: odd.txt: {told}\n"
    assert "bad.txt: " in out


def test_a_folder_is_told_to_be_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(str(folder)) == 2
    assert "is a folder; name the files in it" in capsys.readouterr().err


def test_no_model_is_loaded_when_nothing_can_be_read(folder: Path) -> None:
    def load(_: Path) -> StandIn:
        raise AssertionError("loaded a model for nothing")

    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    assert command.run(parser.parse_args(["check", str(folder / "none.txt")]), load=load) == 2


def test_standard_input_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"PRP cures arthritis.\r\n")))
    assert check("-", "--format", "json") == 1
    row = json.loads(capsys.readouterr().out)
    assert (row["path"], row["sentences"][0]["text"]) == ("-", "PRP cures arthritis.")


def test_the_input_format_goes_by_the_ending() -> None:
    endings = ["a.txt", "a", "-", "a.md", "a.MARKDOWN", "a.html", "a.htm"]
    assert [format_of(path) for path in endings] == [
        Format.PLAIN, Format.PLAIN, Format.PLAIN, Format.MARKDOWN, Format.MARKDOWN, Format.HTML, Format.HTML,
    ]  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_the_title_and_a_named_input_format_reach_the_classifier() -> None:
    stand_in = StandIn()
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    flags = ["check", "bad.txt", "good.md", "--title", "Knees", "--input-format", "html"]
    command.run(parser.parse_args(flags), load=lambda _: stand_in)
    assert stand_in.asked == [("Knees", Format.HTML)] * 2


@pytest.mark.usefixtures("folder")
def test_colour_is_left_out_when_the_output_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    check("bad.txt")
    assert "\x1b" not in capsys.readouterr().out
    check("bad.txt", "--color", "always")
    assert "\x1b" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_colour_that_is_asked_for_outranks_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    check("bad.txt", "--color", "always")
    assert "\x1b[1;31m" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_several_files_are_a_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    check("bad.txt", "good.md", "--format", "json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["path"] for row in rows] == ["bad.txt", "good.md"]


@pytest.mark.usefixtures("folder")
def test_several_files_are_one_sarif_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("bad.txt", "good.md", "--format", "sarif") == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert [len(run["artifacts"]), len(run["results"])] == [2, 1]


def test_a_check_imports_neither_grpc_nor_scikit_learn() -> None:
    program = (
        "import sys; import service.report.command, service.report.text, service.report.sarif;"
        "print(sorted({'grpc', 'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(not BUNDLED.exists(), reason=f"no model is bundled yet: {BUNDLED}")
@pytest.mark.skipif(not SEED.exists(), reason=f"the seed article is not here: {SEED}")
def test_the_seed_article_is_checked_from_a_cold_start_in_two_seconds() -> None:
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "service", "check", "--format", "json", str(SEED)],
        capture_output=True,
        check=False,
    )
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of processor time: on a machine with nothing else to do it takes no longer by the clock.
    seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    row = json.loads(done.stdout)
    labels = [each["label"] for each in row["sentences"]]
    assert row["verdict"] == "hedged"
    assert {"overstated", "hedged"} <= set(labels)
    assert done.returncode == (row["severity"] >= 1)
    assert seconds < 2
