"""What an operator can set: each declared once, read once, frozen.

A setting's name gives its environment variable (OVERCLAIM_LISTEN) and its flag (--listen). A flag outranks
the variable, which outranks the default. The README's table is rendered from the same declarations. They
stand in three modules by subject, each of which adds its own to those before: their order in the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from service.setting import PREFIX, BadSetting, address, declared_in, endpoint, one_of, says, yes_or_no
from service.settings.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Limits):
    """All that `overclaim serve` can be told. The defaults serve a fresh machine, on localhost only."""

    metrics_listen: str = field(
        default="",
        metadata=says(
            address,
            "Where Prometheus reads metrics over HTTP, such as 127.0.0.1:9423. They hold no text and no ids.",
            shown="off",
        ),
    )
    metrics_tenants: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Tell of the queue in metrics by tenant, each with its id: for some hundred tenants at most.",
            shown="`no`",
        ),
    )
    traces_endpoint: str = field(
        default="",
        metadata=says(
            endpoint,
            "Where an OpenTelemetry collector takes spans of calls (OTLP over gRPC), such as"
            " http://127.0.0.1:4317. Needs `overclaim[traces]`.",
            shown="off",
        ),
    )
    log_format: str = field(
        default="console",
        metadata=says(one_of("console", "json"), "Log lines on standard error: for people or for machines."),
    )
    log_level: str = field(
        default="info",
        metadata=says(one_of("debug", "info", "warning", "error"), "The least log line that is written."),
    )

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Self:
        """Read the environment, overruled by `flags`, which may hold parsed values by field name.

        Raises BadSetting. Variables with the prefix that name no setting are an error too: a misspelt limit
        is no limit.
        """
        known = {each.variable: each for each in declared_in(cls)}
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise BadSetting(f"{unknown[0]} is no setting; `overclaim serve --help` lists them")
        values = {
            each.name: each.read(environment[name], name)
            for name, each in known.items()
            if name in environment
        }
        given = {name: value for name, value in (flags or {}).items() if value is not None}
        return cls(**(values | given))
