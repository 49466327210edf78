"""What a glance tells of a text is what the slower rules would say of it, and no text harms it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import artifact, model, weighing
from service.classifier.model import BRIEF, FEW_STOPS
from service.classifier.text import disguises, language, normalise, sentences
from service.classifier.text.document import read
from service.classifier.text.function_words import ENGLISH
from service.classifier.text.markup import Format
from service.classifier.text.stops import KNOWN
from tests.small import BUNDLED, HOSTILE, pages

if TYPE_CHECKING:
    from tests.promises import Promised

skim = pytest.importorskip(
    "service.classifier.text.skim", reason="there is no C compiler", exc_type=ImportError
)

TRICKS = (
    *("c u r e s", "h.e.a.l s", "(c)(u)(r)(e)(s)", "[h][e][a][l]", "curesss", "cu-res", "p.a.i.n-free"),
    *(
        "m1racle",
        "cure$",
        "$afe!",
        "pa|n",
        "stem-cell",
        "it's",
        "A B C D",
        "VIII",
        "B12",
        "CD34+",
        "www.a.b/c",
    ),
)
STOPS = (
    *(
        ". ",
        "! ",
        "? ",
        ".",
        "...",
        "…",
        ".\n",
        "\n",
        '." ',
        ".) ",
        " [1, 2]. ",
        ".3 ",
        "。",
        " . ",
        ".\u00a0",
    ),
    *(
        "Dr. ",
        "e.g. ",
        "vs. ",
        "Fig. 3",
        "vitamin C. ",
        "iv. ",
        "Step 1. ",
        "5 mg. ",
        "a.m. ",
        "etc. ",
        "no. ",
    ),
)
words = sorted({word for page in pages() for each in page.sentences for word in each.text.split()})
pieces = st.sampled_from(
    (*TRICKS, *STOPS, "A", "The ", "It", "is ", "x", " ", "\u00e9", "\ud800")
) | st.sampled_from(words)
texts = st.lists(pieces, max_size=30).map("".join) | st.lists(pieces, max_size=30).map(" ".join)
anything = texts | st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)


def agree(text: str) -> None:
    """Hold the glance to the rules of both, on one text."""
    told = disguises._asked(text)
    for finder in disguises.FINDERS:
        assert finder in told or not [*finder(text)], finder
    assert cut(text, glance=True) == cut(text, glance=False)
    assert skim.Words(ENGLISH).count(text) == language._counted(text)
    assert skim.has_gap(text) == (normalise._SPACES.search(text) is not None)


def cut(text: str, *, glance: bool) -> list[tuple[int, int]]:
    with pytest.MonkeyPatch.context() as patched:
        if not glance:
            patched.setattr(sentences, "skim", None)
            patched.setattr(disguises, "skim", None)
            patched.setattr(normalise, "skim", None)
        return [(each.start, each.end) for each in read(text, Format.PLAIN).sentences]


@given(anything)
@settings(max_examples=1_500, deadline=None)
def test_a_glance_tells_what_the_rules_would(text: str) -> None:
    agree(text)


def test_a_glance_tells_what_the_rules_would_of_the_corpus() -> None:
    for page in pages():
        agree(" ".join(sentence.text for sentence in page.sentences))


@pytest.mark.parametrize("trick", TRICKS[:12])
def test_each_trick_is_undone_as_without_a_glance(trick: str) -> None:
    text = f"It {trick} all. Ask us."
    found = disguises.undisguised(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(disguises, "skim", None)
        assert disguises.undisguised(text) == found


@given(texts)
@settings(max_examples=300, deadline=None)
def test_a_text_that_is_parted_at_its_lines_is_undone_as_a_whole(text: str) -> None:
    text = text.replace("The ", "\n").replace("A", "\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(disguises, "_STRETCH", 3)
        parted = disguises.undisguised(text)
        patched.setattr(disguises, "skim", None)
        assert disguises.undisguised(text) == parted


def test_most_of_an_honest_article_needs_no_closer_look() -> None:
    text = "The trial ended early. Patients were followed for a year! Did it help? Nobody knows yet."
    assert not disguises._asked(text)
    found = skim.stops(text, 0, len(text), KNOWN, 38)
    assert [each for each in found if each >= 0] == [len(text) - 1]


def test_places_beyond_the_text_are_refused_rather_than_read() -> None:
    with pytest.raises(IndexError):
        skim.stops("abc", 0, 4, KNOWN, 38)
    assert skim.stops("abc", 2, 1, KNOWN, 38) == []


def test_words_are_counted_as_python_parts_and_lowers_them() -> None:
    counting = skim.Words(frozenset({"the", "kelvin", "a"}))
    for text, expected in {
        "": (0, 0),
        " The\tTHE\x1cthe\u2003a\u00a0": (4, 4),
        "the, thee th e \x00 \u200bthe": (6, 0),
        "\u212aelvin \u0130 \ud800 A": (4, 2),  # the sign for kelvin is lowered to a k
        "t" * 200 + " a": (2, 1),
    }.items():
        assert counting.count(text) == expected, text


@pytest.mark.parametrize("word", ["", "\u00e9", "x" * 64])
def test_words_that_could_not_be_counted_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        skim.Words(frozenset({word}))


@pytest.mark.promise
def test_a_glance_tells_what_the_rules_would_of_many_random_texts(promised: Promised) -> None:
    rng = random.Random(20261124)
    torn = (*TRICKS, *STOPS, *words)
    letters = "aAbB iIvVxX.!?…\n\"'()[]-_*|/$@01358\u00e9\u00b7\u2026\u3002\u0130\U0001f9ec\ud800"
    read_so_far = 0
    for _ in range(20_000):
        agree(rng.choice(("", " ")).join(rng.choices(torn, k=rng.randint(0, 40))))
        agree("".join(rng.choices(letters, k=rng.randint(0, 60))))
        read_so_far += 2
    promised("random texts of which a glance tells what the rules would", read_so_far, at_least=40_000)


def test_what_is_brief_is_short_and_has_few_stops() -> None:
    served = artifact.load(BUNDLED)
    assert weighing.form() is weighing.Form.NATIVE
    assert served.is_brief("Stem cells may help. " * 100, title="Stem cells")
    assert not served.is_brief("x" * BRIEF, title="x")
    assert not served.is_brief("x.\n" * FEW_STOPS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(model, "skim", None)
        assert not served.is_brief("Stem cells may help.")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(weighing, "native", None)
        assert not served.is_brief("Stem cells may help.")
