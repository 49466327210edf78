"""What must not be kept is found nowhere, and what goes wrong quotes nothing; a canary tells."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import psycopg
import pytest

from service import access
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc.desk import Desk
from service.store.engine import sqlite_url
from service.store.opening import open_store
from service.store.words import Role
from tests.calls import ask, failure
from tests.conftest import ROOT, free_port
from tests.desks import postgres_database
from tests.hostile.articles import CLEAN
from tests.test_fuzzing import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.protobuf.descriptor import MethodDescriptor

CANARY = "Zwitscherkanarius"
KEPT = "Aufbewahrkanarius"


def spellings(word: str) -> list[bytes]:
    """As it may lie on a disk: in UTF-8 and UTF-16, in hexadecimal, in base64 at each of its three places."""
    plain = word.encode()
    coded = [base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    return [plain, word.encode("utf-16-le"), plain.hex().encode(), *coded]


def holding(folder: Path, word: str) -> list[str]:
    """Name the files under a folder that hold a word, or have it in their names."""
    wanted = spellings(word)
    found = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a database tidies up while it is read
            if word in path.name or (path.is_file() and any(each in path.read_bytes() for each in wanted)):
                found.append(str(path.relative_to(folder)))
    return found


@contextmanager
def serving(folder: Path, database: str, *flags: str) -> Iterator[str]:
    """Serve with all that a server writes under one folder; it is killed, so that nothing is tidied up."""
    address = f"127.0.0.1:{free_port()}"
    for name in ("tmp", "state"):
        (folder / name).mkdir()
    environment = os.environ | {"TMPDIR": str(folder / "tmp"), "XDG_STATE_HOME": str(folder / "state")}
    command = [sys.executable, "-m", "service", "serve", "--listen", address, "--database", database, *flags]
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            with grpc.insecure_channel(address) as channel:
                grpc.channel_ready_future(channel).result(timeout=30)
            yield address
        finally:
            process.kill()


def key_of(role: Role, database: str) -> str:
    store = open_store(database)
    with store.writing() as session:
        made = access.create_key(session, tenant="t", name=role, role=role, now=datetime.now(UTC))
    store.close()
    return made[1]


def send_all(address: str, key: str) -> None:
    """Send the canary in every field and by every way in, and the other word in an article that is kept."""
    metadata = (("authorization", f"Bearer {key}"),)
    body = f"{CLEAN}\n\n{CANARY} cures every patient."
    passing = ask(body, title=CANARY, publisher=CANARY, idempotency_key=CANARY)
    wrong = ask(f"{body}\0", title=CANARY * 100, language=f"{CANARY} {CANARY}")
    with grpc.insecure_channel(address) as channel:
        service: Any = pb_grpc.ModerationServiceStub(channel)
        retrying = {"metadata": metadata, "timeout": 30, "wait_for_ready": True}
        for request in (passing, passing):
            while True:
                try:
                    service.ScoreArticle(request, **retrying)
                    break
                except grpc.RpcError as error:
                    told: Any = error
                    assert told.code() is grpc.StatusCode.UNAVAILABLE  # the model is being loaded
        with pytest.raises(grpc.RpcError) as refused:
            service.ScoreArticle(wrong, **retrying)
        assert CANARY not in str(refused.value)
        service.BatchScoreArticles(pb.BatchScoreArticlesRequest(requests=[passing, wrong]), **retrying)
        stream = iter([pb.StreamScoreArticlesRequest(request=each) for each in (passing, wrong)])
        assert len(list(service.StreamScoreArticles(stream, **retrying))) == 2
        kept = ask(f"{CLEAN}\n\n{KEPT} cures every patient.", keep=pb.KEEP_FOR_REVIEW)
        service.ScoreArticle(kept, **retrying)


def test_an_article_that_is_not_to_be_kept_is_nowhere_on_disk(tmp_path: Path) -> None:
    database = sqlite_url(tmp_path / "desk.db")
    key, engineer = (key_of(role, database) for role in (Role.PUBLISHER, Role.ML_ENGINEER))
    metrics = f"127.0.0.1:{free_port()}"
    flags = ("--metrics-listen", metrics, "--log-level", "debug", "--log-format", "json")
    with serving(tmp_path, database, *flags) as address:
        send_all(address, key)
        with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=10) as answer:
            (tmp_path / "metrics.txt").write_bytes(answer.read())
        export(tmp_path, address, engineer)
        assert holding(tmp_path, CANARY) == []
    assert holding(tmp_path, CANARY) == []
    assert {"desk.db", "desk.db-wal"} & set(holding(tmp_path, KEPT))
    assert "ScoreArticle" in (tmp_path / "server.log").read_text(encoding="utf-8")
    assert (tmp_path / "metrics.txt").stat().st_size > 0


def export(folder: Path, address: str, key: str) -> None:
    """Write what moderators decided as a corpus."""
    command = [sys.executable, "-m", "service", "export-examples", "--server", address]
    command.append(str(folder / "examples.jsonl"))
    environment = os.environ | {"OVERCLAIM_KEY": key}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60)
    (folder / "export.log").write_bytes(told.stdout + told.stderr)
    assert told.returncode == 0, told.stderr.decode()


@pytest.mark.postgres
def test_an_article_that_is_not_to_be_kept_is_nowhere_in_postgresql_nor_its_log_of_writes(
    tmp_path: Path,
) -> None:
    with postgres_database() as url:
        key = key_of(Role.PUBLISHER, url)
        with serving(tmp_path, url) as address:
            send_all(address, key)
        with psycopg.connect(url, autocommit=True) as connection:
            assert rows_holding(connection, CANARY) == []
            assert rows_holding(connection, KEPT) != []
            data = segment_of(connection)
        assert holding(tmp_path, CANARY) == []
        if data is None:
            return  # the server's own files are not ours to read here
        written = data.read_bytes()
        assert any(each in written for each in spellings(KEPT))
        assert not any(each in written for each in spellings(CANARY))


def rows_holding(connection: psycopg.Connection[Any], word: str) -> list[str]:
    """Name the tables of which a row holds a word."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables
    found = []
    for (table,) in tables:
        query = f'SELECT count(*) FROM "{table}" AS each WHERE each::text LIKE %s'  # noqa: S608 - names of our own tables
        (count,) = connection.execute(query.encode(), (f"%{word}%",)).fetchone() or (0,)
        found += [table] * bool(count)
    return found


