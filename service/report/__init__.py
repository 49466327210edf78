"""Says what the classifier found: for a reader at a terminal, for programs, for code hosts.

Nothing here scores; an article, its path and its score go in, text comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.report.finding import Checked, is_overstated

if TYPE_CHECKING:
    from service.classifier.results import ArticleScore

__all__ = ["FORMATS", "Checked", "is_overstated", "render"]

FORMATS = ("text", "json", "sarif", "github")


def render(path: str, body: str, result: ArticleScore, *, format: str, colour: bool = False) -> str:  # noqa: A002 - the flag's own name
    """What was found in one article, as complete lines.

    `format` is one of FORMATS; `path` is shown as it stands, "-" being standard input; `colour` concerns
    text alone. A SARIF log holds this one article: `service.report.sarif.log` makes one of several.
    """
    checked = Checked(path, body, result)
    # Imported when asked for: a check by a program must not wait for the terminal's library.
    match format:
        case "text":
            from service.report import text  # noqa: PLC0415 - see above

            return text.render(checked, colour=colour)
        case "json":
            from service.report import json_lines  # noqa: PLC0415 - see above

            return json_lines.render(checked)
        case "sarif":
            from service.report import sarif  # noqa: PLC0415 - see above

            return sarif.log([checked])
        case "github":
            from service.report import github  # noqa: PLC0415 - see above

            return github.render(checked)
    raise ValueError(f"no report format is called {format!r}; there are {', '.join(FORMATS)}")
