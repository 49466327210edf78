"""Texts that play with code points: controls, what nobody sees, direction, looks, marks, emoji."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.hostile.articles import CLEAN
from tests.hostile.kinds import HTML, Group, Kind, Outcome, rejected, text
from tests.hostile.shapes import sent
from tests.hostile.tricks import LETTER, TRICKS, Sort, after_letters, alphabet, in_words, swap

if TYPE_CHECKING:
    from collections.abc import Callable

C, N, B, L, M, E = (
    *(Group.CONTROLS, Group.INVISIBLE, Group.BIDI),
    *(Group.LOOKALIKES, Group.MARKS, Group.EMOJI),
)
REVIEW, TWIN, CLAIMS = Outcome.REVIEW, Outcome.TWIN, Outcome.CLAIMS
UPSIDE_DOWN: Final = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞʅɯuodbɹsʇnʌʍxʎz", strict=True))
FAMILY: Final = "\U0001f468\u200d"


def of_tricks(sort: Sort, group: Group, *, without: tuple[str, ...] = ()) -> tuple[Kind, ...]:
    """Describe the plain tricks of a sort as kinds."""
    return tuple(
        text(group, trick.name, TWIN, trick.make)
        for trick in TRICKS
        if trick.sort is sort and trick.name not in without
    )


def lined(before: str, after: str = "") -> Callable[[str], str]:
    """Wrap each line."""
    return lambda clean: "\n".join(f"{before}{line}{after}" if line else line for line in clean.split("\n"))


def backwards(clean: str) -> str:
    """Write each line backwards, so that an override shows it forwards."""
    return "\n".join(f"\u202e{line[::-1]}\u202c" if line else line for line in clean.split("\n"))


CONTROLS: Final = (
    rejected(C, "U+0000 in the body", "article.body", partial(sent, body=CLEAN + "\0")),
    rejected(C, "U+0000 in the title", "article.title", partial(sent, title="Knees\0")),
    rejected(C, "U+0000 in the id", "article.article_id", partial(sent, article_id="\0")),
    rejected(C, "U+0000 in the publisher", "article.publisher", partial(sent, publisher="a\0b")),
    text(C, "C0 and C1 controls after letters", TWIN, after_letters("\x01", "\x08", "\x1f", "\x7f", "\x90")),
    text(C, "a byte order mark at the start", TWIN, lambda clean: "\ufeff" + clean),
    text(C, "tabs for spaces", TWIN, lambda clean: clean.replace(" ", "\t")),
    text(C, "vertical tabs and form feeds for spaces", CLAIMS, lambda clean: clean.replace(" ", "\x0b", 3)),
    text(C, "terminal escapes", CLAIMS, lambda clean: f"\x1b[2J\x1b[31m{clean}\x1b[0m"),
    text(C, "bells and backspaces", TWIN, lambda clean: clean.replace("cures", "cur\x07e\x08s")),
    text(C, "noncharacters", TWIN, lambda clean: clean.replace("cures", "cu\uffff\ufdd0res")),
    text(C, "private use", CLAIMS, lambda clean: f"{clean}\n\n\ue000\uf8ff\U000f0000"),
    text(C, "replacement characters", CLAIMS, lambda clean: f"{clean}\n\n\ufffd\ufffd\ufffd"),
    text(C, "UTF-8 read as Latin-1", CLAIMS, lambda clean: clean.replace(".", ".\u00e2\u0080\u009d")),
    text(
        C,
        "UTF-16 read as Latin-1",
        REVIEW,
        lambda clean: clean.encode("utf-16-be").decode("latin-1").replace("\0", "\u00ff"),
    ),
    text(C, "ignorable code points that mean nothing yet", TWIN, after_letters("\U000e0fff", "\ufff5")),
)

INVISIBLES: Final = (
    *of_tricks(
        Sort.INVISIBLE,
        N,
        without=("left-to-right and right-to-left marks", "bidi isolates around words", "C0 and C1 controls"),
    ),
    text(N, "a hundred zero-width spaces after each letter", TWIN, after_letters("\u200b" * 100)),
    text(
        N,
        "lines of zero-width spaces between paragraphs",
        TWIN,
        lambda clean: clean.replace("\n\n", "\n\u200b\n"),
    ),
    text(N, "zero-width spaces around full stops", TWIN, lambda clean: clean.replace(".", "\u200b.\u200b")),
    text(N, "blanks of Braille for spaces", TWIN, lambda clean: clean.replace(" ", "\u2800")),
    text(N, "nothing but zero-width spaces", REVIEW, lambda _: "\u200b" * 10_000),
    text(
        N,
        "the whole article in tag characters",
        REVIEW,
        lambda clean: "".join(chr(0xE0000 + ord(each)) for each in clean if each.isascii()),
    ),
)

BIDI: Final = (
    text(B, "left-to-right and right-to-left marks", TWIN, after_letters("\u200e", "\u200f", "\u061c")),
    text(B, "isolates around words", TWIN, in_words("\u2066{}\u2069".format)),
    text(B, "embeddings around lines", TWIN, lined("\u202a", "\u202c")),
    text(B, "right-to-left embeddings around lines", TWIN, lined("\u202b", "\u202c")),
    text(B, "first-strong isolates that never end", TWIN, lined("\u2068")),
    text(B, "pops that end nothing", TWIN, lined("\u202c\u2069")),
    text(B, "left-to-right overrides", TWIN, lined("\u202d", "\u202c")),
    text(B, "ten thousand nested embeddings", TWIN, lambda clean: "\u202b" * 10_000 + clean),
    text(B, "right-to-left overrides", REVIEW, lined("\u202e", "\u202c")),
    text(B, "text written backwards and shown forwards", REVIEW, backwards),
    text(B, "backwards by an entity", REVIEW, lambda clean: f"<p>&#x202E;{clean[::-1]}</p>", HTML),
    text(B, "backwards by a tag", REVIEW, lambda clean: f"<bdo dir=rtl>{clean[::-1]}</bdo>", HTML),
    text(
        B,
        "backwards by a style",
        REVIEW,
        lambda clean: f"<p style='unicode-bidi:bidi-override;direction:rtl'>{clean[::-1]}</p>",
        HTML,
    ),
    text(
        B, "a paragraph of Arabic within", CLAIMS, lambda clean: f"{clean}\n\nيمكنكم الاتصال بنا كل يوم عمل."
    ),
)

LOOKALIKES: Final = (
    *of_tricks(Sort.COMPATIBILITY, L, without=("letters with marks", "letters struck through")),
    text(
        L,
        "mathematical Fraktur",
        TWIN,
        swap(alphabet(0x1D51E, 0x1D504, {"C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"})),
    ),
    text(
        L,
        "mathematical double-struck",
        TWIN,
        swap(
            alphabet(0x1D552, 0x1D538, {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"})
        ),
    ),
    text(
        L,
        "mathematical script",
        TWIN,
        swap(
            alphabet(
                0x1D4B6,
                0x1D49C,
                {
                    "e": "ℯ",
                    "g": "ℊ",
                    "o": "ℴ",
                    "B": "ℬ",
                    "E": "ℰ",
                    "F": "ℱ",
                    "H": "ℋ",
                    "I": "ℐ",
                    "L": "ℒ",
                    "M": "ℳ",
                    "R": "ℛ",
                },
            )
        ),
    ),
    text(L, "mathematical sans-serif", TWIN, swap(alphabet(0x1D5BA, 0x1D5A0, digits=0x1D7E2))),
    text(
        L,
        "squared capitals for a claim's words",
        TWIN,
        lambda clean: clean.replace("cures", "🄲🅄🅁🄴🅂").replace("safe", "🆂🅰🅵🅴"),
    ),
    text(L, "parenthesised letters for a claim's words", TWIN, lambda clean: clean.replace("cures", "⒞⒰⒭⒠⒮")),
    text(
        L,
        "small capitals for a claim's words",
        TWIN,
        lambda clean: clean.replace("cures", "ᴄᴜʀᴇs").replace("every", "ᴇᴠᴇʀʏ"),
    ),
    text(L, "letters above the line", TWIN, lambda clean: clean.replace("cures", "ᶜᵘʳᵉˢ")),
    text(L, "Roman numerals for letters", TWIN, swap(dict(zip("cdilmvx", "ⅽⅾⅰⅼⅿⅴⅹ", strict=True)))),
    text(
        L,
        "a claim's word wholly in Cyrillic",
        TWIN,
        lambda clean: clean.replace("safe", "ѕаfе").replace("any", "аnу"),
    ),
    text(
        L,
        "letters of Armenian",
        TWIN,
        lambda clean: clean.replace("cures", "cսres").replace("patient", "patieոt"),
    ),
    text(L, "letters of Cherokee", TWIN, lambda clean: clean.replace("The", "Ꭲhe").replace("It", "Ꭵt")),
    text(L, "letters of Lisu", TWIN, lambda clean: clean.replace("Two", "ꓔwo").replace("Larger", "ꓡarger")),
    text(
        L,
        "strokes through letters",
        TWIN,
        lambda clean: clean.replace("treatment", "ŧreatmenŧ").replace("cells", "cełłs"),
    ),
    text(L, "full stops of one dot leaders", TWIN, lambda clean: clean.replace(".", "\u2024")),
    text(L, "full-width full stops", TWIN, lambda clean: clean.replace(".", "\uff0e")),
    text(L, "upside down", REVIEW, lambda clean: swap(UPSIDE_DOWN)(clean.lower())[::-1]),
)

MARKS: Final = (
    text(
        M,
        "two on each letter, composed",
        TWIN,
        lambda clean: unicodedata.normalize("NFC", after_letters("\u0301", "\u0308")(clean)),
    ),
    text(M, "struck through and underlined", TWIN, after_letters("\u0336\u0332")),
    text(M, "in piles of twenty", TWIN, after_letters("\u0301\u0316\u0327\u0337" * 5)),
    text(M, "in circles and keycaps", TWIN, after_letters("\u20dd", "\u20e3")),
    text(M, "of Cyrillic", TWIN, after_letters("\u0483", "\u0489")),
    text(M, "halves, and those of dialects", TWIN, after_letters("\ufe20", "\u1ab0", "\u1dc0")),
    text(M, "vowel points of Hebrew and Arabic", TWIN, after_letters("\u05b0", "\u064b")),
    text(M, "vowels of Thai and Devanagari", TWIN, after_letters("\u0e31", "\u0941")),
    text(M, "tones of East Asia", TWIN, after_letters("\u302a", "\u3099")),
    text(
        M,
        "a pile of 100,000 on one letter",
        TWIN,
        lambda clean: clean.replace("cures", "cu" + "\u0301" * 100_000 + "res"),
    ),
    text(
        M,
        "a pile of 100,000 in two orders",
        TWIN,
        lambda clean: clean.replace("cures", "cu" + "\u0301\u0316" * 50_000 + "res"),
    ),
    text(M, "before any letter", TWIN, lambda clean: "\u0301" * 100 + clean),
    text(M, "alone", REVIEW, lambda _: "\u0301\u0316" * 10_000),
)

EMOJI: Final = (
    text(E, "between words", TWIN, lambda clean: clean.replace(" ", " \U0001f525 ")),
    text(E, "for spaces", TWIN, lambda clean: clean.replace(" ", "\U0001f525")),
    text(E, "after full stops", TWIN, lambda clean: clean.replace(".", ".\U0001f600\U0001f680")),
    text(
        E,
        "families, skins and hearts",
        TWIN,
        lambda clean: clean.replace(
            ". ", ". \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \u2764\ufe0f "
        ),
    ),
    text(E, "flags", TWIN, lambda clean: clean.replace(". ", ". \U0001f1fa\U0001f1f8\U0001f1ec\U0001f1e7 ")),
    text(
        E,
        "between the letters of a claim's words",
        TWIN,
        lambda clean: clean.replace("cures", "\U0001f525".join("cures")).replace(
            "safe", "\u2b50".join("safe")
        ),
    ),
    text(
        E,
        "letters that are buttons",
        TWIN,
        lambda clean: clean.replace("cures", "\U0001f172ures").replace(
            "completely", "c\U0001f17e\ufe0fmpletely"
        ),
    ),
    text(E, "between all letters", REVIEW, lambda clean: LETTER.sub("\\g<0>\U0001f525", clean)),
    text(
        E,
        "the whole article in letters of flags",
        REVIEW,
        lambda clean: clean.lower().translate({0x61 + each: 0x1F1E6 + each for each in range(26)}),
    ),
    text(E, "nothing else", REVIEW, lambda _: "\U0001f600\U0001f468\u200d\u2695\ufe0f" * 2_000),
    text(E, "50,000 joined into one", CLAIMS, lambda clean: f"{clean}\n\n{FAMILY * 50_000}"),
)
