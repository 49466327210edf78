"""A site that loses workers, servers, database and disk, and is given broken models, while people work."""

from __future__ import annotations

import asyncio
import itertools
import random
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.audit.verifying import verify
from service.classifier import artifact
from service.client.desk import AsyncDesk
from service.client.faults import CallFailed
from service.errors import ModelRefused, NotFound, OverclaimError, StoreFull, Unavailable
from service.pb.overclaim.v1 import models_pb2, moderation_pb2
from service.registry import record_activation
from service.store.words import Role
from tests.calls import ask
from tests.clusters import Cluster, cluster
from tests.conftest import BUNDLED
from tests.records import CLAIM, Work, astray, insist
from tests.sites import TENANT, Disk, Site, disk
from tests.variants import BROKEN, flipped, variant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.promises import Promised

    Fault = Callable[["Scene"], Awaitable[float]]

GOOD = {"good-1": 0.5, "good-2": 1.0, "good-3": 1.5}
# Each time that it is filled, some megabytes of articles stay.
MEBIBYTES = 256
STALL = 2.0
FOLLOWED = 1.5


@dataclass
class Scene:
    """A site at work, and what may be done to it."""

    site: Site
    key: str
    good: Iterator[str]
    numbers: Iterator[int]
    cluster: Cluster | None = None
    disk: Disk | None = None


def now() -> float:
    return asyncio.get_running_loop().time()


def long_article() -> moderation_pb2.ScoreArticleRequest:
    """An article to keep that is like no other and takes much room, but little time to score."""
    body = f"{CLAIM}\n\n{'a' * 190_000}"
    return ask(body, article_id=str(now()), keep=moderation_pb2.KEEP_STORED)


async def worker_killed(scene: Scene) -> float:
    """End a worker; the other, and the one begun anew, go on."""
    while not scene.site.kill_worker(next(scene.numbers)):  # noqa: ASYNC110 - nobody tells when one has begun
        await asyncio.sleep(0.05)
    return now()


async def server_killed(scene: Scene) -> float:
    """End the whole server, which its supervisor begins anew."""
    scene.site.kill()
    return now()


async def database_killed(scene: Scene) -> float:
    """End PostgreSQL as if the machine had gone down, and start it again."""
    assert scene.cluster
    began = now()
    scene.cluster.kill()
    await asyncio.to_thread(scene.cluster.start)
    return began


async def database_stalled(scene: Scene) -> float:
    """Stop PostgreSQL in the middle of whatever it does, for a while."""
    assert scene.cluster
    with scene.cluster.stalled():
        await asyncio.sleep(STALL)
    return now()


async def disk_full(scene: Scene) -> float:
    """Leave the database no room, for a while."""
    assert scene.disk
    scene.disk.fill()
    # SQLite has room of its own for a while; to be without any is what is to be tried.
    async with AsyncDesk(scene.site.address, key=scene.key) as desk:
        refused = False
        while not refused:
            try:
                await desk.moderation.ScoreArticle(long_article(), timeout=10)
            except StoreFull:
                refused = True
            except (Unavailable, CallFailed):
                await asyncio.sleep(0.05)
    scene.disk.make_room()
    return now()


async def broken_model(scene: Scene) -> float:
    """Put a broken model where the server follows activations, ask for it, and swap to a good one."""
    number = next(scene.numbers)
    version = f"bad-{number}"
    await asyncio.to_thread(BROKEN[number % len(BROKEN)], scene.site.models, version)
    async with AsyncDesk(scene.site.address, key=scene.key) as desk:
        if number % 2:
            # As another server does that has a whole copy of it.
            with scene.site.store.writing() as session:
                record_activation(session, version, actor="eve", now=datetime.now(UTC), tenant=TENANT)
            await asyncio.sleep(FOLLOWED)
        else:
            with pytest.raises((ModelRefused, NotFound)):
                await insist(desk.models.ActivateModel, models_pb2.ActivateModelRequest(version=version))
        began = now()
        wanted = models_pb2.ActivateModelRequest(version=next(scene.good), again=True)
        await insist(desk.models.ActivateModel, wanted)
    return began


async def seconds_until_back(scene: Scene, since: float) -> float:
    """Wait until whoever comes new gets an article kept, at several connections one after the other."""
    answered = 0
    while answered < 3:
        article = ask(f"{CLAIM} {now()}", article_id=str(now()), keep=moderation_pb2.KEEP_STORED)
        try:
            async with AsyncDesk(scene.site.address, key=scene.key) as desk:
                await desk.moderation.ScoreArticle(article, timeout=3)
        except (OverclaimError, CallFailed):
            answered = 0
            await asyncio.sleep(0.05)
        else:
            answered += 1
    return now() - since


@dataclass
class Outcome:
    """What a run of faults came to."""

    faults: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    findings: int = 0
    decided: int = 0
    answers: int = 0
    slowest: float = 0.0


