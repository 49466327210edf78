"""The demo's history: recorded through the use cases, and enough for every chart of the dashboard."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.access import DEFAULT_TENANT, ensure_tenant
from service.classifier import artifact
from service.console.command import serve
from service.console.desk import Desk
from service.console.session import Seal
from service.demo.history import beginning, remember
from service.review.policies import policy_in_force
from service.review.reports import FEWEST_SCORES, dashboard
from tests.conftest import BUNDLED, ROOT, free_port
from tests.desks import opened

if TYPE_CHECKING:
    from pathlib import Path

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_demo_has_a_figure_for_every_chart_and_every_full_week(tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as store:
        with store.writing() as session:
            ensure_tenant(session, DEFAULT_TENANT, now=beginning(TUESDAY))
        waiting = remember(store, artifact.load(BUNDLED), now=TUESDAY)
        with store.reading() as session:
            told = dashboard(session, tenant=DEFAULT_TENANT, weeks=12, now=TUESDAY)
            assert policy_in_force(session, DEFAULT_TENANT).policy.reviews_required == 1
    assert told.open == waiting > 0
    for week in told.weeks[:-1]:
        assert min(week.inflow, week.closed) > 0
        assert week.scores >= FEWEST_SCORES
        assert None not in {week.overturn_rate, week.alpha, week.psi}
    drifts = [week.psi or 0 for week in told.weeks]
    assert drifts.index(max(drifts)) == 7  # the week of the campaign
    assert any(week.overturn_rate for week in told.weeks)


def test_ctrl_c_ends_the_demo_quietly() -> None:
    command = [sys.executable, "-m", "service", "demo"]
    addresses = ["--server", f"127.0.0.1:{free_port()}", "--listen", f"127.0.0.1:{free_port()}"]
    with subprocess.Popen(
        [*command, *addresses],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert any("Ctrl+C ends it" in line for line in process.stdout)
        # As a terminal does it: to every process that was begun there.
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    # Also if that came before the page began to listen for signals.
    assert process.returncode in {0, 130}
    assert errors == ""


def test_an_interrupt_just_before_the_page_listens_ends_it_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    listen = f"127.0.0.1:{free_port()}"
    connect, seal = (lambda key: Desk(listen, key=key)), Seal(secrets.token_urlsafe(32))

    async def show() -> None:
        # As asyncio tells one: by cancelling the task, which hears of it where it next waits.
        task = asyncio.current_task()
        assert task
        task.cancel()
        await serve(listen, url=f"http://{listen}", connect=connect, seal=seal)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(show())
    assert capfd.readouterr().err == ""
