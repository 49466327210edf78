"""`overclaim score`: what `overclaim check` does, through a running server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.article import Article
from service.client.blocking import Client
from service.client.trust import credentials_of
from service.errors import Unavailable
from service.report import command

if TYPE_CHECKING:
    import argparse

    from service.classifier.results import ArticleScore
    from service.classifier.text.markup import Format


def run(options: argparse.Namespace) -> int:
    """Score every file and report on it as `overclaim check` would; return the exit status."""
    with Client(options.server, credentials=credentials_of(options)) as client:
        remote = Remote(client, options.server, language=options.language, timeout=options.timeout)
        return command.run(options, load=lambda _: remote)


@dataclass(frozen=True, slots=True)
class Remote:
    """Scores like a classifier, by asking a server."""

    client: Client
    server: str
    language: str
    timeout: float

    def score(self, body: str, *, title: str, format: Format) -> ArticleScore:  # noqa: A002 - the house's word
        """Ask for the score of one article; raises what the client raises."""
        article = Article(body, title=title, format=format, language=self.language)
        try:
            return self.client.score_article(article, timeout=self.timeout)
        except Unavailable as error:
            raise Unavailable(
                f"{self.server} does not answer ({error}); does `overclaim serve` run there?",
                retry_after=error.retry_after,
            ) from None
