"""What a scorer tells those who watch it, and what it tells while nobody does: nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.classifier.results import ArticleScore
    from service.moderation import Judged

# Gives, by the name of a step, what is to be entered while it lasts.
Span: TypeAlias = "Callable[[str], AbstractContextManager[object]]"

_NOTHING = nullcontext()


class Observer(Protocol):
    """Is told what happens; never an article's text, nor its id."""

    def serves(self, model: str) -> None:
        """Hear that a model scores from now on."""

    def scored(self, score: ArticleScore, judged: Judged) -> None:
        """Hear how an article was scored and judged."""

    def refused(self, error: Exception) -> None:
        """Hear why an article among several was not scored."""


class Unobserved:
    """Observes nothing."""

    def serves(self, model: str) -> None:
        """Do nothing."""

    def scored(self, score: ArticleScore, judged: Judged) -> None:
        """Do nothing."""

    def refused(self, error: Exception) -> None:
        """Do nothing."""


def no_span(_: str) -> AbstractContextManager[object]:
    """Enter nothing."""
    return _NOTHING
