"""Labelled articles: files to values, near-duplicates, and splits that leak nothing.

A publisher writes many pages from one mould, and a page turns up at many publishers. Both make a
model look better than it is, so a split keeps each publisher and each near-duplicate on one side.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from service.classifier.results import Category, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from enum import StrEnum
    from pathlib import Path

SHINGLE_WORDS: Final = 6
SEVERITIES: Final = range(4)
# Boilerplate stands on hundreds of pages; past this many holders a shingle says nothing new of any two.
HOLDERS_COMPARED: Final = 20

Choice = TypeVar("Choice", bound="StrEnum")


class CorpusError(Exception):
    """The corpus breaks its format: the message names file, line and field, for its author to mend."""


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its label; `category` stands with overstated, `second_label` is another annotator's."""

    text: str
    label: Label
    category: Category | None = None
    second_label: Label | None = None


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article whose every sentence is labelled; `origin` is the file and line that it was read from."""

    id: str
    publisher: str
    genre: str
    topic: str
    title: str
    label: Label
    severity: int
    sentences: tuple[LabelledSentence, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Positions of articles: those to fit on and those to test on."""

    train: tuple[int, ...]
    test: tuple[int, ...]


def load(paths: Sequence[Path]) -> list[LabelledArticle]:
    """Read JSON Lines files, and the `*.jsonl` of directories, in the order given.

    Raises CorpusError for the first line that is not an article, an id that stands twice, a path
    that is missing, and when there is no article at all.
    """
    articles: dict[str, LabelledArticle] = {}
    for file in _files(paths):
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            article = _article(line, origin=f"{file}:{number}")
            if (first := articles.get(article.id)) is not None:
                raise CorpusError(f"{article.origin}: id: {article.id!r} stands already at {first.origin}")
            articles[article.id] = article
    if not articles:
        raise CorpusError(f"no article in {', '.join(map(str, paths)) or 'an empty list of paths'}")
    return list(articles.values())


def load_texts(file: Path) -> list[str]:
    """Read the "text" of each line of a JSON Lines file. Raises CorpusError."""
    texts = []
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            texts.append(_text(_object(line, f"{file}:{number}"), "text", f"{file}:{number}"))
    return texts


