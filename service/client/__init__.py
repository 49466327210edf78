"""The Python client of Overclaim: the module that publishers import.

    from service.client import Article, Client

    with Client("127.0.0.1:8423") as overclaim:
        score = overclaim.score_article(Article("Our injections regenerate cartilage in every patient."))
        print(score.verdict, score.severity)

`AsyncClient` is the same for asyncio. Answers are the values of service.classifier.results, with offsets in
code points, as Python's strings count. Both clients retry what the server answers with UNAVAILABLE, and
nothing else; every call has a deadline. What goes wrong is raised as one of the errors named here.
"""

from __future__ import annotations

from service.article import Article
from service.classifier.markup import Format
from service.client.aio import AsyncClient
from service.client.answers import Outcome
from service.client.blocking import Client
from service.client.faults import CallFailed, DeadlineExceeded
from service.errors import (
    Draining,
    InvalidArticle,
    InvalidRequest,
    KeyReused,
    NotReady,
    OverclaimError,
    Overloaded,
    Unavailable,
    Violation,
)

__all__ = [
    "Article",
    "AsyncClient",
    "CallFailed",
    "Client",
    "DeadlineExceeded",
    "Draining",
    "Format",
    "InvalidArticle",
    "InvalidRequest",
    "KeyReused",
    "NotReady",
    "Outcome",
    "OverclaimError",
    "Overloaded",
    "Unavailable",
    "Violation",
]