@asynccontextmanager
async def scene_of(folder: Path, kind: str, *, workers: int = 2) -> AsyncIterator[Scene]:
    """Begin a site on a database of a kind that may fail."""
    with ExitStack() as held:
        made, room = None, None
        if kind == "postgres":
            made = held.enter_context(cluster())
            url = made.url
        else:
            room = held.enter_context(disk(mebibytes=MEBIBYTES))
            url = f"sqlite:///{(room.folder if room else folder) / 'desk.db'}"
        site = Site(folder, url, workers=workers)
        async with site.supervised():
            key = site.key("eve", Role.ADMINISTRATOR)
            yield Scene(site, key, itertools.cycle(GOOD), itertools.count(), made, room)


async def run(scene: Scene, faults: Sequence[Fault]) -> Outcome:
    """Let faults befall a site while people work on it, and look after each what has become of their work."""
    models = [variant(scene.site.models, version, leaning=leaning) for version, leaning in GOOD.items()]
    models.append(artifact.load(BUNDLED))
    work = Work(scene.site, {each.version: each.score(CLAIM).scores.overstated for each in models})
    await seconds_until_back(scene, now())
    work.begin()
    outcome = Outcome(len(faults))
    for fault in faults:
        back = await seconds_until_back(scene, await fault(scene))
        print(f"{fault.__name__}: {back:.2f} s")  # noqa: T201 - behind the figure
        outcome.slowest = max(outcome.slowest, back)
        work.require_well()
        found = astray(scene.site, work.record)
        outcome.lost, outcome.doubled = max(outcome.lost, found.lost), max(outcome.doubled, found.doubled)
    await work.end()
    found = astray(scene.site, work.record)
    outcome.lost, outcome.doubled = max(outcome.lost, found.lost), max(outcome.doubled, found.doubled)
    outcome.wrong, outcome.answers = work.record.wrong, work.record.answers
    outcome.decided = len(work.record.decided)
    with scene.site.store.snapshot() as session:
        outcome.findings = len(verify(session).findings)
    print(outcome)  # noqa: T201 - behind the figure
    return outcome


# 200 in all, of which 50 are broken models, each with a good swap after it.
MANY: dict[str, Mapping[Fault, int]] = {
    "sqlite": {broken_model: 25, worker_killed: 35, server_killed: 15, disk_full: 25},
    "postgres": {
        broken_model: 25,
        worker_killed: 30,
        server_killed: 15,
        database_killed: 15,
        database_stalled: 15,
    },
}


@pytest.mark.promise
@pytest.mark.postgres
async def test_two_hundred_faults_cost_nothing_that_was_acknowledged(
    tmp_path: Path, promised: Promised
) -> None:
    outcomes = []
    for kind, counts in MANY.items():
        folder = tmp_path / kind
        folder.mkdir()
        async with scene_of(folder, kind) as scene:
            if kind == "sqlite" and not scene.disk:
                pytest.skip("no file system can be mounted here, so none can be filled")
            faults = [fault for fault, number in counts.items() for _ in range(number)]
            random.Random(5).shuffle(faults)
            outcomes.append(await run(scene, faults))
    assert all(each.decided and each.answers for each in outcomes)
    among = (
        f"among {sum(each.faults for each in outcomes)} faults of workers, servers, databases, disk, models"
    )
    lost, doubled = sum(each.lost for each in outcomes), sum(each.doubled for each in outcomes)
    promised(f"decisions and articles that were acknowledged and are lost, {among}", lost, exactly=0)
    promised(f"decisions and articles that are there twice, {among}", doubled, exactly=0)
    findings, wrong = sum(each.findings for each in outcomes), sum(each.wrong for each in outcomes)
    promised(f"findings of `overclaim audit verify`, {among}", findings, exactly=0)
    promised(f"answers that no model has made that passed its self-test, {among}", wrong, exactly=0)
    slowest = max(each.slowest for each in outcomes)
    promised(f"until the service is back at the latest, {among}", slowest, at_most=10, unit="s")


async def test_a_few_faults_of_workers_models_and_disk_cost_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    async with scene_of(tmp_path, "sqlite") as scene:
        faults = [broken_model, worker_killed, disk_full if scene.disk else broken_model, server_killed]
        unharmed(await run(scene, faults))


async def test_a_server_begins_with_the_model_before_when_the_one_activated_is_damaged(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", workers=1)
    sound = variant(site.models, "sound", leaning=1.0).version
    flipped(site.models, "damaged")
    with site.store.writing() as session:
        for version in (sound, "damaged"):
            record_activation(session, version, actor="eve", now=datetime.now(UTC), tenant=TENANT)
    key = site.key("eve", Role.ADMINISTRATOR)
    async with site.supervised(), AsyncDesk(site.address, key=key) as desk:
        answer = await insist(desk.moderation.ScoreArticle, ask(CLAIM))
    assert answer.score.model_version == sound


@pytest.mark.postgres
async def test_a_database_that_is_killed_or_stalls_costs_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    async with scene_of(tmp_path, "postgres", workers=1) as scene:
        unharmed(await run(scene, [database_killed, broken_model, database_stalled]))


def unharmed(outcome: Outcome) -> None:
    """Assert that people worked through the faults, and nothing happened to their work."""
    assert outcome.decided > 0
    assert (outcome.lost, outcome.doubled, outcome.wrong, outcome.findings) == (0, 0, 0, 0)
