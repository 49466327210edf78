"""A whole site under test: the server as it is shipped, begun anew when it ends, and a disk to be filled."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.access import create_key
from service.store.opening import open_store
from tests.conftest import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from service.store.engine import Store
    from service.store.words import Role

TENANT = "t"


class Site:
    """A server that a supervisor begins anew whenever it has ended, and its database."""

    def __init__(self, folder: Path, database: str, *, workers: int) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self.models = folder / "models"
        self.models.mkdir()
        self.database = database
        self.store: Store = open_store(database)
        self._workers = workers
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """Keep the server running."""
        supervising = asyncio.create_task(self._supervise())
        try:
            yield
        finally:
            supervising.cancel()
            with suppress(asyncio.CancelledError):
                await supervising
            self.kill()
            self.store.close()

    def key(self, name: str, role: Role) -> str:
        """Make a key, and give its secret."""
        with self.store.writing() as session:
            return create_key(session, tenant=TENANT, name=name, role=role, now=datetime.now(UTC))[1]

    def kill(self) -> None:
        """End every process of the server at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def kill_worker(self, which: int) -> bool:
        """End one of the workers that there are now; say whether there was one."""
        there = workers(self._process.pid) if self._process else []
        if there:
            with suppress(ProcessLookupError):
                os.kill(there[which % len(there)], signal.SIGKILL)
        return bool(there)

    def log(self) -> str:
        """Give what the server has said, in all its lives."""
        return self._log.read_text()

    async def _supervise(self) -> None:
        while True:
            if self._process is None or self._process.poll() is not None:
                self._process = self._begin()
            await asyncio.sleep(0.05)

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "service", "serve", "--listen", self.address]
        flags = ["--workers", str(self._workers), "--database", self.database, "--models", str(self.models)]
        with self._log.open("a") as log:
            return subprocess.Popen(
                [*command, *flags, "--log-level", "error"],
                cwd=ROOT,
                # As operators run it, who let Python keep what it has compiled: most of a start is that.
                env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def workers(process: int) -> list[int]:
    """Give the process ids of a server's workers, in no order."""
    return [
        worker
        for child in children(process)
        if "forkserver" in Path(f"/proc/{child}/cmdline").read_text()
        for worker in children(child)
    ]


def children(process: int) -> list[int]:
    """Give the ids of the processes that one has begun; none where it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        lists = Path(f"/proc/{process}/task").glob("*/children")
        return [int(each) for listed in lists for each in listed.read_text().split()]
    return []


class Disk:
    """A file system that is small enough to be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no room."""
        with self._filler.open("ab", buffering=0) as filler:
            for size in (1 << 20, 1 << 12):
                with suppress(OSError):
                    while filler.write(bytes(size)):
                        pass

    def make_room(self) -> None:
        """Give back what `fill` took."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def disk(*, mebibytes: int) -> Iterator[Disk | None]:
    """Mount a small file system in memory; None where that is not allowed."""
    # Not in pytest's folder, which is closed to all but its owner, and PostgreSQL is another.
    with tempfile.TemporaryDirectory(prefix="overclaim-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "tmpfs", folder]
        unmount = ["umount", "--lazy", folder]
        if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(unmount, check=True)
