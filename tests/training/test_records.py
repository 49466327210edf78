from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from training.examples import CorpusError
from training.records import load_records

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_are_read_in_order_and_blank_ones_left_out(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "a"}\n\n{"id": "b\u2028c"}\n', encoding="utf-8")
    found = load_records(file)
    assert [record.text("id") for record in found] == ["a", "b\u2028c"]
    assert found[1].origin == f"{file}:3"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "holds nothing"),
        (b"{", ":1: not JSON at column"),
        (b"[]", ":1: must be an object"),
        (b'{"id": " "}', ":1: id: must be a text"),
        (b'{"id": 1}', ":1: id: must be a text"),
        (b"\xff", "not UTF-8 at byte 0"),
    ],
)
def test_what_cannot_be_read_is_told_by_file_and_line(tmp_path: Path, written: bytes, told: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_bytes(written)
    with pytest.raises(CorpusError) as refused:
        load_records(file)[0].text("id")
    assert str(refused.value).startswith(str(file))
    assert told in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        load_records(tmp_path / "none.jsonl")
