from __future__ import annotations

import gzip
import io
import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.archive.errors import AnotherJob, InputChanged
from service.archive.job import begin, prepare
from service.archive.options import Form, Kept, Options
from service.archive.work import score as score_chunk
from service.classifier import artifact
from service.classifier.text.markup import Format
from tests.archives import (
    BUNDLED,
    articles,
    command,
    errors,
    score,
    score_here,
    scorers,
    told,
    write,
    written,
)


def test_every_article_has_a_row_and_every_sentence_the_scores_that_the_classifier_gives(
    tmp_path: Path,
) -> None:
    given = articles(40)
    given[7] |= {"body": "# Stem cells\n\nThey *cure* pain in all patients.", "format": "markdown"}
    source, out = write(tmp_path / "in.jsonl", given), tmp_path / "out"
    done = score(source, "--out", out, "--chunk-mib", 0.002)
    assert done.returncode == 0, done.stderr
    classifier = artifact.load(BUNDLED)
    rows, sentences = told(out), told(out, "sentences")
    assert [row["id"] for row in rows] == [each["id"] for each in given]
    assert len(list((out / "articles").iterdir())) > 1
    for article, row in zip(given, rows, strict=True):
        found = classifier.score(
            article["body"],
            title=article["title"],
            format=Format(article.get("format", "plain")),
            explain=False,
        )
        own = [each for each in sentences if each["id"] == article["id"]]
        assert (row["verdict"], row["reason"], row["severity"]) == (
            found.verdict,
            found.reason,
            found.severity,
        )
        assert row["overstated"] == pytest.approx(found.scores.overstated, abs=1e-6)
        assert row["model"] == found.model
        assert row["sentences"] == len(own) == len(found.sentences)
        for told_of, each in zip(own, found.sentences, strict=True):
            assert (told_of["start"], told_of["end"], told_of["label"], told_of["category"]) == (
                each.start,
                each.end,
                each.label,
                each.category,
            )
            assert told_of["hedged"] == pytest.approx(each.scores.hedged, abs=1e-6)
    lines = source.read_bytes()
    assert all(json.loads(lines[row["position"] :].split(b"\n")[0])["id"] == row["id"] for row in rows)
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["articles"], summary["sentences"], summary["errors"]) == (40, len(sentences), 0)


