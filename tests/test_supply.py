"""What Overclaim is made of, how its image is made, and that nobody calls unaudited clean."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from tests.conftest import ROOT, free_port
from tests.test_house import RUN_LOCK, locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises import Promised

DOCKERFILE = ROOT / ".ci/Dockerfile"
COMPOSE = ROOT / "docker-compose.yml"
BUILD_ONLY = {"cython", "editables", "hatchling", "pip", "setuptools", "trove-classifiers"}
verdict = runpy.run_path(str(ROOT / ".ci/audit"))["verdict"]


def test_the_bill_of_materials_is_the_lock_with_every_digest(tmp_path: Path, promised: Promised) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        subprocess.run([ROOT / ".ci/sbom", file], check=True, capture_output=True)
    assert files[0].read_bytes() == files[1].read_bytes()
    bill = json.loads(files[0].read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "overclaim")
    told = {
        (each["name"].lower(), each["version"], each["purl"]): {
            digest["content"] for reference in each["externalReferences"] for digest in reference["hashes"]
        }
        for each in bill["components"]
    }
    held = {
        (name, str(version), f"pkg:pypi/{name}@{version}"): set(re.findall(r"sha256:([0-9a-f]{64})", below))
        for name, versions in locked(RUN_LOCK).items()
        for version, below in versions
    }
    assert len(bill["components"]) == len(told)
    differing = {key for key in told.keys() | held.keys() if told.get(key) != held.get(key)}
    what = f"of {len(held)} locked packages, those that the bill of materials lacks or tells otherwise"
    promised(what, len(differing), exactly=0)


SKIPPED = {"name": "left", "skip_reason": "Dependency not found on PyPI and could not be audited"}
GOOD: dict[str, Any] = {"name": "good", "version": "1", "vulns": []}
BAD: dict[str, Any] = {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}


@pytest.mark.parametrize(
    ("dependencies", "status", "told"),
    [
        ([GOOD, GOOD], 0, "audited: 2 packages, none known to be vulnerable"),
        ([SKIPPED, SKIPPED], 2, "not audited: 2 of 2 (left, left): Dependency not found"),
        ([GOOD, SKIPPED], 2, "not audited: 1 of 2 (left)"),
        ([SKIPPED] * 9, 2, "(left, left, left and 6 more)"),
        ([], 2, "not audited: 0 of 0"),
        ([GOOD, BAD], 1, "vulnerable: bad 2: PYSEC-1, CVE-2 (2 audited, 0 not)"),
        ([SKIPPED, BAD], 1, "vulnerable: bad 2: PYSEC-1, CVE-2 (1 audited, 1 not)"),
    ],
)
def test_an_audit_that_skipped_something_is_no_audit(
    dependencies: list[dict[str, Any]], status: int, told: str
) -> None:
    found = verdict(json.dumps({"dependencies": dependencies, "fixes": []}), "No known vulnerabilities found")
    assert found[0] == status
    assert told in found[1]


@pytest.mark.parametrize("report", ["", "{}", "[]", "null", "<html>"])
def test_an_audit_without_a_report_is_no_audit(report: str) -> None:
    assert verdict(report, "ERROR: no network\n") == (
        2,
        "not audited: pip-audit gave no report (ERROR: no network)",
    )


@contextmanager
def vulnerability_service(vulnerable: str) -> Iterator[str]:
    """Answer as OSV does: one package is vulnerable, if it is named, and of the others nothing is known."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["package"]["name"]
            known = {"id": "PYSEC-2026-1", "affected": [], "summary": "It breaks.", "aliases": []}
            body = json.dumps({"vulns": [known]} if asked == vulnerable else {}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("vulnerable", "status"), [("", 0), ("jinja2", 1), (None, 2)])
