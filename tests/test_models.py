"""`overclaim models` as it is typed: against a real server, and in a real directory and database."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from service.__main__ import main
from service.access import create_key
from service.audit.verifying import verify
from service.classifier import artifact
from service.classifier.results import Verdict
from service.client.desk import AsyncDesk
from service.client.models import Comparison, Share
from service.errors import BadFile
from service.models import pruning
from service.registry import record_activation
from service.store.chain import INSTALLATION
from service.store.ledger import AuditEntry
from service.store.opening import open_store
from service.store.words import Deed, Role, TrialKind
from service.trials.standing import begin_trial
from tests.calls import ask
from tests.conftest import free_port
from tests.desks import NOW, OVERSTATED, UPHELD
from tests.test_workers import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.store.engine import Store
    from tests.conftest import Spawning

VERSIONS = ("next+1", "next+2", "next+3")


class Shell:
    """Types commands with a key, and reads what they print."""

    def __init__(self, address: str, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.address = address
        self.store = open_store(database)
        self._capsys = capsys

    def key(self, name: str, role: Role, tenant: str = "default") -> str:
        with self.store.writing() as session:
            return create_key(session, tenant=tenant, name=name, role=role, now=datetime.now(UTC))[1]

    def __call__(self, *words: str, status: int = 0) -> str:
        found = main(["models", *words, "--server", self.address])
        printed = self._capsys.readouterr()
        assert found == status, printed.err
        return printed.err if status else printed.out

    def read(self, *words: str) -> Any:  # noqa: ANN401 - whatever JSON there is
        return json.loads(self(*words, "--format", "json"))

    def score(self, body: str = OVERSTATED) -> None:
        async def asking() -> None:
            async with AsyncDesk(self.address, key=self.key("pub", Role.PUBLISHER)) as desk:
                await desk.moderation.ScoreArticle(ask(body))

        asyncio.run(asking())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for version in VERSIONS:
        copied(version, tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def shell(
    spawning: Spawning,
    folder: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Shell]:
    """A server with three models besides the stand-in that it begins with, and an engineer's key."""
    with spawning("--database", database, "--models", str(folder)) as server:
        typed = Shell(server.address, database, capsys)
        monkeypatch.setenv("OVERCLAIM_KEY", typed.key("eve", Role.ML_ENGINEER))
        yield typed
        typed.store.close()


def standings(shell: Shell) -> dict[str, list[str]]:
    return {each["version"]: each["standing"] for each in shell.read("list")["models"]}


def test_models_are_listed_activated_and_rolled_back(shell: Shell, folder: Path) -> None:
    assert shell("activate", "next+1") == "next+1 serves\n"  # the stand-in before it is no model of the list
    assert shell("activate", str(folder / "next+2")) == "next+2 serves; before it, next+1\n"
    assert shell("roll-back") == "next+1 serves; before it, next+2\n"
    found = shell.read("list")
    assert found["serving"] == "next+1"
    assert found["last_served"] == ["next+1", "next+2", "stand-in"]
    assert [each["actor"] for each in found["activations"]] == ["eve", "eve", "eve", ""]
    by_version = {each["version"]: each for each in found["models"]}
    assert by_version["next+2"]["activated"]["actor"] == "eve"
    assert by_version["next+3"]["activated"] is None
    assert by_version["next+3"]["trust"] == "not_asked"
    assert by_version["next+3"]["manifest"] == artifact.manifest_and_digest(folder / "next+3")[1]
    told = shell("list").splitlines()
    assert told[1].startswith("next+1")
    for part in ("serves", "UTC by eve", "no signature asked for"):
        assert part in told[1]
    assert any(line.startswith("next+3") and "has not served yet" in line for line in told)
    assert "the last three that served, which pruning keeps: next+1, next+2, stand-in" in told
    assert "stand-in is not among the models that this server lists" in told


def test_a_retired_model_is_activated_again_only_when_that_is_said(shell: Shell) -> None:
    for version in VERSIONS:
        shell("activate", version)
    shell("activate", "next+1")
    assert standings(shell)["next+2"] == ["kept"]
    with shell.store.writing() as session:
        record_activation(session, "elsewhere", actor="", now=datetime.now(UTC))
    assert standings(shell)["next+2"] == ["retired"]
    assert "next+2 is retired" in shell("activate", "next+2", status=1)
    assert shell("activate", "next+2", "--again").startswith("next+2 serves")


