"""Words spelt so that a machine would not know them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.hostile.articles import as_html, as_markdown
from tests.hostile.kinds import HTML, MARKDOWN, Group, Outcome, text
from tests.hostile.tricks import TRICKS, Sort, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

G = Group.SPELLING
REVIEW, TWIN, CLAIMS = Outcome.REVIEW, Outcome.TWIN, Outcome.CLAIMS
# Words of the clean article's claims that are worth hiding.
KNOWN: Final = re.compile(r"\b(?:treatment|cures|arthritis|patient|completely|safe|every)\b")
LEET: Final = str.maketrans("aeiost", "431057")
MORE_LEET: Final = str.maketrans("aeis", "@3!$")


def known(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change the claims' own words alone."""
    return lambda clean: KNOWN.sub(lambda word: change(word[0]), clean)


def html(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change the claims' own words in HTML."""
    return lambda clean: KNOWN.sub(lambda word: change(word[0]), as_html(clean))


def markdown(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change the claims' own words in Markdown."""
    return lambda clean: KNOWN.sub(lambda word: change(word[0]), as_markdown(clean))


def mixed(word: str) -> str:
    """Set another sign after each letter."""
    return "".join(letter + "._-*~"[place % 5] for place, letter in enumerate(word[:-1])) + word[-1]


def halved(between: str) -> Callable[[str], str]:
    """Set a sign in the middle of a word."""
    return lambda word: f"{word[:2]}{between}{word[2:]}"


SPELLING: Final = (
    text(G, "spaced", TWIN, known(" ".join)),
    text(G, "spaced twice", TWIN, known("  ".join)),
    text(
        G,
        "spaced, two words in one run",
        TWIN,
        lambda clean: clean.replace("no side effects", " ".join("nosideeffects")),
    ),
    text(G, "spaced, everything", REVIEW, " ".join),
    text(G, "a letter a line, everything", REVIEW, lambda clean: "\n".join(clean.replace("\n", ""))),
    text(G, "dotted", TWIN, in_words(".".join)),
    text(G, "dotted in the middle of the line", TWIN, in_words("\u00b7".join)),
    text(G, "hyphened", TWIN, in_words("-".join)),
    text(G, "underscored", TWIN, in_words("_".join)),
    text(G, "starred", TWIN, in_words("*".join)),
    text(G, "slashed", TWIN, in_words("/".join)),
    text(G, "comma after comma", TWIN, known(",".join)),
    text(G, "signs of all sorts between letters", TWIN, known(mixed)),
    text(
        G,
        "letters in brackets of their own",
        TWIN,
        known(lambda word: "".join(f"({letter})" for letter in word)),
    ),
    text(G, "a hyphen within", TWIN, known(halved("-"))),
    text(G, "an asterisk within", TWIN, known(halved("*"))),
    text(G, "an apostrophe within", TWIN, known(halved("'"))),
    text(G, "last letters repeated", TWIN, known(lambda word: word + word[-1] * 4)),
    text(
        G,
        "vowels repeated",
        TWIN,
        known(lambda word: re.sub("[aeiou]", lambda vowel: vowel[0] * 5, word, count=1)),
    ),
    text(G, "digits for letters", TWIN, known(lambda word: word.translate(LEET))),
    text(G, "signs for letters", TWIN, known(lambda word: word.translate(MORE_LEET))),
    text(G, "digits for letters, everywhere", REVIEW, lambda clean: clean.translate(LEET)),
    text(G, "capitals alone", CLAIMS, str.upper),
    text(
        G,
        "capitals by turns",
        TWIN,
        lambda clean: "".join(
            letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(clean)
        ),
    ),
    text(G, "without vowels", REVIEW, lambda clean: re.sub(r"\B[aeiou]", "", clean)),
    text(G, "without spaces", REVIEW, lambda clean: clean.replace(" ", "")),
    text(G, "every word backwards", REVIEW, lambda clean: re.sub(r"\w+", lambda word: word[0][::-1], clean)),
    text(G, "all of it backwards", REVIEW, lambda clean: clean[::-1]),
    text(G, "split by emphasis", TWIN, markdown(lambda word: f"{word[:2]}**{word[2:]}**"), MARKDOWN),
    text(
        G, "split by escapes and links", TWIN, markdown(lambda word: f"{word[:2]}[{word[2:]}](x)"), MARKDOWN
    ),
    text(
        G,
        "split by HTML in Markdown",
        TWIN,
        markdown(lambda word: f"{word[:2]}<!-- -->{word[2:]}<b></b>"),
        MARKDOWN,
    ),
    text(G, "split by a soft break", TWIN, html(halved("<wbr>")), HTML),
    text(G, "split by an entity that nobody sees", TWIN, html(halved("&shy;&zwnj;&#8203;")), HTML),
    text(G, "split by text of no size", TWIN, html(halved("<span style='font-size:0'>not</span>")), HTML),
    text(
        G, "split by text that is see-through", TWIN, html(halved("<span style='opacity:0'>not</span>")), HTML
    ),
    text(G, "split by a script", TWIN, html(halved("<script>not</script>")), HTML),
    *(
        text(G, f"split: {trick.name}", TWIN, trick.make, HTML)
        for trick in TRICKS
        if trick.sort is Sort.MARKUP and trick.format.name == "HTML"
    ),
)
