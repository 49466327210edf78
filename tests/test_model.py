"""What the classifier promises of any article, held on articles as they come and as they attack."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest

from service.classifier import artifact
from service.classifier.model import MOST_ADVISED
from service.classifier.results import Label, Reason, Step, Verdict
from service.classifier.text.markup import Format
from service.classifier.words import split
from tests.small import BUNDLED, classifier, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.classifier.model import Classifier
    from service.classifier.results import ArticleScore, SentenceScore

ARTICLES = 2_000
EXPLAINED = 500
FORMATS = tuple(Format)
DECORATION = (
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "<li>",
        "<td>",
        "<div hidden>",
        "</div>",
        "<!-- x -->",
        "<script>",
    ),
    *(
        "</script>",
        "&amp;",
        "&nbsp;",
        "&rsquo;",
        "&#x1F600;",
        "**",
        "_",
        "# ",
        "- ",
        "1. ",
        "> ",
        "`",
        "[a](b)",
    ),
    *("\r\n", "\r\n\r\n", "\n\n", "\t", "\u00a0", "\u2028", "\x00", "\u200b", "\u202e", "\ufeff", "\u0301"),
    *(
        "\u0336\u0336",
        "\U0001f389",
        "\U0001f468\u200d\u2695\ufe0f",
        "\ufb01",
        "\u0430",
        "\u4e2d",
        "\ud800",
        "10\u2076",
    ),
)


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    return artifact.load(BUNDLED)


def bodies(number: int) -> Iterator[tuple[str, Format]]:
    """Make bodies of corpus sentences broken by markup, emoji, line ends, marks and what hides."""
    rng = random.Random(7)
    texts = [sentence.text for article in pages() for sentence in article.sentences]
    for count in range(number):
        pieces = []
        for text in rng.sample(texts, rng.randint(1, 4)):
            words = text.split(" ")
            for _ in range(rng.randint(0, 4)):
                words.insert(rng.randint(0, len(words)), rng.choice(DECORATION))
                place = rng.randrange(len(words))
                cut = rng.randint(0, len(words[place]))
                words[place] = words[place][:cut] + rng.choice(DECORATION) + words[place][cut:]
            pieces.append(" ".join(words))
        yield rng.choice(("\n\n", "\r\n", " ")).join(pieces), FORMATS[count % len(FORMATS)]


def check(body: str, score: ArticleScore) -> None:
    """Hold every promise that can be told from an answer."""
    assert math.isclose(score.scores.overstated + score.scores.hedged + score.scores.neutral, 1)
    assert (score.reason is None) == (score.verdict is not Verdict.UNDETERMINED)
    before = 0
    for sentence in score.sentences:
        assert before <= sentence.start < sentence.end <= len(body)
        assert sentence.text == body[sentence.start : sentence.end]
        assert (sentence.category is not None) == (sentence.label is Label.OVERSTATED)
        for cue in sentence.cues:
            assert sentence.start <= cue.start < cue.end <= sentence.end
            assert cue.text == body[cue.start : cue.end]
        for part in sentence.contributions:
            if part.start is not None and part.end is not None:
                assert sentence.start <= part.start < part.end <= sentence.end
        before = sentence.end


def adds_up(sentence: SentenceScore) -> bool:
    odds = math.log(sentence.scores.overstated / (sentence.scores.hedged + sentence.scores.neutral))
    return abs(sentence.baseline + sum(part.weight for part in sentence.contributions) - odds) <= 1e-6


def test_every_offset_holds_on_two_thousand_generated_articles() -> None:
    for number, (body, format) in enumerate(bodies(ARTICLES)):  # noqa: A001 - the contract's own word for it
        check(body, classifier().score(body, format=format, explain=number < EXPLAINED))


def test_every_sentence_of_the_bundled_model_is_explained_exactly(bundled: Classifier) -> None:
    for body, format in bodies(200):  # noqa: A001 - as above
        score = bundled.score(body, format=format)
        check(body, score)
        assert all(map(adds_up, score.sentences))


@pytest.mark.parametrize(
    ("body", "format"),
    [
        ("Stem cells cure arthritis in every patient.", Format.PLAIN),
        ("Stem **cells** [cure](http://x.test) _arthritis_ in every patient.", Format.MARKDOWN),
        ("<p>Stem <b>cells</b> cure&nbsp;<i>arthritis</i> in every patient.</p>", Format.HTML),
    ],
)
def test_a_contribution_points_at_its_word_in_the_body(body: str, format: Format) -> None:  # noqa: A002 - as above
    (sentence,) = classifier().score(body, format=format).sentences
    words = [part for part in sentence.contributions if part.start is not None]
    assert words
    for part in words:
        assert body[part.start : part.end] == part.feature
        assert split(part.feature)
    assert {"cure", "every"} & {cue.text for cue in sentence.cues}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Stem cells cure arthritis.", Reason.TOO_SHORT),
        (
            "Las c\u00e9lulas madre curan la artritis y no tienen ning\u00fan efecto secundario.",
            Reason.LANGUAGE,
        ),
        (
            "Die Stammzellen heilen das Knie und es gibt keine Nebenwirkungen f\u00fcr den Patienten.",
            Reason.LANGUAGE,
        ),
        (
            "\u5e72\u7ec6\u80de\u53ef\u4ee5\u6cbb\u6108\u5173\u8282\u708e\u3002\u6ca1\u6709\u4efb\u4f55\u526f\u4f5c\u7528\u3002",
            Reason.LANGUAGE,
        ),
        ("for (i = 0; i < n; i++) { x[i] = f(y[i]); }\nreturn x == null ? {} : x;", Reason.NO_WORDS),
        ("12 34 56 78 90 12.5 33 48 1,000", Reason.NO_WORDS),
        ("U3RlbSBjZWxscyBjdXJlIGFydGhyaXRpcyBpbiBldmVyeSBwYXRpZW50Lg==", Reason.NO_WORDS),
    ],
)
def test_what_cannot_be_judged_is_undetermined_and_its_sentences_are_listed(
    body: str, reason: Reason
) -> None:
    score = classifier().score(body)
    assert (score.verdict, score.reason, score.severity) == (Verdict.UNDETERMINED, reason, 0)
    assert score.sentences
    check(body, score)


@pytest.mark.parametrize("body", ["", " \r\n\t", "\u200b", "<p></p>", "<script>cure()</script>"])
def test_an_empty_body_is_undetermined_and_has_no_sentences(body: str) -> None:
    score = classifier().score(body, format=Format.HTML)
    assert score.verdict is Verdict.UNDETERMINED
    assert score.sentences == ()
    assert score.scores.overstated == score.scores.hedged == score.scores.neutral


def test_advice_lowers_the_sentences_own_score(bundled: Classifier) -> None:
    advised = 0
    for article in pages():
        body = "\n\n".join(sentence.text for sentence in article.sentences)
        for sentence in bundled.score(body).sentences:
            if sentence.advice is None or not sentence.advice.changes:
                continue
            rewritten = body[: sentence.start] + sentence.advice.rewrite + body[sentence.end :]
            again = next(
                (
                    each
                    for each in bundled.score(rewritten, explain=False).sentences
                    if each.start == sentence.start
                ),
                None,
            )
            assert again is not None
            assert again.scores.overstated < sentence.scores.overstated, sentence.text
            advised += 1
            assert all(change.step in Step for change in sentence.advice.changes)
    assert advised > 20


def test_only_overstated_sentences_are_advised_and_of_a_page_of_hype_the_worst(bundled: Classifier) -> None:
    body = "\n\n".join(
        f"Our miracle stem cells cure disease number {number} for good!" for number in range(80)
    )
    score = bundled.score(body)
    assert all(each.advice is None for each in score.sentences if each.label is not Label.OVERSTATED)
    over = [each for each in score.sentences if each.label is Label.OVERSTATED]
    advised = [each.scores.overstated for each in over if each.advice is not None]
    bare = [each.scores.overstated for each in over if each.advice is None]
    assert len(advised) == min(MOST_ADVISED, len(over))
    assert not bare or min(advised) >= max(bare)


def test_without_explanations_the_scores_are_the_same() -> None:
    for body, format in bodies(30):  # noqa: A001 - as above
        full, bare = (classifier().score(body, format=format, explain=explain) for explain in (True, False))
        assert (full.verdict, full.severity, full.scores) == (bare.verdict, bare.severity, bare.scores)
        for one, other in zip(full.sentences, bare.sentences, strict=True):
            assert (one.label, one.scores, one.category) == (other.label, other.scores, other.category)
            assert (other.cues, other.contributions, other.advice) == ((), (), None)


def test_an_article_is_scored_the_same_again_and_named_by_its_model() -> None:
    body = "Stem cells cure arthritis in every patient. More research is needed."
    assert classifier().score(body) == classifier().score(body)
    assert classifier().score(body).model == classifier().version


def test_the_bundled_model_tells_hype_from_care_and_from_plain_matter(bundled: Classifier) -> None:
    hype = bundled.score(
        "Our miracle stem cells cure arthritis in every patient. There is no risk. Call today!"
    )
    assert (hype.verdict, hype.sentences[0].label) == (Verdict.OVERSTATED, Label.OVERSTATED)
    care = bundled.score(
        "In a randomised trial of 120 patients, cells did not relieve pain more than placebo. "
        "More research is needed before the treatment can be recommended."
    )
    assert care.verdict is Verdict.HEDGED
