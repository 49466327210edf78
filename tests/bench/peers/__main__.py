"""Overclaim against its peers: `python -m tests.bench.peers`.

Each peer is installed into an environment of its own, which is thrown away, and serves the same fitted
pipeline on the same articles. All are measured in turn, round after round, so that a machine that is busy
for a while is so for all of them. A null call (gRPC's own health check) on Overclaim's server stands beside.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.bench.serving import IN_FLIGHT, ROOT, SERVICE, articles, serving
from tests.bench.subjects import Subject, over_grpc, over_http
from tests.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PEERS = {"mlserver": ["mlserver"], "fastapi": ["fastapi", "uvicorn[standard]"]}
SHARED = (
    "joblib",
    "numpy",
    "scikit-learn",
    "scipy",
)  # of the same versions as here, to run the same pipeline
READY_WITHIN = 120.0


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", nargs="*", default=[*PEERS], help=f"of {', '.join(PEERS)}; all, unless told")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args()
    full = articles(options.articles, 40)
    with TemporaryDirectory() as directory, ExitStack() as stack:
        installed = {peer: install(peer, Path(directory)) for peer in options.peers}
        server = stack.enter_context(serving("--max-calls", "64"))
        process = server.first
        score = over_grpc(server.address, f"{SERVICE}/ScoreArticle")
        subjects = [
            Subject(
                "null", process, over_grpc(server.address, "/grpc.health.v1.Health/Check"), [b""] * len(full)
            ),
            Subject("overclaim", process, score, articles(options.articles, 40, scores_alone=True)),
            Subject("overclaim, explained", process, score, full),
        ]
        bodies = [pb.ScoreArticleRequest.FromString(each).article.body for each in full]
        for peer, python in installed.items():
            subjects.append(stack.enter_context(running(peer, python, bodies)))
        size = sum(map(len, bodies)) / len(bodies)
        print(
            f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds of", end=" "
        )
        print(f"{len(full)} articles of {size:,.0f} characters, {IN_FLIGHT} in flight", flush=True)
        asyncio.run(measure(subjects, options.rounds))
    print(table(subjects))


async def measure(subjects: Sequence[Subject], rounds: int) -> None:
    """Measure in turn, after a round that only warms up."""
    for subject in subjects:
        await subject.connection(subject.requests[0])
    for each in range(rounds + 1):
        for subject in subjects:
            await subject.round(IN_FLIGHT)
            if not each:
                for figures in (subject.rates, subject.costs, subject.alone, subject.crowded):
                    figures.clear()


def table(subjects: Sequence[Subject]) -> str:
    """Tell the figures, each with how many times as good Overclaim's is."""
    ours = next(each for each in subjects if each.name == "overclaim")
    columns = ("calls/s", "ms of server", "ms p50 alone", f"ms p99 of {IN_FLIGHT}")
    lines = [f"{'':22} " + " ".join(f"{column:>13}  ratio" for column in columns)]
    for each in subjects:
        figures = (
            (each.rate(), ours.rate() / each.rate()),
            (each.cost(), each.cost() / ours.cost()),
            (each.p50(), each.p50() / ours.p50()),
            (each.p99(), each.p99() / ours.p99()),
        )
        lines.append(
            f"{each.name:22} " + " ".join(f"{figure:13.2f} {ratio:6.2f}" for figure, ratio in figures)
        )
    return "\n".join(lines)


def install(peer: str, directory: Path) -> Path:
    """Install a peer, and what the pipeline needs, into an environment of its own; give its Python."""
    python = directory / peer / "bin/python"
    subprocess.run([sys.executable, "-m", "venv", directory / peer], check=True)
    wanted = [*PEERS[peer], *(f"{name}=={version(name)}" for name in SHARED)]
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    pip = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    subprocess.run([*pip, "--quiet", *wanted], check=True)
    return python


@contextmanager
def running(peer: str, python: Path, bodies: Sequence[str]) -> Iterator[Subject]:
    """Run a peer until it is ready to be asked."""
    script, port = ROOT / f"tests/bench/peers/{peer}_peer.py", free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if peer == "mlserver":
        encoded = subprocess.run(
            [python, script, "encode"],
            input=json.dumps(bodies),
            env=environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout
        requests = [base64.b64decode(each) for each in json.loads(encoded.splitlines()[-1])]
        connection = over_grpc(f"127.0.0.1:{port}", "/inference.GRPCInferenceService/ModelInfer")
    else:
        requests = [json.dumps({"body": body}).encode() for body in bodies]
        connection = over_http(port, "/score")
    with subprocess.Popen([python, script, str(port)], env=environment) as process:
        try:
            _wait_for(port, process)
            yield Subject(peer, process.pid, connection, requests)
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


if __name__ == "__main__":
    main()