def segment_of(connection: psycopg.Connection[Any]) -> Path | None:
    """Give the file to which PostgreSQL writes ahead at present, where we may read it."""
    query = "SELECT current_setting('data_directory'), pg_walfile_name(pg_current_wal_lsn())"
    folder, name = connection.execute(query).fetchone() or ("", "")
    path = Path(folder) / "pg_wal" / name
    return path if os.access(path, os.R_OK) else None


async def test_a_fault_in_any_method_quotes_nothing(
    channel: grpc.aio.Channel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = _raising(f"{CANARY} /srv/secret/{CANARY}.db")
    monkeypatch.setattr(Desk, "read", broken)
    monkeypatch.setattr(Desk, "write", broken)
    # Without an identity provider nobody signs in, and nothing is asked of the database.
    for method in (each for each in METHODS if each.name != "SignIn"):
        error = await faulty(channel, method)
        assert error.code() is grpc.StatusCode.INTERNAL, method.full_name
        logged = "".join(capsys.readouterr())
        assert "incident" in logged
        for text in (f"{error!r} {error.trailing_metadata()}", logged):
            assert CANARY not in text
            assert "/srv/secret" not in text


async def faulty(channel: grpc.aio.Channel, method: MethodDescriptor) -> grpc.aio.AioRpcError:
    """Call a method with a key and, where it takes one, an article, and give what comes of it."""
    raw: Any = channel
    streams = [
        "stream" if streaming else "unary" for streaming in (method.client_streaming, method.server_streaming)
    ]
    call = getattr(raw, "_".join(streams))(f"/{method.containing_service.full_name}/{method.name}")
    message = ask(f"{CANARY} cures").SerializeToString() if method.name == "ScoreArticle" else b""
    metadata = (("authorization", f"Bearer {CANARY}"),)
    calling = call(iter([message]) if method.client_streaming else message, metadata=metadata)
    return await failure(calling.read() if method.server_streaming else calling)


def _raising(text: str) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise OSError(2, text, f"/srv/secret/{text}")

    return broken
