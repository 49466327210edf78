"""A disk that is full: whose fault it is and what to do is told, nothing is half written, and it recovers."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from service.audit import anchors
from service.audit.verifying import verify
from service.client.desk import AsyncDesk
from service.errors import BadAnchor, StoreFull
from service.pb.overclaim.v1 import moderation_pb2, review_pb2
from service.store.words import Role
from tests.calls import ask
from tests.clusters import cluster
from tests.desks import opened
from tests.records import CLAIM, Astray, Record, astray, insist
from tests.sites import Disk, Site, disk
from tests.small import fitted, pages
from training.evaluate import evaluate
from training.fit import ModelError, save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# An empty PostgreSQL takes 40 MiB, and its log is written in pieces of 16.
MEBIBYTES = {"sqlite": 16, "postgres": 160}


@contextmanager
def small_disk(mebibytes: int) -> Iterator[Disk]:
    """Give a disk that can be filled; skips where none can be mounted."""
    with disk(mebibytes=mebibytes) as made:
        if made is None:
            pytest.skip("no file system can be mounted here")
        yield made


def article_to_keep() -> moderation_pb2.ScoreArticleRequest:
    """One that takes much room, and little time to score."""
    body = f"{CLAIM}\n\n{'a' * 190_000}"
    return ask(body, article_id=str(uuid4()), keep=moderation_pb2.KEEP_FOR_REVIEW)


async def kept_until_refused(desk: AsyncDesk, record: Record) -> StoreFull:
    """Have articles kept until there is no room for another, and give how that was told."""
    while True:
        article = article_to_keep()
        try:
            await desk.moderation.ScoreArticle(article, timeout=20)
        except StoreFull as full:
            return full
        record.kept.add(article.article.article_id)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_full_disk_is_told_as_such_keeps_nobody_from_scoring_and_recovers(
    kind: str, tmp_path: Path
) -> None:
    with small_disk(MEBIBYTES[kind]) as room:
        if kind == "postgres":
            with cluster(room.folder) as made:
                await filled_and_emptied(Site(tmp_path, made.url, workers=1), room)
        else:
            await filled_and_emptied(Site(tmp_path, f"sqlite:///{room.folder / 'desk.db'}", workers=1), room)


async def filled_and_emptied(site: Site, room: Disk) -> None:
    """Fill the disk under a site, try what is done there, and make room again."""
    record = Record()
    key = site.key("eve", Role.ADMINISTRATOR)
    async with site.supervised(), AsyncDesk(site.address, key=key) as desk:
        await insist(desk.moderation.ScoreArticle, ask(CLAIM))
        room.fill()
        full = await kept_until_refused(desk, record)
        assert "its operator must make room" in str(full)
        assert full.retry_after > 0
        refused = article_to_keep()
        with pytest.raises(StoreFull):
            await desk.moderation.ScoreArticle(refused)
        for _ in range(5):
            assert (await desk.moderation.ScoreArticle(ask(CLAIM))).score.sentences
        # Neither what was refused nor a part of it is there, and the audit log is whole.
        assert astray(site, record) == Astray(0, 0)
        with site.store.snapshot() as session:
            assert verify(session).findings == []
        room.make_room()
        await insist(desk.moderation.ScoreArticle, refused)
        record.kept.add(refused.article.article_id)
        claimed = await insist(desk.review.ClaimItem, review_pb2.ClaimItemRequest(request_id="a"))
        assert claimed.HasField("item")
        assert astray(site, record) == Astray(0, 0)


async def test_a_server_begins_on_a_full_disk_and_scores(tmp_path: Path) -> None:
    with small_disk(MEBIBYTES["sqlite"]) as room:
        site = Site(tmp_path, f"sqlite:///{room.folder / 'desk.db'}", workers=1)
        key = site.key("eve", Role.ADMINISTRATOR)
        async with site.supervised(), AsyncDesk(site.address, key=key) as desk:
            await insist(desk.moderation.ScoreArticle, ask(CLAIM))
            room.fill()
            await kept_until_refused(desk, Record())
            site.kill()
            async with asyncio.timeout(60):
                assert (await insist(desk.moderation.ScoreArticle, ask(CLAIM))).score.sentences


def test_a_model_is_written_whole_or_not_at_all() -> None:
    with small_disk(4) as room:
        found = evaluate(pages(), fitted().predict(pages()), model="small", how="", resamples=2)
        room.fill()
        with pytest.raises(ModelError, match="No space left on device"):
            save(fitted(), room.folder / "models" / "small", evaluation=found)
        room.make_room()
        save(fitted(), room.folder / "models" / "small", evaluation=found)
        assert [each.name for each in (room.folder / "models").iterdir()] == ["small"]


def test_an_anchor_that_finds_no_room_leaves_the_others_readable(tmp_path: Path) -> None:
    with small_disk(1) as room, opened("sqlite", tmp_path) as store:
        file, now = room.folder / "anchors", datetime.now(UTC)
        anchors.append(store, file, key=None, now=now)
        room.fill()
        # What the file has on the disk already ends within a line.
        written = 1
        with pytest.raises(BadAnchor, match="No space left on device"):  # noqa: PT012 - one of many raises it
            while True:
                anchors.append(store, file, key=None, now=now)
                written += 1
        assert len(anchors.read(file, trusted=None)) == written
        room.make_room()
        anchors.append(store, file, key=None, now=now)
        assert len(anchors.read(file, trusted=None)) == written + 1
