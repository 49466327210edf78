"""Scored articles made by hand, for the tests of reports and of `overclaim check`."""

from __future__ import annotations

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
