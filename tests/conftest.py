"""Real servers for tests: in process and as a process of their own, on free ports below the client ports.

The servers score with a small stand-in where a test is about the edge rather than about scores: it is quick,
and does on command what no good model does (take its time, break).
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest

from service.classifier.results import (
    Advice,
    ArticleScore,
    Category,
    Change,
    Contribution,
    Cue,
    Label,
    Scores,
    SentenceScore,
    Step,
    Verdict,
)
from service.classifier.text.markup import Format
from service.registry import Models
from service.rpc.running import run
from service.rpc.server import Server
from service.rpc.workers import oversee
from service.serving import loader, roster, truster
from service.settings import Settings
from service.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from service.rpc.post import Post
    from service.store.engine import Store

    Serving = Callable[..., AbstractAsyncContextManager[grpc.aio.Channel]]
    Spawning = Callable[..., AbstractContextManager["Process"]]

pytest_plugins = ["tests.promises"]

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "service/bundled"
SECRET = "the patient's name is Ludmilla"  # noqa: S105 - stands for article text that must not leak


@dataclass(frozen=True)
class StandIn:
    """A classifier that knows two words, "cures" and "may", and obeys "SLOW", "BUSY" and "BREAK"."""

    version: str = "stand-in"

    def score(
        self,
        body: str,
        *,
        title: str = "",  # noqa: ARG002 - the classifier's interface
        format: Format = Format.PLAIN,  # noqa: A002, ARG002 - the classifier's interface
        explain: bool = True,
        max_sentences: int | None = None,  # noqa: ARG002 - the classifier's interface
    ) -> ArticleScore:
        """Score every line as a sentence."""
        if "BREAK" in body:
            raise RuntimeError(f"cannot score: {body} {SECRET}")
        time.sleep(0.1 * body.count("SLOW"))
        until = time.thread_time() + 0.25 * body.count("BUSY")
        while time.thread_time() < until:
            re.findall(r"\w+", body[:10_000])
        sentences = tuple(self._sentence(body, match) for match in re.finditer(r"[^\n]*\S[^\n]*", body))
        if not explain:
            sentences = tuple(
                each._replace(cues=(), baseline=0.0, contributions=(), advice=None) for each in sentences
            )
        labels = {sentence.label for sentence in sentences}
        label = next((each for each in Label if each in labels), Label.NEUTRAL)
        return ArticleScore(
            verdict=Verdict[label.name],
            reason=None,
            severity=2 if label is Label.OVERSTATED else 0,
            scores=_scores(label),
            model=self.version,
            sentences=sentences,
        )

    def self_test(self) -> None:
        """Pass."""

    def _sentence(self, body: str, line: re.Match[str]) -> SentenceScore:
        cure, may = (body.find(word, line.start(), line.end()) for word in ("cures", "may"))
        label = Label.OVERSTATED if cure >= 0 else Label.HEDGED if may >= 0 else Label.NEUTRAL
        scores = _scores(label)
        odds = math.log(scores.overstated / (1 - scores.overstated))
        change = Change(Step.WEAKEN, cure, cure + 5, "was studied against", "nothing cures it")
        rewrite = line.group().replace("cures", change.replacement)
        return SentenceScore(
            start=line.start(),
            end=line.end(),
            text=line.group(),
            label=label,
            scores=scores,
            category=Category.EFFICACY if cure >= 0 else None,
            cues=(Cue(may, may + 3, "may", "hedge.modal"),) if may >= 0 else (),
            baseline=odds / 2,
            contributions=tuple(
                Contribution(f"part {part}", odds / 40, start=line.start(), end=line.end())
                for part in range(20)
            ),
            advice=Advice((change,), rewrite) if cure >= 0 else None,
        )


def _scores(label: Label) -> Scores:
    return Scores(**{each.value: 0.8 if each is label else 0.1 for each in Label})


def load_stand_in() -> StandIn:
    """Load as `overclaim serve` loads its model."""
    return StandIn()


def free_port() -> int:
    """Find a port that nobody listens on, below those that the kernel gives to clients."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the tests' own for databases, here and in the processes that they start."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A fresh database, once of either kind."""
    from tests.desks import opened  # noqa: PLC0415 - that module makes use of this one

    with opened(request.param, tmp_path) as fresh:
        yield fresh


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """The defaults, on a free port; on PostgreSQL where TESTS_DATABASE says so."""
    from tests.desks import default_database  # noqa: PLC0415 - that module makes use of this one

    defaults = Settings(listen=f"127.0.0.1:{free_port()}", drain_seconds=0)
    if "TESTS_DATABASE" not in os.environ:
        yield defaults
        return
    with default_database(tmp_path) as database:
        yield replace(defaults, database=database)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database, of the one kind that the tests run on by default."""
    from tests.desks import default_database  # noqa: PLC0415 - as above

    with default_database(tmp_path) as url:
        yield url


