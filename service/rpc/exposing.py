"""Where Prometheus comes to read: what a server counts, and what its database holds.

Knows nothing of gRPC: with several workers, this runs in the process that started them.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from service.errors import StoreUnavailable
from service.review import backlog
from service.rpc.ports import taken_address
from service.rpc.post import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from service.settings import Settings
    from service.store.engine import Store


@contextmanager
def exposed(settings: Settings, registry: CollectorRegistry, store: Store) -> Iterator[None]:
    """Answer those who scrape `metrics_listen`; raises CannotListen."""
    registry.register(Backlog(store, by_tenant=settings.metrics_tenants))
    host, _, port = settings.metrics_listen.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), registry)
    except OSError:
        raise taken_address(settings.metrics_listen) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def gathered() -> Iterator[CollectorRegistry]:
    """Give a registry of what all processes count that are started within; its folder is gone afterwards."""
    with TemporaryDirectory(prefix="overclaim-metrics-") as folder:
        os.environ[METRICS] = folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call] # the library has no types here
        try:
            yield registry
        finally:
            del os.environ[METRICS]


class Roster:
    """Tells how many workers there are, and how often one had to be begun anew."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ready = Gauge("overclaim_workers", "Workers that answer calls.", registry=registry)
        self._died = Counter("overclaim_worker_deaths", "Workers that died unasked.", registry=registry)

    def ready(self) -> None:
        """Count a worker in."""
        self._ready.inc()

    def gone(self, process: int | None) -> None:
        """Count a worker out, and forget what it had in flight."""
        self._ready.dec()
        if process is not None and METRICS in os.environ:
            mark_process_dead(process, os.environ[METRICS])  # type: ignore[no-untyped-call] # as above

    def died(self) -> None:
        """Count one that was not told to go."""
        self._died.inc()


class Backlog(Collector):
    """Looks up what waits in the database whenever somebody scrapes."""

    def __init__(self, store: Store, *, by_tenant: bool) -> None:
        self._store = store
        self._by_tenant = by_tenant

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand, so that registering does not ask the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Give the figures; without those of the database while it does not answer."""
        up = GaugeMetricFamily("overclaim_store_up", "Whether the database answers.")
        try:
            now = datetime.now(UTC)
            with self._store.reading() as session:
                waiting = backlog.waiting(session, now=now, by_tenant=self._by_tenant)
                undelivered = backlog.undelivered(session)
        except StoreUnavailable:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        labels = ["tenant"] if self._by_tenant else []
        items = GaugeMetricFamily("overclaim_queue_items", "Items that wait for moderators.", labels=labels)
        late = GaugeMetricFamily("overclaim_queue_overdue", "Those that are past their time.", labels=labels)
        age = GaugeMetricFamily(
            "overclaim_queue_oldest_seconds", "How long the oldest item has waited.", labels=labels
        )
        for each in waiting or self._none():
            names = [each.tenant] if self._by_tenant else []
            items.add_metric(names, each.items)
            late.add_metric(names, each.overdue)
            age.add_metric(names, max(0.0, (now - each.oldest).total_seconds()))
        yield from (items, late, age)
        webhooks = GaugeMetricFamily(
            "overclaim_deliveries", "Deliveries to webhooks, to be made or given up.", labels=["state"]
        )
        for state, number in undelivered.items():
            webhooks.add_metric([state.value], number)
        yield webhooks

    def _none(self) -> list[backlog.Waiting]:
        """Say that nothing waits, rather than nothing, where no tenant needs to be named for it."""
        return [] if self._by_tenant else [backlog.Waiting("", 0, 0, datetime.now(UTC))]
