"""A PostgreSQL of a test's own, which it may kill, stall and start again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = "/usr/lib/postgresql"
# PostgreSQL refuses to be run by root.
ACCOUNT = "postgres"
PATIENCE = 30


class Cluster:
    """A server on localhost, whose processes are ours to end."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.url = f"postgresql://{ACCOUNT}@127.0.0.1:{free_port()}/postgres"
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Write an empty cluster."""
        command = ["initdb", "--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8", "--no-sync"]
        made = self._begin(*command, "-D", str(self._data)).wait(PATIENCE)
        assert made == 0, self._log.read_text()

    def start(self) -> None:
        """Start, and wait until it answers."""
        port = self.url.rpartition(":")[2].partition("/")[0]
        flags = ["-D", str(self._data), "-p", port, "-k", str(self._folder), "-h", "127.0.0.1"]
        self._process = self._begin("postgres", *flags)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """End every process at once, as when the machine goes down."""
        if self._process is None:
            return
        ended = self._signal(signal.SIGKILL)
        self._process.wait(PATIENCE)
        # While any is there, the memory that they share keeps the next one from starting.
        until = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{each}").exists() for each in ended):
            assert time.monotonic() < until, "killed, and still there"
            time.sleep(0.01)
        self._process = None

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Let it take connections and answer nothing."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        # Another account by a program, for which no fork is needed: one that finds gRPC at work may hang.
        other = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups"]
        prefix = other if os.getuid() == 0 else []
        command = [*prefix, str(self._programs / program), *arguments]
        with self._log.open("a") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False

    def _signal(self, which: signal.Signals) -> list[int]:
        """Send a signal to all processes, and give those that the first one has begun."""
        assert self._process is not None
        begun = []
        first = self._process.pid
        # The one that begins the others goes first, and begins none meanwhile.
        os.kill(first, which)
        for task in Path(f"/proc/{first}/task").iterdir():
            for child in (task / "children").read_text().split():
                begun.append(int(child))
                with suppress(ProcessLookupError):
                    os.kill(int(child), which)
        return begun


@contextmanager
def cluster(folder: Path | None = None) -> Iterator[Cluster]:
    """Make and start a cluster, in `folder` if that is given; skips where there is no PostgreSQL to run."""
    programs = sorted(Path(PROGRAMS).glob("*/bin"))
    if not programs:
        pytest.skip(f"no PostgreSQL is installed in {PROGRAMS}")
    # Not in pytest's folder, which is closed to all but its owner.
    with tempfile.TemporaryDirectory(prefix="overclaim-cluster-", ignore_cleanup_errors=True) as own:
        place = folder or Path(own)
        if os.getuid() == 0:
            shutil.chown(place, ACCOUNT, ACCOUNT)
        made = Cluster(programs[-1], place)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.kill()
