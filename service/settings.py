"""What an operator can set: each declared once, read once, frozen.

A setting's name gives its environment variable (OVERCLAIM_LISTEN) and its flag (--listen). A flag outranks
the variable, which outranks the default. The README's table is rendered from the same declarations.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "OVERCLAIM_"
HIGHEST_PORT = 65_535


class BadSetting(ValueError):  # noqa: N818 - a fact in the house's words, like those in errors.py
    """The operator's fault: a variable or flag holds what the setting cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field of Settings is read and documented.

    `parse` turns what the operator wrote into the value and raises ValueError, with a message that completes
    "must be ...", when it cannot. `shown` is the default as documents show it.
    """

    name: str
    doc: str
    parse: Callable[[str], Any]
    default: Any
    shown: str

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """The command-line flag."""
        return "--" + self.name.replace("_", "-")

    def read(self, text: str, source: str) -> Any:  # noqa: ANN401 - the field's own annotation tells the type
        """Parse `text`; on failure say which `source` holds it, but not what: it may be a secret."""
        try:
            return self.parse(text)
        except ValueError as error:
            raise BadSetting(f"{source} must be {error}") from None

    def read_flag(self, text: str) -> Any:  # noqa: ANN401 - as for read
        """Parse what stood after the flag; argparse itself puts the flag's name before the message."""
        try:
            return self.parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"must be {error}") from None


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Read whole numbers between two bounds, both allowed."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not minimum <= int(text) <= maximum:
            raise ValueError(f"a whole number from {minimum:,} to {maximum:,}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """Read one of a few words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text

    return parse


def yes_or_no(text: str) -> bool:
    """Read a truth value; a bare flag counts as yes."""
    try:
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError("yes or no") from None


def address(text: str) -> str:
    """Read HOST:PORT; an IPv6 host stands in brackets."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not (host and colon and port.isdecimal() and int(port) <= HIGHEST_PORT) or (
        ":" in host and not bracketed
    ):
        raise ValueError("HOST:PORT, such as 127.0.0.1:8423 or [::1]:8423")
    return text


def database(text: str) -> str:
    """Read a database's URL."""
    if not text.startswith(("postgresql://", "sqlite:///")):
        raise ValueError("postgresql://... or sqlite:///PATH")
    return text


def path(text: str) -> Path:
    """Read a path; whether something is there is for its user to say."""
    if not text:
        raise ValueError("a path")
    return Path(text)


def says(parse: Callable[[str], Any], doc: str, *, shown: str = "") -> Mapping[str, Any]:
    """Say in a field's metadata how it is read and what documents tell of it and of its default."""
    return {"parse": parse, "doc": doc, "shown": shown}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that `overclaim serve` can be told. The defaults serve a fresh machine, on localhost only."""

    listen: str = field(
        default="127.0.0.1:8423",
        metadata=says(
            address, "Where to listen. Any host but localhost needs TLS, or `insecure_listen` to say so."
        ),
    )
    insecure_listen: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Listen beyond localhost without TLS: only where something else encrypts, such as a mesh.",
            shown="`no`",
        ),
    )
    tls_certificate: Path | None = field(
        default=None,
        metadata=says(path, "The server's certificate chain, PEM. Needs `tls_key`.", shown="no TLS"),
    )
    tls_key: Path | None = field(
        default=None,
        metadata=says(path, "The private key of `tls_certificate`, PEM.", shown="no TLS"),
    )
    model: Path | None = field(
        default=None,
        metadata=says(path, "The directory of the model to serve.", shown="the bundled model"),
    )
    models: Path | None = field(
        default=None,
        metadata=says(
            path,
            "A directory of models' directories, each of which may be activated without a restart.",
            shown="none",
        ),
    )
    database: str = field(
        default="",
        metadata=says(
            database,
            "Where the review desk keeps what it keeps: postgresql://... or sqlite:///PATH.",
            shown="SQLite, in `overclaim/` of `$XDG_STATE_HOME` or `~/.local/state`",
        ),
    )
    require_keys: str = field(
        default="auto",
        metadata=says(
            one_of("auto", "yes", "no"),
            "Whether scoring needs a key. `auto`: unless it listens on localhost. All else always needs one.",
        ),
    )
    local_webhooks: bool = field(
        default=False,
        metadata=says(
            yes_or_no,
            "Let webhooks call this machine and private networks, also without TLS: for development.",
            shown="`no`",
        ),
    )
    desk_threads: int = field(
        default=8,
        metadata=says(whole(1, 64), "Threads, and connections to the database, of the review desk."),
    )
    max_watchers: int = field(
        default=1_000,
        metadata=says(whole(1, 100_000), "Watches and exports in flight, likewise."),
    )
    scorer_threads: int = field(
        default=2,
        metadata=says(whole(1, 64), "Threads that score. More than there are processors gains nothing."),
    )
    max_calls: int = field(
        default=32,
        metadata=says(
            whole(1, 10_000),
            "Calls in flight, but for streams. One more is answered UNAVAILABLE and told when to retry.",
        ),
    )
    max_streams: int = field(
        default=16,
        metadata=says(whole(1, 10_000), "Streams in flight. One more is answered as for `max_calls`."),
    )
    stream_window: int = field(
        default=4,
        metadata=says(
            whole(1, 100), "Articles of one stream that are worked on before their answers have been read."
        ),
    )
    remember_seconds: int = field(
        default=3_600,
        metadata=says(whole(0, 86_400), "How long an idempotency key is remembered; 0: not at all."),
    )
    remember_code_points: int = field(
        default=2_000_000,
        metadata=says(
            whole(0, 10_000_000_000),
            "Bound of what idempotency keys remember, in code points of articles, each about 30 bytes.",
        ),
    )
    drain_seconds: int = field(
        default=30,
        metadata=says(
            whole(0, 3_600),
            "On SIGTERM or SIGINT: how long calls in flight may take to finish; 0 cuts them off.",
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
        known = {each.variable: each for each in declared()}
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


def declared() -> tuple[Setting, ...]:
    """Every setting, in the order of the documents."""
    return tuple(
        Setting(
            name=each.name,
            doc=each.metadata["doc"],
            parse=each.metadata["parse"],
            default=each.default,
            shown=each.metadata["shown"] or f"`{each.default}`",
        )
        for each in fields(Settings)
    )


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give `parser` a flag for each setting; one that is not given parses to None and overrules nothing."""
    for each in declared():
        alone = each.parse is yes_or_no or each.name == "require_keys"
        parser.add_argument(
            each.flag,
            dest=each.name,
            type=each.read_flag,
            nargs="?" if alone else None,
            const=each.read_flag("yes") if alone else None,
            metavar=each.name.rpartition("_")[2].upper(),
            help=f"{each.doc} [{each.variable}; default {each.shown}]".replace("`", "").replace("%", "%%"),
        )


def table() -> str:
    """Render the README's table of settings."""
    rows = [f"| `{each.variable}` | `{each.flag}` | {each.shown} | {each.doc} |" for each in declared()]
    return "\n".join(["| variable | flag | default | what it does |", "| --- | --- | --- | --- |", *rows])