def test_a_shadow_is_begun_shown_and_ended(shell: Shell) -> None:
    assert "`trial start` begins one" in shell("trial", "show", status=1)
    assert shell("trial", "start", "shadow", "next+1") == "next+1 is the shadow of 100 % of articles\n"
    assert "nothing is compared yet" in shell("trial", "show")
    assert standings(shell)["next+1"] == ["shadow"]
    for body in (OVERSTATED, "It may help some of those who were in the trial.", "We open at nine."):
        shell.score(body)
    found = await_compared(shell, 3)
    (compared,) = found["comparisons"]
    assert (found["version"], found["percent"], found["actor"]) == ("next+1", 100, "eve")
    assert found["going_on"]
    assert (compared["serving"], compared["compared"], compared["failed"]) == ("stand-in", 3, 0)
    agreed = sum(each["articles"] for each in compared["verdicts"] if each["serving"] == each["shadow"])
    assert compared["agreement"]["number"] == agreed
    assert compared["agreement"]["interval"] == pytest.approx(Share(agreed, 3).interval)
    assert sum(each["of"] for each in compared["by_verdict"].values()) == 3
    told = shell("trial", "show")
    assert "shadow: next+1, 100 % of articles, since 20" in told
    assert "beside stand-in: 3 articles scored by both, 0 left out under load, 0 failed" in told
    assert f"all                 3         {3 - agreed} " in told
    assert shell("trial", "end", "shadow") == "no model is the shadow any longer\n"
    assert "shadow (has ended): next+1" in shell("trial", "show")
    assert "no model is a shadow" in shell("trial", "end", "shadow", status=1)


def await_compared(shell: Shell, number: int) -> Any:  # noqa: ANN401 - whatever JSON there is
    for _ in range(40):
        found = shell.read("trial", "show")["shadow"]
        if found["comparisons"] and found["comparisons"][0]["compared"] == number:
            return found
        time.sleep(0.25)
    pytest.fail("not all was compared within ten seconds")


def test_a_canary_is_begun_grown_shown_and_promoted(shell: Shell, folder: Path) -> None:
    assert "say how many of a hundred tenants" in shell("trial", "start", "canary", "next+1", status=1)
    for wrong in ("0", "101"):
        assert "must be 1 to 100" in shell("trial", "start", "canary", "next+1", "--percent", wrong, status=1)
    for percent in ("10", "100"):
        told = shell("trial", "start", "canary", str(folder / "next+1"), "--percent", percent)
        assert told == f"next+1 is the canary of {percent} % of tenants\n"
    assert standings(shell)["next+1"] == ["canary"]
    assert "decided on nothing by either model" in shell("trial", "show")
    decide_one(shell)
    told = shell("trial", "show")
    assert "canary: next+1, 100 % of tenants, since 20" in told
    assert "next+1  1                   0           0.0 % (0.0 to 79.3)" in told
    overturned = shell.read("trial", "show")["canary"]["overturned"]
    assert overturned["next+1"]["of"] == 1
    assert shell("trial", "promote") == "next+1 serves\n"
    assert standings(shell)["next+1"] == ["serves"]
    assert "no model is a canary" in shell("trial", "promote", status=1)


def decide_one(shell: Shell) -> None:
    """Have a moderator uphold one article that the canary has scored."""
    from service.pb.overclaim.v1 import moderation_pb2, review_pb2  # noqa: PLC0415 - one use

    async def deciding() -> None:
        body = "Our injection cures arthritis in every patient, guaranteed, with no side effects at all."
        article = moderation_pb2.Article(article_id="a", body=body)
        request = moderation_pb2.ScoreArticleRequest(article=article, keep=moderation_pb2.KEEP_FOR_REVIEW)
        async with AsyncDesk(shell.address, key=shell.key("adm", Role.ADMINISTRATOR)) as desk:
            scored = await desk.moderation.ScoreArticle(request)
            item = scored.assessment.review_id
            claimed = await desk.review.ClaimItem(review_pb2.ClaimItemRequest(item_id=item))
            await desk.review.RecordDecision(
                review_pb2.RecordDecisionRequest(
                    item_id=item,
                    claim_id=claimed.item.claim.claim_id,
                    request_id="1",
                    ruling=review_pb2.Ruling(
                        outcome=review_pb2.Outcome.Value(f"OUTCOME_{UPHELD.outcome.name}")
                    ),
                )
            )

    asyncio.run(deciding())


