"""A PostgreSQL of a test's own, which may be killed and stalled as the shared one may not."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30


class Cluster:
    """A server in a folder, listening on a port of its own; it refuses to run as root."""

    def __init__(self) -> None:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not programs:
            pytest.skip("no PostgreSQL is installed")
        self._programs = programs[-1].parent
        # Not below pytest's folder, which is closed to whoever PostgreSQL runs as.
        self._data = Path(tempfile.mkdtemp(prefix="overclaim-cluster-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        if self._user:
            shutil.chown(self._data, self._user, pwd.getpwnam(self._user).pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, recovering from whatever it died of, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                *(self._programs / "postgres", "-D", self._data, "-p", str(self.port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
            ],
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                assert time.monotonic() < until, "PostgreSQL does not come back"
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """End all of its processes at once, with nothing written that was not."""
        assert self._process
        others = self._backends()
        self._process.kill()
        for each in others:
            end(each)
        self._process.wait()
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def discard(self) -> None:
        """Kill it, and leave nothing behind."""
        self.kill()
        shutil.rmtree(self._data)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Let all of its processes stand still."""
        held = [self._process.pid if self._process else 0, *self._backends()]
        for each in held:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in held:
                os.kill(each, signal.SIGCONT)

    def _backends(self) -> list[int]:
        assert self._process
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(each) for each in listed.read_text().split()] if listed.exists() else []

    def _run(self, program: str, *given: str) -> None:
        subprocess.run(
            [self._programs / program, *given], user=self._user, cwd="/", check=True, capture_output=True
        )


def end(process: int) -> None:
    """Kill a process, which need not be a child of ours, and wait until it is gone."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.01)
