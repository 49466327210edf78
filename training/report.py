"""One page on a model for a person to read: the figures of report.json, drawn, and the worst mistakes, shown.

The page stands alone: no script, no font, nothing fetched.
"""

from __future__ import annotations

import math
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from service.classifier.results import Label, Verdict
from training import figures
from training.crossvalidation import LEARNING_MEASURES
from training.outcomes import LABELS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from training.evaluation import Comparison, Evaluation, Mistake, Wanted
    from training.examples import LabelledArticle
    from training.resampling import Estimate

HEADLINES: Final = {
    "sentence.macro_f1": "sentences: macro-F1",
    "sentence.auroc.overstated": "sentences: overstated AUROC",
    "sentence.auroc.hedged": "sentences: hedged AUROC",
    "sentence.category_accuracy": "category, where found",
    "article.auroc.overstated": "articles: overstated AUROC",
    "article.accuracy": "articles: three-way accuracy",
    "sentence.ece": "sentences: calibration error",
    "article.ece": "articles: calibration error",
}
GENRE_FIGURES: Final = {"sentence.macro_f1": "Sentence macro-F1", "article.accuracy": "Article accuracy"}
BOTH: Final = (Label.OVERSTATED, Label.HEDGED)
PASSAGE: Final = 320


def page(evaluation: Evaluation, articles: Sequence[LabelledArticle]) -> str:
    """Draw the page; `articles` are those evaluated, whose text the mistakes show."""
    style = files("training").joinpath("report.css").read_text(encoding="utf-8")
    body = "\n".join(_sections(evaluation, articles))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(evaluation.model)}: report</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _sections(evaluation: Evaluation, articles: Sequence[LabelledArticle]) -> Iterator[str]:
    yield from _opening(evaluation)
    if evaluation.gates:
        yield "<h2>Gates</h2>"
        rows = [(_code(g.gate), f"{g.value:.3f}", _outcome(passed=g.passed)) for g in evaluation.gates]
        yield _table(("gate", "value", ""), rows)
    if evaluation.comparison is not None:
        yield from _against(evaluation.comparison)
    yield "<h2>What is taken for what</h2>"
    yield '<div class="pair">'
    names = [label.value for label in LABELS]
    cells = figures.confusion("Sentences", evaluation.sentence_confusion, names, names)
    yield _figure("Sentences", cells, "Shade and per cent are shares of the row.")
    verdicts = [verdict.value for verdict in VERDICTS]
    counts = evaluation.article_confusion
    if not any(row[-1] for row in counts):
        verdicts.remove(Verdict.UNDETERMINED)
        counts = [row[:-1] for row in counts]
    cells = figures.confusion("Articles", counts, names, verdicts)
    yield _figure("Articles", cells, "An undetermined verdict counts as wrong.")
    yield "</div>"
    yield from _thresholds(evaluation)
    yield from _calibration(evaluation)
    yield from _kinds(evaluation)
    if evaluation.learning:
        yield from _learning(evaluation)
    yield from _mistakes(evaluation, articles)


def _opening(evaluation: Evaluation) -> Iterator[str]:
    corpus = evaluation.corpus
    overstated, hedged = (corpus.sentence_labels[label] for label in BOTH)
    yield f"<h1>{escape(evaluation.model)}</h1>"
    yield f"<p>{escape(evaluation.how)}</p>"
    yield (
        f'<p class="soft">{corpus.articles:,} articles of {corpus.publishers:,} publishers; '
        f"{corpus.sentences:,} sentences, {overstated:,} of them overstated and {hedged:,} hedged. Intervals "
        f"are 95 %, by bootstrap over publishers. Corpus <code>{corpus.sha256[:16]}</code>.</p>"
    )
    yield '<ul class="tiles">'
    for name, said in HEADLINES.items():
        found = evaluation.measures[name]
        yield (
            f'<li><span class="name">{escape(said)}</span><span class="value">{_number(found.value)}</span>'
            f'<span class="low">{_interval(found)}</span></li>'
        )
    yield "</ul>"
    if (agreement := evaluation.agreement) is not None:
        yield (
            f"<p>For scale: a second annotator, on {agreement.sentences:,} of the sentences, has macro-F1 "
            f"{agreement.macro_f1:.3f} and kappa {agreement.kappa:.3f} against the first.</p>"
        )
    rows = [(_code(name), _number(e.value), _interval(e)) for name, e in evaluation.measures.items()]
    yield f"<details><summary>Every measure</summary>{_table(('measure', 'value', '95 %'), rows)}</details>"


def _against(comparison: Comparison) -> Iterator[str]:
    articles = sum(flip.index is None for flip in comparison.flips)
    sentences = len(comparison.flips) - articles
    yield f"<h2>Against {escape(comparison.old)}</h2>"
    yield (
        f"<p>{articles:,} articles and {sentences:,} sentences are called differently: see report.json. "
        "Differences are new less old, by paired bootstrap over publishers; of calibration errors (ece) and "
        "of the severity error, less is better.</p>"
    )
    rows = [
        (_code(name), f"{gain.estimate.value:+.3f}", _interval(gain.estimate), f"{gain.p:.3f}")
        for name, gain in comparison.differences.items()
    ]
    yield _table(("measure", "difference", "95 %", "p"), rows)