def test_what_is_refused_changes_nothing_and_says_what_to_do(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    before = shell.read("list")
    told = shell("activate", "nowhere+1", status=1)
    assert "the server lists no nowhere+1, and there is no directory of that name here" in told
    elsewhere = tmp_path / copied("theirs", tmp_path)
    assert f"copy {elsewhere} into the directory of its models" in shell("activate", str(elsewhere), status=1)
    manifest = json.loads((elsewhere / artifact.MANIFEST).read_bytes())
    (elsewhere / artifact.MANIFEST).write_text(json.dumps(manifest | {"version": "next+1", "made": "anew"}))
    assert "has another manifest than" in shell("activate", str(elsewhere), status=1)
    (folder / "next+2" / artifact.WEIGHTS).write_bytes(b"?")
    assert "next+2 cannot be served: ARTIFACT_DAMAGED" in shell("activate", "next+2", status=1)
    assert "no other model has served" in shell("roll-back", status=1)
    assert shell.read("list") == before


def test_who_may_not_ask_is_told_apart_from_what_is_refused(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No such file" in shell("activate", str(tmp_path), status=2)
    for key, told in (
        (shell.key("ann", Role.MODERATOR), "the role moderator may not call"),
        ("oc_wrong", "unknown, expired or revoked"),
        ("", "into OVERCLAIM_KEY"),
    ):
        monkeypatch.setenv("OVERCLAIM_KEY", key)
        assert told in shell("activate", "next+1", status=2)
    monkeypatch.setenv("OVERCLAIM_KEY", "oc_any")
    shell.address = f"127.0.0.1:{free_port()}"
    assert "does `overclaim serve` run there?" in shell("list", status=2)
    assert "has not answered within 0.5 s" in shell("list", "--timeout", "0.5", status=2)


@pytest.mark.parametrize(
    ("number", "of", "low", "high"), [(5, 10, 0.2366, 0.7634), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1)]
)
def test_an_interval_is_wilsons(number: int, of: int, low: float, high: float) -> None:
    assert Share(number, of).interval == pytest.approx((low, high), abs=1e-4)


def test_a_comparison_is_told_by_verdict_and_by_what_differs() -> None:
    over, hedged, neutral = Verdict.OVERSTATED, Verdict.HEDGED, Verdict.NEUTRAL
    verdicts = {(over, over): 6, (over, hedged): 1, (hedged, neutral): 2, (neutral, neutral): 1}
    found = Comparison(serving="a", compared=10, shed=0, failed=0, verdicts=verdicts)
    assert found.agreement == Share(7, 10)
    assert found.by_verdict == {over: Share(6, 7), hedged: Share(0, 2), neutral: Share(1, 1)}
    assert list(found.differing.items()) == [((hedged, neutral), 2), ((over, hedged), 1)]
    assert Comparison(serving="a", compared=0, shed=4, failed=0, verdicts={}).agreement is None


@pytest.fixture
def shelf(tmp_path: Path, store: Store) -> Path:
    """A directory of models, one of each kind, and a store that knows them."""
    folder = tmp_path / "shelf"
    for version in ("old", "older", "linked", "begun", "noted", "third", "second", "serving", "tried", "new"):
        copied(version, folder)
    (folder / "linked").rename(tmp_path / "linked")
    (folder / "linked").symlink_to(tmp_path / "linked")
    (folder / "noted" / "notes.txt").write_text("Mine.")
    (folder / "empty").mkdir()
    with store.writing() as session:
        served = ("old", "older", "linked", "begun", "noted", "tried", "third", "second", "serving")
        for days, version in enumerate(served):
            record_activation(session, version, actor="eve", now=NOW + timedelta(days=days))
        begin_trial(session, TrialKind.SHADOW, "tried", percent=10, actor="eve", now=NOW)
    return folder


def fates(store: Store, shelf: Path, *also: str) -> dict[str, str]:
    with store.reading() as session:
        found = pruning.fates(session, shelf, begun_with=[shelf / "begun"], also=also)
    return {each.directory.name: ("- " if each.goes else "+ ") + each.reason for each in found}


def test_what_serves_is_on_trial_was_last_or_is_new_is_kept(store: Store, shelf: Path) -> None:
    assert fates(store, shelf) == {
        "begun": "+ a server is begun with it (--model)",
        "empty": "+ holds no model (ARTIFACT_MISSING)",
        "linked": "+ a link: remove it by hand",
        "new": "+ has not served yet (--also removes it)",
        "noted": "+ holds what no model has: notes.txt",
        "old": "- retired: served last from 2026-01-05, and 3 others since",
        "older": "- retired: served last from 2026-01-06, and 3 others since",
        "second": "+ one of the last 3 that served",
        "serving": "+ serves",
        "third": "+ one of the last 3 that served",
        "tried": "+ is the shadow",
    }
    assert fates(store, shelf, "new")["new"] == "- has never served, named by --also"
    assert fates(store, shelf, "tried", "serving") == fates(store, shelf)


def test_a_store_that_knows_of_no_activation_lets_nothing_go(store: Store, tmp_path: Path) -> None:
    copied("next", tmp_path / "models")
    assert set(fates(store, tmp_path / "models").values()) == {"+ has not served yet (--also removes it)"}


def test_pruning_removes_what_it_says_and_leaves_its_entry(
    store: Store, shelf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prune(*flags: str) -> str:
        assert main(["models", "prune", "--database", url, *flags]) == 0
        return capsys.readouterr().out

    url = store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("OVERCLAIM_MODELS", str(shelf))
    monkeypatch.setenv("OVERCLAIM_MODEL", str(shelf / "begun"))
    before = {each.name for each in shelf.iterdir()}
    manifest = artifact.manifest_and_digest(shelf / "old")[1]
    told = prune("--dry-run")
    assert "would remove  old: retired: served last from 2026-01-05, and 3 others since\n" in told
    assert last_line(told).startswith("would remove 2 (")
    assert {each.name for each in shelf.iterdir()} == before
    found = json.loads(prune("--format", "json"))["models"]
    assert {each["version"] for each in found if each["removed"]} == {"old", "older"}
    assert {each.name for each in shelf.iterdir()} == before - {"old", "older"}
    assert "removed  new: has never served, named by --also\n" in prune("--also", "new")
    assert last_line(prune()).startswith("removed 0 (0.0 MiB), ")
    with store.reading() as session:
        query = select(AuditEntry).where(AuditEntry.deed == Deed.MODEL_PRUNED).order_by(AuditEntry.number)
        entries = list(session.scalars(query))
        assert [each.subject["version"] for each in entries] == ["old", "older", "new"]
        assert entries[0].subject["manifest"] == manifest
        assert {(each.chain, each.actor) for each in entries} == {(INSTALLATION, "operator")}
        assert not verify(session).findings


def last_line(told: str) -> str:
    return told.splitlines()[-1]


def test_what_was_begun_to_be_removed_is_finished_by_the_next_run(
    store: Store, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.reading() as session:
        (fate,) = (
            each
            for each in pruning.fates(session, shelf, begun_with=(), also=())
            if each.directory.name == "old"
        )

    def failing(path: Path, unlink: Any = Path.unlink) -> None:  # noqa: ANN401 - the method itself
        if path.name == artifact.WEIGHTS:
            raise PermissionError(1, "Operation not permitted")
        unlink(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing)
        with pytest.raises(BadFile, match=r"cannot remove all of .*old: Operation not permitted"):
            pruning.remove(fate)
    assert (shelf / "old" / artifact.MANIFEST).is_file()
    assert fates(store, shelf)["old"].startswith("- retired")
    pruning.remove(fate)
    assert not (shelf / "old").exists()


def test_what_cannot_be_pruned_is_told(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OVERCLAIM_MODELS", raising=False)
    copied("next", tmp_path / "models")
    shutil.copy(__file__, tmp_path / "models")
    for flags, told in (
        ((), "say which directory of models to prune"),
        (("--models", str(tmp_path / "none")), "No such file or directory"),
        (("--models", str(tmp_path / "models"), "--also", "absent"), "there is no absent in"),
    ):
        assert main(["models", "prune", "--database", database, *flags]) == 2
        assert told in capsys.readouterr().err
