"""How one setting is read and documented: its name, its parser, and what documents tell of it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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


def declared_in(settings: type) -> tuple[Setting, ...]:
    """Every setting, in the order of the documents."""
    return tuple(
        Setting(
            name=each.name,
            doc=each.metadata["doc"],
            parse=each.metadata["parse"],
            default=each.default,
            shown=each.metadata["shown"] or f"`{each.default}`",
        )
        for each in fields(settings)
    )


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


def endpoint(text: str) -> str:
    """Read http://HOST:PORT, or https:// where the other side has a certificate."""
    scheme, separator, place = text.partition("://")
    if not separator or scheme not in {"http", "https"}:
        raise ValueError("http://HOST:PORT or https://HOST:PORT")
    address(place)
    return text


def text(text: str) -> str:
    """Read anything but nothing."""
    if not text or not text.isprintable():
        raise ValueError("a few printable characters")
    return text


def issuer(text: str) -> str:
    """Read an identity provider's URL: encrypted, unless it is on this machine."""
    parts = urlsplit(text)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.query or parts.fragment:
        raise ValueError("https://HOST/PATH, without query or fragment")
    return text


def path(text: str) -> Path:
    """Read a path; whether something is there is for its user to say."""
    if not text:
        raise ValueError("a path")
    return Path(text)


def says(parse: Callable[[str], Any], doc: str, *, shown: str = "") -> Mapping[str, Any]:
    """Say in a field's metadata how it is read and what documents tell of it and of its default."""
    return {"parse": parse, "doc": doc, "shown": shown}