def _thresholds(evaluation: Evaluation) -> Iterator[str]:
    yield "<h2>What a threshold buys</h2>"
    yield '<div class="pair">'
    for of in ("sentences", "articles"):
        curves = [curve for curve in evaluation.curves if curve.of == of]
        wanted = [each for each in evaluation.operating_points if each.of == of]
        drawn = figures.precision_recall(f"Precision and recall, {of}", curves, wanted)
        yield _figure(of.capitalize(), drawn, "Dots are operating points.", key=BOTH)
    yield "</div>"
    yield (
        "<p>Matched is the share at or above the threshold: the moderators' workload. Lower bounds are "
        "one-sided, 95 %, by bootstrap over publishers with the threshold kept.</p>"
    )
    heads = ("asked for", "threshold", "precision", "at least", "recall", "at least", "matched", "support")
    for of in ("sentences", "articles"):
        rows = [_bought(each) for each in evaluation.operating_points if each.of == of]
        yield f"<h3>{of.capitalize()}</h3>{_table(heads, rows)}"


def _bought(wanted: Wanted) -> tuple[str, ...]:
    asked = f"{_tag(wanted.label)} {escape(wanted.wish)}"
    if (point := wanted.point) is None:
        return (asked, "none", *[""] * 6)
    values = (point.precision, point.precision_lower, point.recall, point.recall_lower, point.match_rate)
    return (asked, f"{point.threshold:.4f}", *map(_number, values), f"{point.support:,}")


def _calibration(evaluation: Evaluation) -> Iterator[str]:
    caption = "Ten bins of equal weight; on the dashed line a promise of 0.3 comes true 3 times in 10."
    yield "<h2>Do probabilities keep their word?</h2>"
    yield '<div class="pair">'
    for of in ("sentences", "articles"):
        diagrams = [each for each in evaluation.reliability if each.of == of]
        drawn = figures.reliability(f"Reliability, {of}", diagrams)
        yield _figure(of.capitalize(), drawn, caption, key=BOTH)
    yield "</div>"


def _kinds(evaluation: Evaluation) -> Iterator[str]:
    caption = "In brackets the number of articles; lines are 95 % intervals."
    yield "<h2>By genre and by category</h2>"
    yield '<div class="pair">'
    for measure, said in GENRE_FIGURES.items():
        drawn = figures.by_genre(f"{said} by genre", evaluation.genres, measure)
        yield _figure(f"{said} by genre", drawn, caption)
    name = "Overstatements found, by category"
    caption = "In brackets the number of sentences; the dark part was given the right category too."
    yield _figure(name, figures.categories(name, evaluation.categories), caption)
    yield "</div>"


def _learning(evaluation: Evaluation) -> Iterator[str]:
    yield "<h2>What more articles bring</h2>"
    drawn = figures.learning("Learning curve", evaluation.learning, LEARNING_MEASURES)
    key = "".join(f'<li class="series-{i}">{escape(name)}</li>' for i, name in enumerate(LEARNING_MEASURES))
    yield f'<div class="pair"><figure><ul class="key">{key}</ul>{drawn}</figure></div>'


def _mistakes(evaluation: Evaluation, articles: Sequence[LabelledArticle]) -> Iterator[str]:
    by_id = {article.id: article for article in articles}
    yield "<h2>The worst mistakes</h2>"
    yield "<p>Where the model gave the truth the least chance: errors of the model, or of the labels.</p>"
    yield "<h3>Articles</h3>"
    for mistake in evaluation.mistakes:
        if mistake.index is None:
            article = by_id[mistake.article]
            yield _mistake(mistake, article, " ".join(each.text for each in article.sentences))
    yield "<h3>Sentences</h3>"
    for mistake in evaluation.mistakes:
        if mistake.index is not None:
            article = by_id[mistake.article]
            yield _mistake(mistake, article, article.sentences[mistake.index].text)


def _mistake(mistake: Mistake, article: LabelledArticle, passage: str) -> str:
    shown = passage if len(passage) <= PASSAGE else passage[:PASSAGE] + " …"
    where = article.id if mistake.index is None else f"{article.id}, sentence {mistake.index + 1}"
    source = " · ".join(part for part in (article.genre, where, article.title) if part)
    called = f'{_tag(mistake.label)} <span class="soft">called</span> {_tag(mistake.predicted)}'
    chance = f'<span class="soft">(the truth was given {mistake.probability:.1%})</span>'
    return (
        f'<div class="mistake">{called} {chance}<p>{escape(shown)}</p><small>{escape(source)}</small></div>'
    )


def _figure(name: str, drawn: str, caption: str, *, key: Iterable[str] = ()) -> str:
    items = "".join(f'<li class="{each}">{escape(each)}</li>' for each in key)
    legend = f'<ul class="key">{items}</ul>' if items else ""
    return (
        f"<figure><h3>{escape(name)}</h3>{legend}{drawn}<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out cells, which are markup already."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _tag(label: str) -> str:
    return f'<span class="label {escape(label)}">{escape(label)}</span>'


def _code(name: str) -> str:
    return f"<code>{escape(name)}</code>"


def _outcome(*, passed: bool) -> str:
    return '<span class="passed">passed</span>' if passed else '<span class="refused">refused</span>'


def _interval(found: Estimate) -> str:
    return "" if math.isnan(found.low) else f"{found.low:.3f} to {found.high:.3f}"


def _number(value: float) -> str:
    return "not defined" if math.isnan(value) else f"{value:.3f}"
