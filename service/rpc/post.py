"""A worker's place: which of several it is, and its line to the process that started it.

Imports nothing that weighs.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.errors import OverclaimError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from service.settings import Settings

READY = "ready"
# Where the library for metrics looks, once, when it is first imported in a process.
METRICS = "PROMETHEUS_MULTIPROC_DIR"
BAD_INPUT = 2


@dataclass(frozen=True, slots=True)
class Post:
    """The place of one worker. When its line ends, whoever started it is gone, and it should go as well.

    `since` is the last activation of a model before any of them was started; `metrics` the folder for what
    this one counts, "" where nothing is.
    """

    number: int
    line: Connection
    since: int
    metrics: str

    @property
    def is_first(self) -> bool:
        """Whether this worker does what one of them has to do for all."""
        return self.number == 0

    def ready(self) -> None:
        """Tell that calls will be answered."""
        self.line.send(READY)


def take(work: Callable[[Settings, Post], None], settings: Settings, post: Post) -> None:
    """Work in a process of its own; tell by the line why that could not be begun."""
    # Ctrl+C reaches every process of a terminal; the one that started us tells us when to go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It was set after the process had begun that this one was forked off.
    if post.metrics:
        os.environ[METRICS] = post.metrics
    try:
        work(settings, post)
    except OverclaimError as error:
        post.line.send(str(error))
        raise SystemExit(BAD_INPUT) from None
