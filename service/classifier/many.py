"""Many articles scored at once: what an archive asks for, in arrays without an object an article."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.classifier import context, pages
from service.classifier.passages import ALONE, leads
from service.classifier.probabilities import EVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from service.classifier.compiled import Columns, Compiled

    Floats = npt.NDArray[np.float64]


class AllProbabilities(NamedTuple):
    """What a model says of many articles in a row, laid out as `held` tells.

    `sentences` is (sentences, 3), `categories` (sentences, 10), `verdicts` (articles, 3), `severities`
    (articles, 4).
    """

    held: pages.Pages
    sentences: Floats
    categories: Floats
    verdicts: Floats
    severities: Floats


def predict_all(
    model: Compiled, articles: Sequence[Sequence[str]], titles: Sequence[str]
) -> AllProbabilities:
    """Score the folded sentences of articles, each of which has some, as `model.predict` does of one."""
    tables, lengths = model.tables, [len(each) for each in articles]
    held = pages.pages(lengths)
    number, every = len(held.of), [*chain.from_iterable(articles)]
    weighed = model.weigh([*every, *titles, ""])
    before, under = pages.before(held), pages.headings(held, [leads(sentence) for sentence in every])
    alone = (held.lengths <= ALONE)[held.of]
    columns, few = model.columns[False], model.columns[True]

    def of_set(rows: Floats, chosen: Callable[[Columns], slice]) -> Floats:
        return np.where(alone[:, None], rows[:, chosen(few)], rows[:, chosen(columns)])

    own = weighed.signs[:number]
    first = of_set(weighed.terms[:number], lambda each: each.terms) + of_set(own, lambda each: each.own)
    first += tables.intercept[alone.astype(int)]
    first += of_set(weighed.signs[before], lambda each: each.previous)
    first += of_set(weighed.signs[under], lambda each: each.heading)
    first += pages.mean_of_others(of_set(weighed.words[:number], lambda each: each.page), held)
    categories = weighed.words[:number, columns.worded] + own[:, columns.kind]
    categories += tables.category_intercept + weighed.signs[under, columns.heading_kind]

    others, around = pages.surroundings(context.softmax(first), held)
    final = tables.surroundings(np.hstack([context.own(first, others), around]))
    probabilities = context.softmax(np.where(alone[:, None], first, final))
    kinds = context.softmax(categories)
    titled = weighed.terms[number:-1, columns.terms] + weighed.signs[number:-1, columns.own]
    named = np.array([bool(title.strip()) for title in titles])[:, None]
    of_titles = np.where(named, context.softmax(tables.intercept[0] + titled)[:, [0]], EVEN)
    totals = pages.whole(probabilities, of_titles, held)
    return AllProbabilities(
        held,
        probabilities,
        kinds,
        context.softmax(tables.verdict(totals)),
        context.softmax(tables.severity(totals)),
    )
