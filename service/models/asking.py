"""`overclaim models`, but for pruning: asks a running server, with a key, and prints what it says."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.client.asking_models import AsyncModels
from service.client.desk import AsyncDesk
from service.client.export import KEY_VARIABLE
from service.client.faults import DeadlineExceeded
from service.client.trust import credentials_of
from service.errors import (
    InvalidRequest,
    KeyMissing,
    ModelRefused,
    NoEarlierModel,
    NotFound,
    NoTrial,
    Unavailable,
    Violation,
)
from service.models import listing, trials
from service.models.text import share

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable

    Part = Callable[[AsyncModels, argparse.Namespace], Awaitable["Answer"]]
    # What is printed for people, line by line, and for machines.
    Answer = tuple[list[str], dict[str, Any]]

REFUSED = 1
EVERY_ARTICLE = 100
OVERTURNED_DAYS = 90


@dataclass(frozen=True, slots=True)
class Meant:
    """The version that a command is about; the manifest's digest where a directory was named."""

    version: str
    manifest: str


def run(options: argparse.Namespace) -> int:
    """Do one part of the command and return the exit status."""
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise KeyMissing(f"put a key of an ML engineer or an administrator into {KEY_VARIABLE}")
    if "target" in options:
        options.meant = _meant(options.target)
    try:
        lines, told = asyncio.run(_answer(options, key))
    except (InvalidRequest, ModelRefused, NoEarlierModel, NoTrial, NotFound) as error:
        sys.stderr.write(f"overclaim: {error}\n")
        return REFUSED
    except Unavailable as error:
        raise Unavailable(
            f"{options.server} does not answer ({error}); does `overclaim serve` run there?",
            retry_after=error.retry_after,
        ) from None
    except DeadlineExceeded as error:
        raise DeadlineExceeded(
            f"{options.server} has not answered within {options.timeout:g} s, and may do yet what it was"
            " asked; `overclaim models list` tells",
            code=error.code,
        ) from None
    if options.format == "json":
        lines = [json.dumps(told, ensure_ascii=False, allow_nan=False)]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


async def _answer(options: argparse.Namespace, key: str) -> Answer:
    async with AsyncDesk(options.server, key=key, credentials=credentials_of(options)) as desk:
        return await PARTS[options.part](AsyncModels(desk, timeout=options.timeout), options)


async def _list(models: AsyncModels, _: argparse.Namespace) -> Answer:
    listed = await models.all()
    return listing.lines(listed), listing.fields(listed)


async def _activate(models: AsyncModels, options: argparse.Namespace) -> Answer:
    version = await _version(models, options)
    before = (await models.all()).serving
    served = await models.activate(version, again=options.again)
    return _serves(served.version, before.version if before else "")


async def _roll_back(models: AsyncModels, _: argparse.Namespace) -> Answer:
    before = (await models.all()).serving
    served = await models.roll_back()
    return _serves(served.version, before.version if before else "")


async def _start(models: AsyncModels, options: argparse.Namespace) -> Answer:
    if options.kind == "canary" and options.percent is None:
        raise InvalidRequest((Violation("--percent", "say how many of a hundred tenants a canary answers"),))
    percent = EVERY_ARTICLE if options.percent is None else options.percent
    if not 1 <= percent <= EVERY_ARTICLE:
        raise InvalidRequest((Violation("--percent", "must be 1 to 100; `trial end` ends a trial"),))
    version = await _version(models, options)
    set_trial = models.set_shadow if options.kind == "shadow" else models.set_canary
    await set_trial(version, percent)
    return (
        [f"{version} is the {options.kind} of {share(options.kind, percent)}"],
        {"kind": options.kind, "version": version, "percent": percent},
    )


async def _end(models: AsyncModels, options: argparse.Namespace) -> Answer:
    set_trial = models.set_shadow if options.kind == "shadow" else models.set_canary
    await set_trial("", 0)
    return [f"no model is the {options.kind} any longer"], {"kind": options.kind, "percent": 0}


async def _promote(models: AsyncModels, _: argparse.Namespace) -> Answer:
    before = (await models.all()).serving
    served = await models.promote()
    return _serves(served.version, before.version if before else "")


async def _show(models: AsyncModels, _: argparse.Namespace) -> Answer:
    listed = await models.all()
    try:
        report = await models.shadow_report()
    except NoTrial:
        report = None
    if report is None and listed.canary is None:
        raise NoTrial("no model is on trial, and none has been a shadow yet; `trial start` begins one")
    overturned = await models.overturned(days=OVERTURNED_DAYS) if listed.canary else {}
    found = trials.Found(listed, report, overturned, OVERTURNED_DAYS)
    return trials.lines(found), trials.fields(found)


def _serves(version: str, before: str) -> Answer:
    told = {"serving": version, "before": before}
    return [f"{version} serves" + (f"; before it, {before}" if before and before != version else "")], told


async def _version(models: AsyncModels, options: argparse.Namespace) -> str:
    """Give the version that is meant; a directory's must be the very model that the server has."""
    meant: Meant = options.meant
    theirs = next((each for each in (await models.all()).models if each.version == meant.version), None)
    if theirs is None and not meant.manifest:
        raise NotFound(f"the server lists no {meant.version}, and there is no directory of that name here")
    if theirs is None:
        raise NotFound(
            f"the server lists no {meant.version}: copy {options.target} into the directory of its models"
            " (--models)"
        )
    if meant.manifest not in {"", theirs.manifest}:
        raise ModelRefused(
            f"the server's {meant.version} has another manifest than {options.target}: a model is written"
            " once, so give one of the two a version of its own"
        )
    return meant.version


def _meant(target: str) -> Meant:
    if not Path(target).is_dir():
        return Meant(target, "")
    from service.classifier.artifact import manifest_and_digest  # noqa: PLC0415 - versions need no numpy

    manifest, digest = manifest_and_digest(Path(target))
    return Meant(str(manifest["version"]), digest)


PARTS: dict[str, Part] = {
    "list": _list,
    "activate": _activate,
    "roll-back": _roll_back,
    "trial start": _start,
    "trial show": _show,
    "trial end": _end,
    "trial promote": _promote,
}
