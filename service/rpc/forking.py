"""How workers are begun: forked off a process that has loaded what they need, `service/ground.py`."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from typing import Final

CONTEXT: Final = multiprocessing.get_context("forkserver")
GROUND: Final = "service.ground"


def prepare() -> None:
    """Have that process begin to load, unless it has: the sooner, the less there is to wait for."""
    CONTEXT.set_forkserver_preload([GROUND])
    forkserver.ensure_running()