def near_duplicates(articles: Sequence[LabelledArticle], *, share: float) -> Iterator[tuple[int, int]]:
    """Yield the positions (earlier, later) of articles that share much text.

    Much is `share` of the 6-word shingles of the one that has fewer. Time grows with the corpus's
    words, not with its pairs: a shingle is looked up, and compared with its first few holders only.
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for position, article in enumerate(articles):
        shingles = _shingles(article)
        common: Counter[int] = Counter()
        for shingle in shingles:
            earlier = holders[shingle]
            common.update(earlier)
            if len(earlier) < HOLDERS_COMPARED:
                earlier.append(position)
        sizes.append(len(shingles))
        for other in sorted(common):
            if common[other] >= share * min(sizes[other], sizes[position]):
                yield other, position


def deduplicate(articles: Sequence[LabelledArticle], *, share: float = 0.8) -> list[LabelledArticle]:
    """Leave out each article that shares most of its text with an earlier one that stays."""
    dropped: set[int] = set()
    for earlier, later in near_duplicates(articles, share=share):
        if earlier not in dropped:
            dropped.add(later)
    return [article for position, article in enumerate(articles) if position not in dropped]


def grouped_folds(
    articles: Sequence[LabelledArticle],
    folds: int,
    seed: int,
    *,
    share: float = 0.3,
) -> list[Fold]:
    """Split into folds; each publisher, and each text that publishers share, is tested in one of them.

    The folds are alike in their number of articles of each label, as far as whole groups allow,
    and the same for the same articles, number of folds and seed. Raises CorpusError when there
    are fewer groups than folds.
    """
    groups = _groups(articles, share=share)
    if not 2 <= folds <= len(groups):  # noqa: PLR2004 -- one fold has nothing to fit on
        raise CorpusError(f"{folds} folds cannot be made of {len(groups)} publishers that share no text")
    labels = list(Label)
    counts = np.array(
        [[sum(articles[i].label == label for i in group) for label in labels] for group in groups]
    )
    shares = counts / np.maximum(counts.sum(axis=0), 1)
    # Largest first, into the fold that it leaves most even; chance orders what is equally large.
    chance = np.random.default_rng(seed).permutation(len(groups))
    order = sorted(range(len(groups)), key=lambda g: (-counts[g].sum(), chance[g]))
    filled = np.zeros((folds, len(labels)))
    members: list[list[int]] = [[] for _ in range(folds)]
    for group in order:
        unevenness = [
            np.square(filled + shares[group] * (np.arange(folds) == f)[:, None]).sum() for f in range(folds)
        ]
        fold = min(range(folds), key=lambda f: (round(float(unevenness[f]), 12), len(members[f]), f))
        filled[fold] += shares[group]
        members[fold] += groups[group]
    everything = range(len(articles))
    return [
        Fold(train=tuple(i for i in everything if i not in tested), test=tuple(sorted(tested)))
        for tested in map(set, members)
    ]


def split(
    articles: Sequence[LabelledArticle],
    *,
    held_out: float,
    seed: int,
) -> tuple[list[LabelledArticle], list[LabelledArticle]]:
    """Hold out about this share of the articles, with the promises of `grouped_folds`."""
    fold = grouped_folds(articles, max(2, round(1 / held_out)), seed)[0]
    return [articles[i] for i in fold.train], [articles[i] for i in fold.test]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl"))
        else:
            yield path


def _lines(file: Path) -> list[str]:
    try:
        # Not splitlines(): text may hold U+2028, which JSON leaves bare.
        return file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{file}: not UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise CorpusError(f"{file}: {error.strerror}") from error


def _article(line: str, *, origin: str) -> LabelledArticle:
    fields = _object(line, origin)
    identity = _text(fields, "id", origin)
    severity = fields.get("severity")
    if type(severity) is not int or severity not in SEVERITIES:
        raise CorpusError(f"{origin}: severity: must be 0, 1, 2 or 3, not {_shown(severity)}")
    sentences = fields.get("sentences")
    if not isinstance(sentences, list) or not sentences:
        raise CorpusError(f"{origin}: sentences: must be a list of at least one")
    return LabelledArticle(
        id=identity,
        # One repository may hold several sites of one maker, all cut from one mould.
        publisher=_text(
            fields, "repository", origin, default=_text(fields, "publisher", origin, default=identity)
        ),
        genre=_text(fields, "genre", origin),
        topic=_text(fields, "topic", origin, default=""),
        title=_text(fields, "title", origin, default=""),
        label=_choice(fields, "label", origin, Label),
        severity=severity,
        sentences=tuple(_sentence(each, f"{origin}: sentences[{i}]") for i, each in enumerate(sentences)),
        origin=origin,
    )


def _object(line: str, origin: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{origin}: not JSON at column {error.colno}: {error.msg}") from error
    if not isinstance(fields, dict):
        raise CorpusError(f"{origin}: an article is an object, not {_kind(fields)}")
    return fields


def _sentence(fields: object, place: str) -> LabelledSentence:
    if not isinstance(fields, dict):
        raise CorpusError(f"{place}: a sentence is an object, not {_kind(fields)}")
    sentence = LabelledSentence(
        text=_text(fields, "text", place), label=_choice(fields, "label", place, Label)
    )
    if fields.get("second_label") is not None:
        sentence = replace(sentence, second_label=_choice(fields, "second_label", place, Label))
    if sentence.label is Label.OVERSTATED:
        return replace(sentence, category=_choice(fields, "category", place, Category))
    if fields.get("category") is not None:
        raise CorpusError(f"{place}: category: stands with overstated only, not with {sentence.label}")
    return sentence


def _text(fields: dict[str, Any], name: str, place: str, *, default: str | None = None) -> str:
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise CorpusError(f"{place}: {name}: must be a text that is not empty, not {_shown(value)}")
    return value


def _choice(fields: dict[str, Any], name: str, place: str, choices: type[Choice]) -> Choice:
    try:
        return choices(str(fields.get(name)))
    except ValueError as error:
        allowed = ", ".join(choices)
        raise CorpusError(
            f"{place}: {name}: must be one of {allowed}, not {_shown(fields.get(name))}"
        ) from error


def _kind(value: object) -> str:
    return type(value).__name__


def _shown(value: object) -> str:
    """Show a wrong value briefly: corpora hold text that does not belong in a log."""
    return "missing" if value is None else repr(value)[:40]


def _shingles(article: LabelledArticle) -> set[int]:
    """Hash each run of six words; an article of fewer words is one run. The same on every machine."""
    words = " ".join(sentence.text for sentence in article.sentences).lower().split()
    runs = (" ".join(words[i : i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1)))
    return {int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) for run in runs}


def _groups(articles: Sequence[LabelledArticle], *, share: float) -> list[list[int]]:
    """Gather the positions that belong together: one publisher, or shared text."""
    leader = list(range(len(articles)))

    def find(position: int) -> int:
        while leader[position] != position:
            leader[position] = position = leader[leader[position]]
        return position

    first: dict[str, int] = {}
    pairs = [(first.setdefault(article.publisher, i), i) for i, article in enumerate(articles)]
    for one, other in [*pairs, *near_duplicates(articles, share=share)]:
        low, high = sorted((find(one), find(other)))
        leader[high] = low
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for position in range(len(articles)):
        groups[find(position)].append(position)
    return list(groups.values())
