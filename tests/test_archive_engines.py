from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from service.archive import engines
from service.archive.errors import EngineFailed
from service.archive.job import begin, prepare
from service.archive.options import Options
from tests.archives import BUNDLED, articles, command, score, scorers, told, write, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.archive.chunks import Chunk

distributed = pytest.importorskip("distributed")


def _wait_for_receipts(out: Path, number: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while len(list((out / ".work/receipts").glob("*"))) < number:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets to the worker that is killed
def test_a_cluster_that_loses_a_worker_writes_what_one_machine_writes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(1000))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        asked = (source, "--out", tmp_path / "dask", "--chunk-mib", 0.01, "--engine", "dask")
        with _running(*asked, "--scheduler", cluster.scheduler_address) as process:
            _wait_for_receipts(tmp_path / "dask", 2, process)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            assert not (tmp_path / "dask/summary.json").exists()
            _, stderr = process.communicate(timeout=240)
    assert process.returncode == 0, stderr
    assert "Traceback" not in stderr
    here = score(source, "--out", tmp_path / "here", "--chunk-mib", 0.01)
    assert here.returncode == 0, here.stderr
    assert written(tmp_path / "dask") == written(tmp_path / "here")
    assert len(told(tmp_path / "dask")) == 1000


def test_a_scheduler_that_does_not_answer_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SECONDS_TO_CONNECT", 0.2)
    job = prepare(
        [write(tmp_path / "in.jsonl", articles(1))], tmp_path / "out", directory=BUNDLED, options=Options()
    )
    with pytest.raises(EngineFailed, match=r"no Dask scheduler answers at tcp://127\.0"):
        list(engines.dask(job.work, job.chunks(), jobs=1, scheduler="tcp://127.0.0.1:9"))


def test_a_process_that_is_killed_ends_the_run_with_words_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(1500))
    arguments = (source, "--out", tmp_path / "out", "--chunk-mib", 0.01, "--jobs", 1)
    with _running(*arguments) as process:
        _wait_for_receipts(tmp_path / "out", 2, process)
        os.kill(scorers(process.pid)[0], signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "a process was killed" in stderr
    assert "Traceback" not in stderr
    assert score(*arguments).returncode == 0
    assert [row["id"] for row in told(tmp_path / "out")] == [f"a-{i}" for i in range(1500)]


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(1500))
    arguments = (source, "--out", tmp_path / "out", "--chunk-mib", 0.01, "--jobs", 1)
    with _running(*arguments) as process:
        _wait_for_receipts(tmp_path / "out", 2, process)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "The same command goes on" in stderr
    assert "Traceback" not in stderr


def test_a_scheduler_without_dask_is_a_mistake(tmp_path: Path) -> None:
    done = score(
        write(tmp_path / "in.jsonl", articles(1)), "--out", tmp_path / "o", "--scheduler", "tcp://x:1"
    )
    assert done.returncode == 2
    assert "--scheduler goes with --engine dask" in done.stderr


def test_chunks_are_asked_for_as_they_are_needed(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(400))
    job = prepare([source], tmp_path / "out", directory=BUNDLED, options=Options(chunk_bytes=2000))
    job.work.folder.make()
    begin(job)
    taken = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal taken
        for chunk in job.chunks():
            taken += 1
            yield chunk

    for done, _ in enumerate(engines.local(job.work, chunks(), jobs=1), start=1):
        assert taken <= done + engines.AHEAD
    assert done == taken > 20


@contextmanager
def _running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    piped = subprocess.PIPE
    with subprocess.Popen(command(*arguments), stdout=piped, stderr=piped, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
