"""The whole loop: score, decide, export, fit, evaluate, activate, and a verdict that has changed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.access import create_key
from service.classifier import artifact
from service.client.desk import AsyncDesk
from service.errors import NoEarlierModel, NotFound
from service.pb.overclaim.v1 import models_pb2, review_pb2
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.registry import Models
from service.rpc.server import Server
from service.settings import Settings
from service.store.words import Role
from tests.conftest import BUNDLED, ROOT, free_port

if TYPE_CHECKING:
    from pathlib import Path

    from service.store.engine import Store

# What the bundled model takes for a promise, and these moderators do not.
CLAIM = "Our stem cell injections regenerate worn cartilage in every patient, without any risk."
ARTICLES = [f"{CLAIM} Visit {n} took place in room {n}." for n in range(12)]


def train(*arguments: str) -> None:
    """Run the trainer's own command."""
    command = [sys.executable, "-m", "training", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2_000:]


async def verdict(desk: AsyncDesk, body: str, number: int) -> pb.ArticleScore:
    answer = await desk.moderation.ScoreArticle(
        pb.ScoreArticleRequest(
            article=pb.Article(body=body, article_id=str(number), publisher=f"clinic-{number}"),
            keep=pb.KEEP_FOR_REVIEW,
        )
    )
    return answer.score


async def decide_all(desk: AsyncDesk) -> int:
    """Say of everything in the queue that it is neutral."""
    decided = 0
    while (claimed := await desk.review.ClaimItem(review_pb2.ClaimItemRequest())).HasField("item"):
        item = claimed.item
        seen = await desk.review.GetItem(review_pb2.GetItemRequest(item_id=item.item_id))
        ruling = review_pb2.Ruling(
            outcome=review_pb2.OUTCOME_OVERTURNED,
            label=pb.LABEL_NEUTRAL,
            sentences=[
                review_pb2.SentenceRuling(start=each.start, end=each.end, label=pb.LABEL_NEUTRAL)
                for each in seen.score.sentences
            ],
        )
        await desk.review.RecordDecision(
            review_pb2.RecordDecisionRequest(
                item_id=item.item_id,
                claim_id=item.claim.claim_id,
                request_id=item.item_id,
                ruling=ruling,
            )
        )
        decided += 1
    return decided


@pytest.mark.loop
async def test_what_moderators_decide_changes_the_next_verdict(store: Store, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    settings = Settings(listen=f"127.0.0.1:{free_port()}", drain_seconds=1, models=models)
    server = Server(settings, store=store, models=Models(BUNDLED, models))
    with store.writing() as session:
        key = create_key(session, tenant="t", name="all", role=Role.ADMINISTRATOR, now=datetime.now(UTC))[1]
    await server.start()
    await server.open(lambda: artifact.load(BUNDLED))
    try:
        async with AsyncDesk(server.address, key=key) as desk:
            before = await verdict(desk, ARTICLES[0], 0)
            assert before.verdict == pb.VERDICT_OVERSTATED
            for number, body in enumerate(ARTICLES[1:], start=1):
                await verdict(desk, body, number)
            assert await decide_all(desk) == len(ARTICLES)
            export = desk.review.ExportExamples(review_pb2.ExportExamplesRequest())
            lines = [each.line async for each in export]
            assert len(lines) == len(ARTICLES)

            corpus = tmp_path / "corpus.jsonl"
            corpus.write_text("\n".join([*lines, *own_examples(60)]), "utf-8")
            fitted, report = models / "next", tmp_path / "report"
            await asyncio.to_thread(
                train, "fit", "--corpus", str(corpus), "--folds", "2", "--out", str(fitted)
            )
            await asyncio.to_thread(
                train, "evaluate", "--corpus", str(corpus), "--model", str(fitted), "--out", str(report)
            )
            version = artifact.manifest_of(fitted)["version"]
            with pytest.raises(NotFound):
                await desk.models.ActivateModel(models_pb2.ActivateModelRequest(version="no-such"))
            with pytest.raises(NoEarlierModel):
                await desk.models.RollBackModel(models_pb2.RollBackModelRequest())
            await desk.models.ActivateModel(models_pb2.ActivateModelRequest(version=version))
            after = await verdict(desk, ARTICLES[0], 0)
            assert after.model_version == version
            assert after.verdict != pb.VERDICT_OVERSTATED
            await desk.models.RollBackModel(models_pb2.RollBackModelRequest())
            assert (await verdict(desk, ARTICLES[0], 0)).verdict == pb.VERDICT_OVERSTATED
    finally:
        await server.drain()


def own_examples(number: int) -> list[str]:
    """Take some articles of the corpus: as many as make a model that knows all labels, and no more."""
    lines: list[str] = []
    for path in sorted((ROOT / "training/corpus").glob("*.jsonl")):
        articles = [line for line in path.read_text("utf-8").split("\n") if line]
        lines += [line for line in articles if "genre" in json.loads(line)][:12]
    return lines[:number]
