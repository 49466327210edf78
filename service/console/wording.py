"""Every word of the page, from one file a language.

A text may name values in braces. One that depends on a number has a form "one" and a form "other".
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "wording"


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language by their dotted names."""

    language: str
    texts: dict[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """The text called `name` with its values filled in; `count` chooses the form. Raises KeyError."""
        count = values.get("count")
        text = self.texts.get(name)
        if text is None:
            text = self.texts[f"{name}.{'one' if count == 1 else 'other'}"]
        shown = {key: f"{value:,}" if isinstance(value, int) else value for key, value in values.items()}
        return text.format_map(shown) if shown else text

    def group(self, prefix: str) -> dict[str, str]:
        """The texts below a name, without it: what the script in the browser is handed."""
        start = f"{prefix}."
        return {name.removeprefix(start): text for name, text in self.texts.items() if name.startswith(start)}


@cache
def wording(language: str = "en") -> Wording:
    """The texts of a language that has a file."""
    return Wording(language, dict(_flat(tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))))


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found
