"""Where a search computes: this machine's cores, or a Dask or Ray cluster; joblib speaks to all three."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

import joblib

if TYPE_CHECKING:
    from collections.abc import Iterator


class Engine(StrEnum):
    """What computes."""

    JOBLIB = "joblib"
    DASK = "dask"
    RAY = "ray"


class EngineError(Exception):
    """An engine that is not installed or cannot be reached; the message tells what to do."""


@contextmanager
def running(engine: Engine, *, jobs: int, scheduler: str | None = None) -> Iterator[None]:
    """Have joblib compute by this engine, in so many processes (-1: as many as there are cores).

    `scheduler` is the address of a running cluster; without it one is started here, and ended.
    Raises EngineError.
    """
    with ExitStack() as stack:
        if engine is Engine.DASK:
            stack.enter_context(_dask(jobs, scheduler))
        elif engine is Engine.RAY:
            stack.enter_context(_ray(jobs, scheduler))
        elif scheduler is not None:
            raise EngineError("--scheduler goes with --engine dask or ray")
        backend = "loky" if engine is Engine.JOBLIB else engine.value
        stack.enter_context(joblib.parallel_config(backend=backend, n_jobs=jobs))
        yield


@contextmanager
def _dask(jobs: int, scheduler: str | None) -> Iterator[None]:
    distributed = _module("dask.distributed", Engine.DASK)
    workers = joblib.cpu_count() if jobs < 0 else jobs
    with ExitStack() as stack:
        try:
            if scheduler is None:
                # Processes: a fit holds the interpreter's lock for much of its time.
                scheduler = stack.enter_context(
                    distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
                ).scheduler_address
            stack.enter_context(distributed.Client(scheduler))
        except (OSError, ValueError) as error:
            raise EngineError(f"no Dask scheduler answers at {scheduler}") from error
        yield


@contextmanager
def _ray(jobs: int, scheduler: str | None) -> Iterator[None]:
    ray = _module("ray", Engine.RAY)
    started = {"num_cpus": joblib.cpu_count() if jobs < 0 else jobs} if scheduler is None else {}
    try:
        ray.init(address=scheduler or "local", include_dashboard=False, log_to_driver=False, **started)
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineError(f"no Ray cluster answers at {scheduler}") from error
    try:
        _module("ray.util.joblib", Engine.RAY).register_ray()
        yield
    finally:
        ray.shutdown()


def _module(name: str, engine: Engine) -> Any:  # noqa: ANN401 - neither engine need be installed, nor has types
    try:
        return import_module(name)
    except ImportError as error:
        raise EngineError(f"{engine} is not installed: pip install 'overclaim[{engine}]'") from error
