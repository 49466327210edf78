"""What one process counts for Prometheus. Imported only where metrics are asked for.

Labels are names from the contract and from our own tables: no text, no id, no path, nothing that a caller
chooses. With several workers, each writes what it counts to files of its own in the folder that
PROMETHEUS_MULTIPROC_DIR names, and the process that started them adds it up.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import grpc
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from service.errors import OverclaimError
from service.rpc import status
from service.rpc.interceptors import CODES
from service.rpc.wrapping import OURS, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from service.classifier.results import ArticleScore
    from service.moderation import Judged
    from service.rpc.wrapping import Context, Handler

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
TENTHS = tuple(tenth / 10 for tenth in range(1, 11))
INCIDENT = "INTERNAL"


class Metrics(grpc.aio.ServerInterceptor):
    """Counts calls of our services as an interceptor, and articles as the scorer's observer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter(
            "overclaim_calls", "Calls that have ended.", ["method", "code"], registry=self.registry
        )
        self._seconds = Histogram(
            "overclaim_call_seconds",
            "How long calls took; for a stream, until its end.",
            ["method"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "overclaim_calls_in_flight",
            "Calls that have begun and not ended.",
            ["method"],
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._refused = Counter(
            "overclaim_refused",
            "Calls, and articles among several, that were refused, by the reason that is told.",
            ["reason"],
            registry=self.registry,
        )
        self._articles = Counter(
            "overclaim_articles",
            "Articles that were scored.",
            ["model", "verdict", "action"],
            registry=self.registry,
        )
        self._scores = Histogram(
            "overclaim_article_score",
            "The probability of being overstated, of articles that were scored.",
            ["model"],
            buckets=TENTHS,
            registry=self.registry,
        )
        self._serving = Gauge(
            "overclaim_model_workers",
            "Workers that score with a model.",
            ["model"],
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._model = ""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Count the method that is called; health and reflection are not counted."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not method.startswith(OURS):
            return handler
        return within(partial(self._counted, method.rpartition(".")[2]), handler)

    @asynccontextmanager
    async def _counted(self, method: str, context: Context) -> AsyncIterator[None]:
        in_flight = self._in_flight.labels(method)
        in_flight.inc()
        began = perf_counter()
        code = "OK"
        try:
            yield
        except asyncio.CancelledError:
            code = "CANCELLED"
            raise
        except grpc.aio.AbortError:
            code = context.code().name
            raise
        except Exception as error:
            code = self._count(error)
            raise
        finally:
            in_flight.dec()
            self._seconds.labels(method).observe(perf_counter() - began)
            self._calls.labels(method, code).inc()

    def serves(self, model: str) -> None:
        """Tell which model scores from now on."""
        if self._model:
            self._serving.labels(self._model).set(0)
        self._model = model
        self._serving.labels(model).set(1)

    def scored(self, score: ArticleScore, judged: Judged) -> None:
        """Count an article."""
        self._articles.labels(score.model, score.verdict.value, judged.assessment.action.value).inc()
        self._scores.labels(score.model).observe(score.scores.overstated)

    def refused(self, error: Exception) -> None:
        """Count an article that was not scored."""
        self._count(error)

    def _count(self, error: Exception) -> str:
        """Count by reason what was raised, and give its status code."""
        known = status.CODES.get(type(error)) if isinstance(error, OverclaimError) else None
        if known is None:
            self._refused.labels(INCIDENT).inc()
            return INCIDENT
        assert isinstance(error, OverclaimError)  # noqa: S101 - only those stand in the table
        self._refused.labels(error.reason).inc()
        return CODES[known].name
