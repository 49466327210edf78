"""`overclaim score`: what `overclaim check` does, through a running server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from service import report
from service.article import Article
from service.classifier.markup import Format
from service.classifier.results import Verdict
from service.client.blocking import Client
from service.errors import OverclaimError, Unavailable

if TYPE_CHECKING:
    import argparse

FORMATS = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
}
OVERSTATED = 1
BAD_INPUT = 2


def run(options: argparse.Namespace) -> int:
    """Score every file, the bad ones told of on standard error; return the worst exit status."""
    credentials = grpc.ssl_channel_credentials() if options.tls else None
    worst = 0
    with Client(options.server, credentials=credentials) as client:
        for path in options.paths:
            try:
                worst = max(worst, _score(client, path, options))
            except UnicodeDecodeError:
                worst = _complain(path, "is no UTF-8 text")
            except OSError as error:
                worst = _complain(path, error.strerror or "cannot be read")
            except Unavailable as error:
                return _complain(
                    path, f"no answer from {options.server} ({error}); does `overclaim serve` run?"
                )
            except OverclaimError as error:
                worst = _complain(path, str(error))
    return worst


def _score(client: Client, path: str, options: argparse.Namespace) -> int:
    # Bytes first: reading as text would turn CRLF into LF, and offsets would miss what was submitted.
    body = (sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()).decode()
    named = Format(options.input_format) if options.input_format else None
    article = Article(
        body=body,
        title=options.title,
        format=named or FORMATS.get(Path(path).suffix.lower(), Format.PLAIN),
        article_id="" if path == "-" else path[-256:],
        language=options.language,
    )
    score = client.score_article(article, timeout=options.timeout)
    sys.stdout.write(report.render(path, body, score, format=options.format))
    found = score.verdict is Verdict.OVERSTATED and score.severity >= options.min_severity
    return OVERSTATED if found else 0


def _complain(path: str, message: str) -> int:
    sys.stderr.write(f"{path}: {message}\n")
    return BAD_INPUT
