from __future__ import annotations

import ipaddress
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service.access import authenticate, list_keys
from service.classifier.results import ArticleScore
from service.client import Article, Client, Format
from service.rpc.welcome import welcome
from service.settings import Settings
from service.store.opening import open_store
from service.store.words import Role
from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.promises import Promised

OVERCLAIM = str(Path(sys.executable).with_name("overclaim"))
SECONDS_TO_BE_READY = 15
LISTENS = "0A"  # the state of a socket in /proc/net/tcp
HTML = (
    "<h1>Knees</h1>\r\n<p>Our stem cell injections <b>regenerate</b> cartilage &amp; cure arthritis.</p>"
    "<script>x</script>"
)


def overclaim(*arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [OVERCLAIM, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | environment,
    )


@contextmanager
def serving(port: int, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `overclaim serve` as a newcomer does, and give what it prints once it is ready."""
    command = [OVERCLAIM, "serve", "--listen", f"127.0.0.1:{port}", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            lines = len(f"{welcome('', encrypted=False)}\n".splitlines())
            yield process, "".join(islice(process.stdout, lines))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def fresh() -> Iterator[tuple[str, str]]:
    """A server as it comes, and what it printed."""
    port = free_port()
    with serving(port) as (_, printed):
        yield f"127.0.0.1:{port}", printed


def test_a_fresh_server_prints_calls_that_work_when_pasted(fresh: tuple[str, str]) -> None:
    _, printed = fresh
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def paste(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - whatever bash a newcomer has
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment,
        )

    ours = paste(re.findall(r"^overclaim score .*?^END$", printed, re.DOTALL | re.MULTILINE)[0])
    assert ours.returncode == 1, ours.stderr
    assert "overstated" in ours.stdout
    generic = paste(re.findall(r"^buf curl .*?ScoreArticle$", printed, re.DOTALL | re.MULTILINE)[0])
    assert generic.returncode == 0, generic.stderr
    assert '"verdict": "VERDICT_OVERSTATED"' in generic.stdout


def test_articles_in_all_formats_are_scored_where_they_stand(fresh: tuple[str, str]) -> None:
    markdown = "# Knees\n\n- It **may** help some patients, in *small* studies. 🦴\n- Call us today."
    with Client(fresh[0]) as client:
        for body, form in (
            (HTML, Format.HTML),
            (markdown, Format.MARKDOWN),
            ("It may help.\n\nOr not.", Format.PLAIN),
        ):
            score = client.score_article(Article(body, format=form))
            assert score.sentences
            for sentence in score.sentences:
                assert body[sentence.start : sentence.end] == sentence.text
        score = client.score_article(Article(HTML, format=Format.HTML))
        assert "regenerate</b> cartilage &amp; cure arthritis." in score.sentences[1].text
        assert all("script" not in sentence.text for sentence in score.sentences)


def test_what_cannot_be_judged_is_undetermined_and_no_error(fresh: tuple[str, str]) -> None:
    with Client(fresh[0]) as client:
        bodies = {
            "language": "Diese Behandlung heilt jede Krankheit, ohne dass es dafür irgendeinen Beleg gibt.",
            "too_short": "Cures everything.",
            "no_words": "0x7f 4829 1010 == 3.14 {} [] 992 11 () 0.2 77 && || 4.4",
        }
        for reason, body in bodies.items():
            score = client.score_article(Article(body))
            assert (score.verdict.value, score.reason and score.reason.value) == ("undetermined", reason)
        hinted = client.score_article(Article("It cures every disease in every patient.", language="fr"))
        assert hinted.reason == "language"


def test_the_longest_articles_are_scored_within_the_default_deadline(fresh: tuple[str, str]) -> None:
    body = ("Our stem cell injections may regenerate cartilage in some patients. " * 3_000)[:200_000]
    with Client(fresh[0]) as client:
        score = client.score_article(Article(body))
        assert isinstance(score, ArticleScore)
        assert len(score.sentences) > 2_900


def test_score_tells_the_worst_of_its_files(fresh: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It may help a few patients with arthritis, one small trial suggests.\n")
    (tmp_path / "b.bin").write_bytes(b"%PDF-1.4\0\0")
    (tmp_path / "c.txt").write_text("")
    good = overclaim("score", "--server", fresh[0], str(tmp_path / "a.md"))
    assert good.returncode == 0, good.stderr
    for name, message in (
        ("b.bin", "is a binary file"),
        ("c.txt", "is empty"),
        ("d.txt", "there is no such file"),
    ):
        bad = overclaim("score", "--server", fresh[0], str(tmp_path / name))
        assert bad.returncode == 2
        assert message in bad.stderr


def test_a_server_is_ready_in_seconds_and_goes_when_told() -> None:
    began = time.perf_counter()
    with serving(free_port()) as (process, printed):
        assert "Overclaim serves on" in printed
        assert time.perf_counter() - began < SECONDS_TO_BE_READY
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_a_fresh_machine_listens_on_localhost_alone_and_makes_one_administrator_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, promised: Promised
) -> None:
    assert Settings().listen.startswith("127.0.0.1:")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    told = list[str]()
    for _ in range(2):
        with serving(free_port()) as (process, printed):
            hosts = listening(process.pid)
            assert hosts
            open_to_others = [host for host in hosts if not ipaddress.ip_address(host).is_loopback]
            promised("sockets of a fresh server that other machines reach", len(open_to_others), exactly=0)
            process.terminate()
            process.wait(timeout=20)
            assert process.stdout
            told += re.findall(r"^oc_[\w-]{43}$", printed + process.stdout.read(), re.MULTILINE)
    assert len(told) == 1
    store = open_store(f"sqlite:///{tmp_path / 'overclaim/overclaim.db'}")
    with store.reading() as session:
        caller = authenticate(session, told[0], now=datetime.now(UTC))
        assert (caller.role, len(list_keys(session, tenant=caller.tenant))) == (Role.ADMINISTRATOR, 1)
    store.close()
    assert (tmp_path / "overclaim").stat().st_mode & 0o077 == 0
    assert told[0].encode() not in b"".join(each.read_bytes() for each in (tmp_path / "overclaim").iterdir())


def listening(process: int) -> list[str]:
    """Give the addresses that a process listens on, as Linux tells them."""
    links = [str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()]
    sockets = {each.removeprefix("socket:[").rstrip("]") for each in links if each.startswith("socket:[")}
    found = list[str]()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENS and fields[9] in sockets:
                words = bytes.fromhex(fields[1].partition(":")[0])
                # Each word of four bytes stands in the machine's order.
                packed = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
                address = ipaddress.ip_address(packed)
                # gRPC listens for IPv4 on a socket of IPv6.
                found.append(str(getattr(address, "ipv4_mapped", None) or address))
    return found


def test_without_a_server_score_says_so() -> None:
    address = f"127.0.0.1:{free_port()}"
    told = overclaim("score", "--server", address, "-", text="x")
    assert told.returncode == 2
    assert told.stderr.startswith(f"overclaim: {address} does not answer")


def test_a_port_that_is_taken_ends_the_server_with_a_message() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        told = overclaim("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert told.returncode == 2
    assert "overclaim: cannot listen on 127.0.0.1" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("OVERCLAIM_LISTEN", "0.0.0.0:29999", "can be reached from other machines"),
        ("OVERCLAIM_MAX_CALLS", "none", "OVERCLAIM_MAX_CALLS must be a whole number"),
        ("OVERCLAIM_MODEL", "/no/such/model", "/no/such/model"),
    ],
)
def test_a_setting_that_cannot_be_ends_the_server_with_a_message(
    variable: str, value: str, message: str
) -> None:
    environment = {"OVERCLAIM_LISTEN": f"127.0.0.1:{free_port()}", variable: value}
    told = overclaim("serve", **environment)
    assert told.returncode == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr


def test_help_waits_for_neither_grpc_nor_a_model() -> None:
    code = """
import contextlib, sys
from service.__main__ import main
with contextlib.suppress(SystemExit):
    main(["--help"])
print(sorted({name.split(".")[0] for name in sys.modules} & {"grpc", "sklearn", "numpy", "google"}))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.endswith("[]\n")


def test_every_command_is_helped() -> None:
    told: Any = overclaim("--help").stdout
    for command in ("serve", "score", "check"):
        assert command in told
        assert overclaim(command, "--help").returncode == 0
