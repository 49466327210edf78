"""Log lines: facts about calls, never the text of an article nor of an exception, which may quote one."""

from __future__ import annotations

import logging
import sys
from functools import partial
from traceback import extract_tb
from typing import Any, TextIO

import structlog


def configure(*, form: str, level: str, stream: TextIO | None = None, worker: int | None = None) -> None:
    """Write lines of `level` and above to `stream` (standard error), for people ("console") or as "json".

    Each says which `worker` wrote it, where there are several.
    """
    target = stream or sys.stderr
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *([] if worker is None else [partial(_name, worker)]),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # A line and its end are one write, so that workers which share a log never write into each other's.
        logger_factory=structlog.WriteLoggerFactory(target),
    )
    logging.basicConfig(handlers=[Bare()], level=logging.WARNING, force=True)


def _name(worker: int, _: object, __: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    line.setdefault("worker", worker)
    return line


class Bare(logging.Handler):
    """Passes on what libraries log, without the arguments and tracebacks that may hold an article."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write where the line comes from and what was raised, by type and place."""
        error = record.exc_info[1] if record.exc_info else None
        # Some libraries format before they log, so not even the message's template is safe to write.
        structlog.get_logger().warning(
            "library", logger=record.name, place=f"{record.filename}:{record.lineno}", **raised(error)
        )


def raised(error: BaseException | None) -> dict[str, str]:
    """Say what was raised and where, without its text."""
    if error is None:
        return {}
    frames = extract_tb(error.__traceback__)
    trace = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return {"error": f"{type(error).__module__}.{type(error).__qualname__}", "trace": trace}
