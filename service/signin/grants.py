"""Which of a provider's groups give which role here, as the operator's file tells."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.access import DEFAULT_TENANT, TENANT
from service.classifier.results import Category
from service.errors import BadFile
from service.signin.errors import NoRole
from service.store.words import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum
    from pathlib import Path

    from service.signin.token import Person

KNOWN = {"group", "role", "tenant", "categories", "origins"}


@dataclass(frozen=True, slots=True)
class Grant:
    """What belonging to a group gives; `categories` and `origins` bound what may be claimed, as for keys."""

    group: str
    role: Role
    tenant: str
    categories: tuple[Category, ...] = ()
    origins: tuple[Origin, ...] = ()


def read_grants(file: Path) -> tuple[Grant, ...]:
    """Read `[[grants]]`, in the order of the file; raises BadFile, which says what is to be mended."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadFile(f"cannot read {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile(f"{file} is no TOML: {error}") from None
    listed = told.get("grants")
    if told.keys() != {"grants"} or not isinstance(listed, list) or not listed:
        raise BadFile(f"{file} must hold [[grants]], at least one, and nothing else")
    return tuple(_grant(each, f"{file}, grant {number}") for number, each in enumerate(listed, start=1))


def grant_for(person: Person, grants: Sequence[Grant]) -> Grant:
    """Give the first grant for a group of the person's; raises NoRole where there is none."""
    found = next((each for each in grants if each.group in person.groups), None)
    if found is None:
        raise NoRole(
            f"{person.name} is known to {person.issuer}, but belongs to no group that has a role here. Ask"
            " the administrator of Overclaim to give one of your groups a role, or whoever runs the identity"
            " provider to put you into a group that has one."
        )
    return found


def _grant(told: Any, where: str) -> Grant:  # noqa: ANN401 - TOML
    if not isinstance(told, dict) or told.keys() - KNOWN:
        raise BadFile(f"{where}: may hold {', '.join(sorted(KNOWN))} and nothing else")
    group, tenant = told.get("group"), told.get("tenant", DEFAULT_TENANT)
    if not isinstance(group, str) or not group:
        raise BadFile(f"{where}: must name a group")
    if not isinstance(tenant, str) or not TENANT.fullmatch(tenant):
        raise BadFile(f"{where}: the tenant must be 1 to 64 lower-case letters, digits and hyphens")
    if told.get("role") not in set(Role):
        raise BadFile(f"{where}: the role must be one of {', '.join(Role)}")
    return Grant(
        group=group,
        role=Role(told["role"]),
        tenant=tenant,
        categories=tuple(Category(each) for each in _words(told, "categories", Category, where)),
        origins=tuple(Origin(each) for each in _words(told, "origins", Origin, where)),
    )


def _words(told: dict[str, Any], name: str, kind: type[StrEnum], where: str) -> list[str]:
    found = told.get(name, [])
    if not isinstance(found, list) or not set(map(str, found)) <= set(kind):
        raise BadFile(f"{where}: {name} must be a list of {', '.join(kind)}")
    return found
