from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from service.archive.chunks import Kind, Source, chunks
from service.archive.lines import LONGEST, Line, lines
from service.archive.options import Options
from service.article import MAX_BODY_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


CONTENT = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\n\n"])).map(b"".join)


def _source(path: Path) -> Source:
    found = path.stat()
    return Source(0, str(path), Kind.LINES, found.st_size, found.st_mtime_ns)


def _read(path: Path, size: int) -> list[Line]:
    return [line for chunk in chunks([_source(path)], Options(chunk_bytes=size)) for line in lines(chunk)]


@given(content=CONTENT, size=st.integers(1, 9))
def test_every_line_is_read_once_and_in_order_wherever_chunks_are_cut(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, size: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "in.jsonl"
    path.write_bytes(content)
    found = _read(path, size)
    assert [line.content for line in found] == re.findall(rb"[^\n]*\n|[^\n]+", content)
    assert all(content[line.position :].startswith(line.content) for line in found)


def test_a_line_longer_than_any_article_is_told_and_never_held(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with path.open("wb") as file:
        file.write(b"{}\n")
        file.truncate(3 + 4 * LONGEST)
        file.seek(0, 2)
        file.write(b"\n{}")
    for size in (1 << 30, LONGEST // 3):
        found = [
            line for chunk in chunks([_source(path)], Options(chunk_bytes=size)) for line in lines(chunk)
        ]
        assert [line.content for line in found] == [b"{}\n", b"", b"{}"]
        assert [bool(line.fault) for line in found] == [False, True, False]
        assert found[2].position == path.stat().st_size - 2


def test_the_longest_line_that_is_read_has_room_for_the_longest_body_however_it_is_escaped() -> None:
    assert 6 * MAX_BODY_BYTES < LONGEST