def test_a_run_that_is_killed_goes_on_and_writes_what_an_unbroken_one_writes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(3000))
    options = ("--chunk-mib", 0.02, "--jobs", 2)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    receipts = broken / ".work/receipts"
    process = subprocess.Popen(
        command(source, "--out", broken, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while len(list(receipts.glob("*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    workers = scorers(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = {path.name: path.stat().st_mtime_ns for path in receipts.glob("*")}
    assert 3 <= len(done) < 21
    assert not (broken / "summary.json").exists()
    while any(map(_lives, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_lives, workers)), "workers outlive the run that was killed"
    done = {path.name: path.stat().st_mtime_ns for path in receipts.glob("*")}

    again = score(source, "--out", broken, *options)
    assert again.returncode == 0, again.stderr
    assert "was done before" in again.stderr
    assert {name: (receipts / name).stat().st_mtime_ns for name in done} == done
    assert not list((broken / ".work/unfinished").iterdir())
    assert score(source, "--out", whole, *options).returncode == 0
    assert written(broken) == written(whole)
    assert [row["id"] for row in told(broken)] == [f"a-{i}" for i in range(3000)]


def test_a_part_that_is_lost_or_cut_short_is_written_anew(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.jsonl", articles(60)), tmp_path / "out"
    options = Options(chunk_bytes=4096)
    score_here(source, out, options)
    before = written(out)
    parts = sorted((out / "sentences").iterdir())
    parts[0].unlink()
    parts[1].write_bytes(parts[1].read_bytes()[:-10])
    score_here(source, out, options)
    assert written(out) == before


def test_bad_lines_are_told_by_file_and_line_and_cost_no_other_article(tmp_path: Path) -> None:
    good = [json.dumps(each).encode() for each in articles(30)]
    bad = {
        3: (b'{"id": "x", "body": ', "JSON"),
        7: (b'["x", "y"]', "a list"),
        9: (b'{"id": "x"}', "body: is missing"),
        11: (b'{"body": "Stem cells."}', "id: is missing"),
        13: (b'{"id": "x", "body": 3}', "body: is not a text but a number"),
        17: (b'{"id": "x", "body": "\xff"}', "UTF-8"),
        19: (b'{"id": "x", "body": "\\ud800"}', "surrogate"),
        21: (b'{"id": "x", "body": ""}', "body: is empty"),
        23: (json.dumps({"id": "x", "body": "a " * 150_000}).encode(), "200,000"),
        25: (b'{"id": "x", "body": "y", "format": "pdf"}', "format: is not one of"),
        27: (b'{"id": "x", "body": ' + b"[" * 100_000, "deep"),
        29: (b'{"id": "x", "body": "y", "n": ' + b"9" * 5000 + b"}", "number"),
    }
    lines = [bad[number][0] if number in bad else line for number, line in enumerate(good, start=1)]
    lines.insert(4, b"")
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    second.write_bytes(b"no\n")
    out = tmp_path / "out"
    done = score(first, second, "--out", out, "--chunk-mib", 0.002)
    assert done.returncode == 3, done.stderr
    found = errors(out)
    assert [(each["file"], each["line"]) for each in found] == [
        *((str(first), number + (number > 4)) for number in bad),
        (str(second), 1),
    ]
    for each, (_, reason) in zip(found, bad.values(), strict=False):
        assert reason in each["reason"]
    assert [row["id"] for row in told(out)] == [f"a-{i}" for i in range(30) if i + 1 not in bad]
    content = first.read_bytes()
    assert all(content[each["position"] :].startswith(bad[n][0]) for each, n in zip(found, bad, strict=False))
    assert "13 could not be scored" in done.stderr


def test_lines_from_gzip_zstandard_and_parquet_get_the_rows_of_plain_lines(tmp_path: Path) -> None:
    given = articles(50)
    plain = write(tmp_path / "in.jsonl", given)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with pa.output_stream(tmp_path / "in.jsonl.zst", compression="zstd") as stream:
        stream.write(plain.read_bytes())
    pq.write_table(pa.Table.from_pylist(given), tmp_path / "in.parquet", row_group_size=7)
    found = []
    for name in ("in.jsonl", "in.jsonl.gz", "in.jsonl.zst", "in.parquet"):
        out = tmp_path / f"out-{name}"
        assert score_here(tmp_path / name, out)["articles"] == 50
        found.append([{**row, "position": 0} for row in told(out) + told(out, "sentences")])
    assert all(each == found[0] for each in found)


def test_parquet_comes_out_as_json_lines_do(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(30))
    lines, columns = tmp_path / "lines", tmp_path / "columns"
    score_here(source, lines, Options(sentences=Kept.OVERSTATED))
    score_here(source, columns, Options(sentences=Kept.OVERSTATED, form=Form.PARQUET))
    for table in ("articles", "sentences"):
        wanted = told(lines, table)
        assert wanted
        rows = pq.read_table(columns / table).to_pylist()
        assert rows == [{name: pytest.approx(value) for name, value in row.items()} for row in wanted]
    assert {row["label"] for row in told(lines, "sentences")} == {"overstated"}


def test_a_damaged_compressed_file_is_told_and_what_stands_before_the_damage_is_scored(
    tmp_path: Path,
) -> None:
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as file:
        file.write(write(tmp_path / "in.jsonl", articles(400)).read_bytes())
    cut = tmp_path / "in.jsonl.gz"
    cut.write_bytes(packed.getvalue()[: len(packed.getvalue()) // 2])
    out = tmp_path / "out"
    assert score_here(cut, out)["errors"] == 1
    assert "damaged" in errors(out)[0]["reason"]
    assert 0 < len(told(out)) < 400


def test_another_model_other_options_and_other_inputs_are_refused_with_what_differs(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.jsonl", articles(5)), tmp_path / "out"
    more = write(tmp_path / "more.jsonl", articles(2))
    score_here(source, out)
    before = written(out)
    other = tmp_path / "other"
    shutil.copytree(BUNDLED, other)
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    (other / "manifest.json").write_text(json.dumps(manifest | {"version": "another"}), encoding="utf-8")
    for arguments, words in (
        ((source, "--model", other), "was begun with model"),
        ((source, "--sentences", "none"), "was begun with sentences 'all'"),
        ((source, more), "does not read"),
        ((more,), "which is not named now"),
    ):
        refused = score(*arguments, "--out", out)
        assert refused.returncode == 2
        assert words in refused.stderr
    write(source, articles(6))
    assert "was written to since" in score(source, "--out", out).stderr
    assert written(out) == before


def test_an_input_that_changes_while_it_is_read_ends_the_job(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(5))
    job = prepare([source], tmp_path / "out", directory=BUNDLED, options=Options())
    job.work.folder.make()
    begin(job)
    write(source, articles(7))
    with pytest.raises(InputChanged, match="written to after the job began"):
        score_chunk(job.work, next(job.chunks()))
    assert job.work.folder.receipt(next(job.chunks())) is None


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(5))
    job = prepare([source], tmp_path / "out", directory=BUNDLED, options=Options())
    job.work.folder.make()
    with (
        job.work.folder.held(),
        pytest.raises(AnotherJob, match="another run"),
        job.work.folder.held(),
    ):
        pass


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (["missing.jsonl"], "cannot be read"),
        (["notes.txt"], "is no archive by its name"),
        (["in.jsonl", "in.jsonl"], "named twice"),
        (["empty"], "no archive there"),
        (["bad.parquet"], "no whole Parquet file"),
        (["other.parquet"], "has no column 'body', but id, text"),
        (["."], "lies within"),
    ],
)
def test_what_cannot_be_an_archive_is_refused_before_anything_is_written(
    tmp_path: Path, inputs: list[str], words: str
) -> None:
    write(tmp_path / "in.jsonl", articles(1))
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    pq.write_table(pa.table({"id": ["a"], "text": ["b"]}), tmp_path / "other.parquet")
    done = score(*(tmp_path / name for name in inputs), "--out", tmp_path / "out")
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", articles(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years")
    done = score(source, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "something else than a job" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
