"""The Python client of Overclaim: the module that publishers import.

    from service.client import Article, Client

    with Client("127.0.0.1:8423") as overclaim:
        score = overclaim.score_article(Article("Our injections regenerate cartilage in every patient."))
        print(score.verdict, score.severity)

With a key, articles can be sent to the review desk, and its decisions are heard:

    with Client("127.0.0.1:8423", key=key) as overclaim:
        submitted = overclaim.submit_article(article, keep=Keep.FOR_REVIEW)
        for told in overclaim.watch_decisions(resume_token):
            resume_token = told.resume_token

`AsyncClient` is the same for asyncio. Answers are the values of service.classifier.results, with offsets in
code points, as Python's strings count. Both clients retry what the server answers with UNAVAILABLE, and
nothing else; every call has a deadline. What goes wrong is raised as one of the errors named here.
"""

from __future__ import annotations

from service.article import Article, Keep
from service.classifier.text.markup import Format
from service.client.aio import AsyncClient
from service.client.answers import Outcome
from service.client.blocking import Client
from service.client.faults import CallFailed, DeadlineExceeded
from service.client.reviews import (
    Action,
    Appeal,
    Decision,
    Review,
    ReviewState,
    Ruled,
    RuledSentence,
    Submitted,
    Told,
)
from service.client.trust import tls_credentials
from service.errors import (
    BadFile,
    Draining,
    InvalidArticle,
    InvalidRequest,
    KeyMissing,
    KeyReused,
    KeyUnknown,
    NotAllowed,
    NotDecided,
    NotFound,
    NotReady,
    OverclaimError,
    Overloaded,
    StoreFull,
    Unavailable,
    Violation,
)

__all__ = [
    "Action",
    "Appeal",
    "Article",
    "AsyncClient",
    "BadFile",
    "CallFailed",
    "Client",
    "DeadlineExceeded",
    "Decision",
    "Draining",
    "Format",
    "InvalidArticle",
    "InvalidRequest",
    "Keep",
    "KeyMissing",
    "KeyReused",
    "KeyUnknown",
    "NotAllowed",
    "NotDecided",
    "NotFound",
    "NotReady",
    "Outcome",
    "OverclaimError",
    "Overloaded",
    "Review",
    "ReviewState",
    "Ruled",
    "RuledSentence",
    "StoreFull",
    "Submitted",
    "Told",
    "Unavailable",
    "Violation",
    "tls_credentials",
]