@pytest.fixture
def serving() -> Serving:
    """A function that serves in this process, within `async with`, and gives a channel to the server."""

    @asynccontextmanager
    async def serve(
        settings: Settings, load: Callable[[], StandIn] = load_stand_in
    ) -> AsyncIterator[grpc.aio.Channel]:
        store = open_store(settings.database)
        models = Models(BUNDLED, settings.models, load=loader(settings), trust=truster(settings))
        server = Server(settings, store=store, models=models)
        await server.start()
        await server.open(load)
        try:
            async with grpc.aio.insecure_channel(server.address) as channel:
                yield channel
        finally:
            await server.drain()
            store.close()

    return serve


@pytest.fixture
async def channel(serving: Serving, settings: Settings) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server in this process, ready to score with the stand-in."""
    async with serving(settings) as connected:
        yield connected


@dataclass(frozen=True)
class Process:
    """A server in a process of its own, and where its log goes."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self) -> int:
        """Send SIGTERM and give the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@pytest.fixture
def spawning(tmp_path: Path) -> Spawning:
    """A function that serves in another process, within `with`, once that has announced itself."""

    @contextmanager
    def spawn(*flags: str, port: int | None = None) -> Iterator[Process]:
        address = f"127.0.0.1:{port or free_port()}"
        log = tmp_path / f"{address}.log"
        command = [sys.executable, "-m", "tests.conftest", "--listen", address, *flags]
        with (
            log.open("w") as errors,
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            try:
                assert process.stdout
                assert process.stdout.readline() == f"ready {address}\n", log.read_text()
                yield Process(address, process, log)
            finally:
                if process.poll() is None:
                    process.kill()

    return spawn


def main() -> None:
    """Serve with the stand-in until SIGTERM; `spawning` runs this."""
    import argparse  # noqa: PLC0415 - only this process needs it

    from service.flags import add_flags  # noqa: PLC0415 - as above
    from service.rpc import log  # noqa: PLC0415 - as above

    parser = argparse.ArgumentParser()
    add_flags(parser)
    given = Settings.read({}, vars(parser.parse_args()))
    log.configure(form="json", level=given.log_level)
    if given.workers > 1:
        store = open_store(given.database)
        with roster(given, store) as counted:
            asyncio.run(oversee(given, work=work, since=0, announce=announce, roster=counted))
        store.close()
    else:
        work(given, None)


def work(given: Settings, post: Post | None) -> None:
    """Serve with the stand-in, alone or as a worker."""
    from service.rpc import log  # noqa: PLC0415 - as above

    log.configure(form="json", level=given.log_level, worker=None if post is None else post.number)
    store = open_store(given.database)
    tell = announce if post is None else lambda _: post.ready()
    models = Models(BUNDLED, given.models, load=loader(given), trust=truster(given))
    asyncio.run(run(given, store=store, models=models, load=load_stand_in, announce=tell, post=post))
    store.close()


def announce(address: str) -> None:
    """Tell `spawning` that calls will be answered."""
    sys.stdout.write(f"ready {address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