def test_the_lock_is_audited_package_by_package(tmp_path: Path, vulnerable: str | None, status: int) -> None:
    """`None`: nobody answers."""
    with vulnerability_service(vulnerable or "") as address:
        url = address if vulnerable is not None else f"http://127.0.0.1:{free_port()}/v1/query"
        done = subprocess.run(
            [
                *(sys.executable, str(ROOT / ".ci/audit"), "--vulnerability-service=osv"),
                *(f"--osv-url={url}", f"--cache-dir={tmp_path}", "--timeout=5"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    said = {
        0: r"audited: \d\d packages, none",
        1: r"vulnerable: jinja2 \S+: PYSEC-2026-1",
        2: "not audited: ",
    }
    assert done.returncode == status, done
    assert re.match(said[status], done.stdout), done.stdout


def test_the_dockerfile_has_nothing_that_its_linter_minds() -> None:
    command = [str(ROOT / ".venv/bin/hadolint"), str(DOCKERFILE)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


@cache
def steps() -> tuple[tuple[str, str], ...]:
    """The Dockerfile's instructions, each with what it is given."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return tuple((name, given) for name, _, given in (line.partition(" ") for line in lines if line))


def test_the_image_runs_as_nobody_stops_on_term_and_tells_its_health() -> None:
    named = [name for name, _ in steps()]
    last = dict(steps()[max(place for place, name in enumerate(named) if name == "FROM") :])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last["USER"])
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["HEALTHCHECK"].endswith('CMD ["overclaim", "health"]')
    assert last["VOLUME"] == f"{environment()['XDG_STATE_HOME']}/overclaim"
    assert all(
        given == "${BASE}" or given.startswith("${BASE} ") for name, given in steps() if name == "FROM"
    )
    assert all("--require-hashes" in given or "--no-index" in given for given in installs())


def installs() -> list[str]:
    return [given for name, given in steps() if name == "RUN" and "pip install" in given]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for name, given in steps() if name == "ENV" for pair in given.split())


def copied() -> list[tuple[str, str]]:
    """What the image takes from the checkout, and where it goes."""
    pairs = []
    for name, given in steps():
        if name == "COPY" and not given.startswith("--from"):
            *sources, target = given.split()
            pairs += [(source, target) for source in sources]
    return pairs


def test_what_the_image_copies_is_there_and_sent_to_the_engine() -> None:
    sent = {
        line.removeprefix("!").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    }
    sources = {source for source, _ in copied()}
    assert sources <= sent
    assert all((ROOT / source).exists() for source in sources)
    assert "training" not in sources


def test_the_composed_page_starts_as_composed(tmp_path: Path) -> None:
    console = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]["console"]
    assert console["healthcheck"]["test"][0] == "CMD"
    (tmp_path / "secret").write_text("s" * 32)
    port = free_port()
    changes = {
        "--listen=0.0.0.0:8424": f"--listen=0.0.0.0:{port}",
        "--secret-file=/run/secrets/console": f"--secret-file={tmp_path / 'secret'}",
    }
    command = [changes.pop(word, word) for word in console["command"]]
    assert not changes, "composed otherwise"
    overclaim = [sys.executable, "-m", "service", *command[1:]]
    with subprocess.Popen(overclaim, cwd=ROOT, stdout=subprocess.PIPE) as started:
        try:
            assert started.stdout
            assert started.stdout.readline()
            with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as probe:
                assert probe.get(f"http://localhost:{port}/healthz").text == "ok"
            health = [word.replace("8424", str(port)) for word in console["healthcheck"]["test"][1:]]
            assert subprocess.run([sys.executable, *health[1:]], check=False).returncode == 0
        finally:
            started.terminate()


@pytest.mark.promise
def test_the_images_steps_make_an_overclaim_that_serves(tmp_path: Path, promised: Promised) -> None:
    """Runs what the Dockerfile runs, in a folder instead of an image, but for apt-get: that is the base's."""
    root, source = tmp_path / "root", tmp_path / "src"
    root.mkdir()
    source.mkdir()
    for name, given in steps():
        if name == "FROM" and " AS " not in given:
            break
        if name == "COPY":
            *sources, target = given.split()
            for each in sources:
                _copy(ROOT / each, source / target / (each if target.endswith("/") else ""))
        if name == "RUN" and "apt-get" not in given:
            step = subprocess.run(
                ["/bin/sh", "-ec", given.replace("/opt/overclaim", str(root))],
                cwd=source,
                capture_output=True,
                text=True,
                check=False,
            )
            assert step.returncode == 0, step.stdout + step.stderr
    listed = {path.name.partition("-")[0].lower() for path in root.rglob("*.dist-info")}
    assert not listed & {name.replace("-", "_") for name in BUILD_ONLY}
    assert not (root / "bin/overclaim-train").exists()
    shutil.rmtree(source)
    listen = f"127.0.0.1:{free_port()}"
    surroundings = {"PATH": f"{root / 'bin'}:{os.environ['PATH']}", "XDG_STATE_HOME": str(tmp_path)}
    with subprocess.Popen(
        [root / "bin/overclaim", "serve", "--listen", listen],
        cwd=tmp_path,
        env=surroundings | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout
            assert server.stdout.readline().startswith("Overclaim serves on")
            asked = subprocess.run(
                [root / "bin/overclaim", "health", "--server", listen],
                env=surroundings,
                check=False,
                capture_output=True,
            )
        finally:
            server.terminate()
    promised("of the image's steps, run in a folder, those that fail", asked.returncode, exactly=0)
    assert server.returncode == 0


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    else:
        shutil.copy(source, target)
