"""The unfitted model: the only place with hyper-parameters. Reads from top to bottom.

A step that reads another's output is fitted on outputs for sentences which that other step had not seen, so
that it learns how far to trust them; folds keep each publisher on one side throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

from service.classifier import context
from service.classifier.decide import Biases
from service.classifier.features import MeaningFeatures, SignFeatures, WordFeatures
from service.classifier.passages import ALONE, Passage, passages
from service.classifier.pipeline import ArticlePipeline, beside, page_signs
from service.classifier.probabilities import title_score
from service.classifier.results import Category, Label
from training.biases import best_bias
from training.examples import grouped_folds
from training.fitted import FittedModel
from training.general_vectors import joined
from training.narrowing import narrowed
from training.progress import Progress, silent
from training.prose import prose_of
from training.stacking import Rows
from training.tall import transformed
from training.tempering import tempered
from training.vectors import learn_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.examples import LabelledArticle
    from training.vectors import Vectors

LABELS: Final = list(Label)
CATEGORIES: Final = list(Category)
SEVERITIES: Final = 4
STEPS: Final = 7
WHOLE_PAGE: Final = 8  # sentences
FEWEST_ALONE: Final = 200


@dataclass(frozen=True, slots=True)
class Trust:
    """The weight of the articles whose origin holds `part`, next to 1 for all others.

    Invented text teaches words well (`sentences`), and less well how often they come and what a page looks
    like (`pages`: the surroundings, the verdict and all calibration). Pairs of single sentences teach most
    what a sentence turns on when it is sent alone (`alone`).
    """

    part: str
    sentences: float
    pages: float
    alone: float


FULL: Final = Trust("", 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made; the same articles, background and seed give the same model.

    `background` is text without labels, a sentence each, from which words get their vectors together with
    the articles' own. `careful` are sentences without labels from journals, by themselves: they are taken to
    overstate nothing, and `careful_hedged` of each to be hedged (the share in the labelled journals). In an
    article they would be read by its page; without them a journal's sentence that is sent alone is
    taken for a seller's. `trust` is for articles that are unlike those to be scored, such as invented ones.
    """

    seed: int = 0
    folds: int = 4
    min_df: int = 2
    word_weight: float = 0.4
    sign_weight: float = 0.5
    around_weight: float = 0.25
    meaning_weight: float = 0.1
    page_weight: float = 0.1
    meaning_dimensions: int = 100
    sentence_c: float = 0.3
    surroundings_c: float = 0.005
    category_c: float = 0.5
    verdict_c: float = 0.02
    severity_c: float = 0.003
    trust: tuple[Trust, ...] = ()
    background: Sequence[str] = field(default=(), repr=False)
    careful: Sequence[str] = field(default=(), repr=False)
    careful_weight: float = 0.6
    careful_hedged: float = 0.29

    def fit(  # noqa: PLR0915 - a recipe is read from top to bottom, in one piece
        self, articles: Sequence[LabelledArticle], *, progress: Progress = silent
    ) -> FittedModel:
        """Fit all five models, and the biases with which probabilities become labels and verdicts."""
        # What is read: the sentences of all articles in a row, then their titles.
        texts = [[prose_of(sentence.text) for sentence in article.sentences] for article in articles]
        titles = [prose_of(article.title) for article in articles]
        read = [passage for each in texts for passage in passages(each)]
        article_of = np.repeat(np.arange(len(articles)), [len(each) for each in texts])
        parts = np.split(np.arange(len(read)), np.flatnonzero(np.diff(article_of)) + 1)
        sentences = [sentence for article in articles for sentence in article.sentences]
        labels = np.array([LABELS.index(sentence.label) for sentence in sentences])
        kinds = np.array([CATEGORIES.index(s.category) if s.category else 0 for s in sentences])
        over = labels == LABELS.index(Label.OVERSTATED)
        trust = [self._trust(article) for article in articles]
        said = np.array([each.sentences for each in trust])
        seen = np.array([each.pages for each in trust])
        sent = np.array([each.alone for each in trust])
        # An article of a sentence or two says little of what articles add up to.
        weight = seen * np.minimum(1, np.array([len(each) for each in texts]) / WHOLE_PAGE)
        fold = np.zeros(len(articles), dtype=int)
        folds = min(self.folds, len({article.publisher for article in articles}))
        for number, each in enumerate(grouped_folds(articles, folds, self.seed)):
            fold[list(each.test)] = number
        progress("fit", 0, STEPS)

        # 1. The sentence by itself, with the one before it and the heading above it.
        said_of = [text for each in texts for text in each]
        learned = learn_vectors(said_of, self.background, dimensions=self.meaning_dimensions)
        features = self._sentence_features(learned, joined(learned, said_of, self.background))
        matrix = transformed(features.fit(read), read, progress=progress)
        logistic = LogisticRegression(C=self.sentence_c, max_iter=300)
        rows = Rows(matrix, labels, len(LABELS), said[article_of], fold[article_of])
        sentence_model = rows.fit(logistic)
        progress("fit", 1, STEPS)
        title_matrix = features.transform([Passage(title) for title in titles])
        logits = np.zeros((len(read), len(LABELS)))
        title_logits = np.zeros((len(titles), len(LABELS)))
        for number in range(folds):
            unseen = rows.fit(logistic, rows.fold != number)
            held_out = fold[article_of] == number
            logits[held_out] = rows.said(unseen, held_out, method="decision_function")
            title_logits[fold == number] = unseen.decision_function(title_matrix[fold == number])
        progress("fit", 2, STEPS)

        # 1b. The same for articles of a sentence or two, which have no page: a sentence of a journal must
        # show by its own words that it is one, and half a phrase may turn what is said.
        few = np.repeat([len(each) <= ALONE for each in texts], [len(each) for each in texts])
        by_itself = self._with_careful(
            Rows(matrix, labels, len(LABELS), sent[article_of], fold[article_of]), features
        )
        alone_model = by_itself.fit(logistic)
        alone = np.zeros((len(read), len(LABELS)))
        for number in range(folds):
            held_out = few & (fold[article_of] == number)
            if held_out.any():
                unseen = by_itself.fit(logistic, by_itself.fold != number)
                alone[held_out] = rows.said(unseen, held_out)
        del matrix, rows, by_itself  # the largest things that there are
        progress("fit", 3, STEPS)

        # 2. The sentence in its surroundings; this is the answer for sentences, calibrated by being fitted
        # out of fold.
        around = Rows(
            np.vstack([beside(logits[part]) for part in parts]),
            labels,
            len(LABELS),
            seen[article_of],
            fold[article_of],
        )
        around_model = make_pipeline(
            StandardScaler(), LogisticRegression(C=self.surroundings_c, max_iter=500)
        )
        final = np.where(few[:, None], alone, around.out_of_fold(around_model))
        surroundings = around.fit(around_model)
        progress("fit", 4, STEPS)

        # 3. Why it is overstated, learned from the overstated alone.
        category_features = self._category_features()
        reasons = Rows(
            transformed(category_features.fit(read), read),
            kinds,
            len(CATEGORIES),
            said[article_of],
            fold[article_of],
        )
        category_model = LogisticRegression(C=self.category_c, max_iter=300)
        reasoned = reasons.out_of_fold(category_model, among=over)
        category = reasons.fit(category_model, over)
        progress("fit", 5, STEPS)

        # 4. What the article adds up to. Single sentences are most of the articles and weigh little.
        totals = np.array(
            [
                context.whole(
                    final[part],
                    reasoned[part],
                    title_score(titles[i], title_logits[[i]]),
                    page_signs(texts[i]),
                )
                for i, part in enumerate(parts)
            ]
        )
        verdicts = np.array([LABELS.index(article.label) for article in articles])
        severities = np.array([article.severity for article in articles])
        judge, gauge = (
            make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=3000))
            for c in (self.verdict_c, self.severity_c)
        )
        verdict = Rows(totals, verdicts, len(LABELS), weight, fold, scaled=True)
        severity = Rows(totals, severities, SEVERITIES, weight, fold, scaled=True)
        judged = verdict.out_of_fold(judge)
        progress("fit", 6, STEPS)

        pipeline = ArticlePipeline(
            sentence=narrowed(features, sentence_model),
            alone=narrowed(features, alone_model),
            surroundings=surroundings,
            category=narrowed(category_features, category),
            verdict=tempered(verdict.fit(judge), judged, verdicts, weight),
            severity=severity.fit(gauge),
        )
        progress("fit", STEPS, STEPS)
        # What a page is called is chosen on the pages that are trusted most: labels are more often common on
        # invented ones. Few corpora have single sentences; too few of them would choose by chance.
        chosen = ~few & (around.weight == around.weight.max(where=~few, initial=0))
        label_bias = best_bias(final[chosen], labels[chosen], around.weight[chosen])
        return FittedModel(
            pipeline,
            Biases(
                label=label_bias,
                alone=best_bias(final[few], labels[few], sent[article_of][few])
                if few.sum() >= FEWEST_ALONE
                else label_bias,
            ),
        )

    def _trust(self, article: LabelledArticle) -> Trust:
        return next((each for each in self.trust if each.part in article.origin), FULL)

    def _with_careful(self, rows: Rows, features: Any) -> Rows:  # noqa: ANN401 - scikit-learn has no types
        """Add the careful sentences, in no fold: every model of a fold sees them."""
        if not self.careful:
            return rows
        matrix = transformed(features, [Passage(prose_of(text)) for text in self.careful])
        number = len(self.careful)
        hedged, neutral = LABELS.index(Label.HEDGED), LABELS.index(Label.NEUTRAL)
        weights = self.careful_weight * np.array([self.careful_hedged, 1 - self.careful_hedged])
        return Rows(
            rows.inputs.over(matrix, matrix),
            np.concatenate([rows.classes, np.repeat([hedged, neutral], number)]),
            rows.number,
            np.concatenate([rows.weight, np.repeat(weights, number)]),
            np.concatenate([rows.fold, np.full(2 * number, -1)]),
        )

    def _sentence_features(self, learned: Vectors, vectors: Vectors) -> Any:  # noqa: ANN401 - scikit-learn has no types
        return make_union(
            WordFeatures(min_df=self.min_df, weight=self.word_weight),
            SignFeatures("text", weight=self.sign_weight),
            SignFeatures("previous", weight=self.around_weight),
            SignFeatures("heading", weight=self.around_weight),
            MeaningFeatures(vectors.vocabulary, vectors.matrix, weight=self.meaning_weight),
            MeaningFeatures(learned.vocabulary, learned.matrix, part="page", weight=self.page_weight),
        )

    def _category_features(self) -> Any:  # noqa: ANN401 - scikit-learn has no types
        return make_union(
            WordFeatures(min_df=self.min_df + 1, pairs=False, weight=self.word_weight),
            SignFeatures("text", weight=self.sign_weight),
            SignFeatures("heading", weight=self.around_weight),
        )
