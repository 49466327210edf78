from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
import structlog

from service.rpc import log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log has written; the test's own logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log.configure(form="json", level="info", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def test_a_line_is_one_json_object_with_its_time_and_level(written: io.StringIO) -> None:
    structlog.get_logger().info("call", method="m", ms=1.5)
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["method"], line["ms"]) == ("call", "info", "m", 1.5)
    assert line["timestamp"].endswith("Z")


def test_a_line_and_its_end_are_one_write_so_that_workers_may_share_a_log(written: io.StringIO) -> None:
    with patch.object(written, "write", wraps=written.write) as write:
        log.configure(form="json", level="info", stream=written)
        structlog.get_logger().info("call")
    write.assert_called_once_with(written.getvalue())
    assert written.getvalue().endswith("}\n")


def test_lines_below_the_level_are_not_written(written: io.StringIO) -> None:
    structlog.get_logger().debug("call")
    logging.getLogger("grpc").info("chatter")
    assert not written.getvalue()


def test_what_libraries_log_is_told_without_its_text(written: io.StringIO) -> None:
    try:
        int("canary in an exception")
    except ValueError:
        logging.getLogger("grpc._cython").exception("canary formatted by a library: %s", "canary argument")
    line = json.loads(written.getvalue())
    assert (line["logger"], line["error"]) == ("grpc._cython", "builtins.ValueError")
    assert "test_log.py" in line["trace"]
    assert "canary" not in written.getvalue()
