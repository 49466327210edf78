"""Metrics and traces, as far as the settings ask for them: what is off is not even loaded."""

# ruff: noqa: PLC0415 - imports where they are asked for, for the reason above

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from service.errors import ExtraMissing
from service.rpc.observing import Unobserved, no_span

if TYPE_CHECKING:
    import grpc

    from service.rpc.metrics import Metrics
    from service.rpc.observing import Observer, Span
    from service.rpc.tracing import Traces
    from service.settings import Settings
    from service.store.engine import Store


class Instruments:
    """What watches one process. A worker among several counts, and leaves it to others to expose it."""

    def __init__(self, settings: Settings, *, alone: bool) -> None:
        self._settings = settings
        self._alone = alone
        self._metrics = _metrics(settings)
        self._traces = _traces(settings)
        self._exposed = ExitStack()
        self.observer: Observer = self._metrics or Unobserved()
        self.span: Span = self._traces.span if self._traces else no_span

    def around(self, guard: grpc.aio.ServerInterceptor) -> list[grpc.aio.ServerInterceptor]:
        """Place traces outside the guard, whose log lines then name the trace, and metrics inside.

        There they see what was raised, and not just the status that it became.
        """
        return [each for each in (self._traces, guard, self._metrics) if each is not None]

    def open(self, store: Store) -> None:
        """Let Prometheus read from now on; raises CannotListen."""
        if self._metrics and self._alone:
            from service.rpc.exposing import Roster, exposed

            Roster(self._metrics.registry).ready()
            self._exposed.enter_context(exposed(self._settings, self._metrics.registry, store))

    async def close(self) -> None:
        """Send the spans that are left, and answer no more scrapes."""
        if self._traces:
            await self._traces.close()
        self._exposed.close()


def _metrics(settings: Settings) -> Metrics | None:
    if not settings.metrics_listen:
        return None
    from service.rpc.metrics import Metrics

    return Metrics()


def _traces(settings: Settings) -> Traces | None:
    if not settings.traces_endpoint:
        return None
    try:
        from service.rpc.tracing import Traces
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            f"traces need {error.name}: install overclaim[traces], or leave traces_endpoint unset"
        ) from None
    return Traces(settings.traces_endpoint)
