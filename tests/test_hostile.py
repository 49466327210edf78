"""Every kind of hostile text, through a real server, comes to what the catalogue says."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest  # type: ignore[import-untyped] # has no types

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.calls import SERVICE, detail, status_of
from tests.conftest import free_port
from tests.hostile.articles import CLEAN, request
from tests.hostile.catalogue import CATALOGUE
from tests.hostile.kinds import Group, Kind, Outcome
from tests.test_main import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.promises import Promised

FEWEST = 130
LARGEST_ANSWER = 64 << 20
ANSWERS: dict[str, Any] = {
    "ScoreArticle": pb.ScoreArticleResponse,
    "BatchScoreArticles": pb.BatchScoreArticlesResponse,
}


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    """One server for all kinds, with the bundled model."""
    port = free_port()
    options = [("grpc.max_receive_message_length", LARGEST_ANSWER)]
    with serving(port), grpc.insecure_channel(f"127.0.0.1:{port}", options) as connected:
        yield connected


def send(channel: grpc.Channel, message: bytes, method: str = "ScoreArticle") -> Any:  # noqa: ANN401 - an answer of the method
    raw: Any = channel.unary_unary(
        f"/{SERVICE}/{method}", request_serializer=None, response_deserializer=ANSWERS[method].FromString
    )
    return raw(message, timeout=60)


@pytest.fixture(scope="module")
def twin(channel: grpc.Channel) -> pb.ScoreArticleResponse:
    answer: pb.ScoreArticleResponse = send(channel, request(CLEAN).SerializeToString())
    assert answer.score.verdict == pb.VERDICT_OVERSTATED
    assert answer.assessment.action != pb.ACTION_PUBLISH
    return answer


def decided(answer: pb.ScoreArticleResponse) -> tuple[object, ...]:
    score = answer.score
    said = [(each.label, each.category) for each in score.sentences]
    return pb.Verdict.Name(score.verdict), score.severity, said, pb.Action.Name(answer.assessment.action)


def claims(answer: pb.ScoreArticleResponse) -> Counter[int]:
    return Counter(each.category for each in answer.score.sentences if each.label == pb.LABEL_OVERSTATED)


@contextmanager
def quoting(kind: Kind, answer: pb.ScoreArticleResponse) -> Iterator[None]:
    """Whatever comes of it, sentences quote the body as it was sent."""
    yield
    body = pb.ScoreArticleRequest.FromString(kind.make()).article.body
    assert all(each.text == body[each.start : each.end] for each in answer.score.sentences)


def test_the_catalogue_has_every_group_and_no_kind_twice() -> None:
    assert len(CATALOGUE) >= FEWEST
    assert {kind.group for kind in CATALOGUE} == set(Group)
    assert len({str(kind) for kind in CATALOGUE}) == len(CATALOGUE)


def require_rejection(channel: grpc.Channel, kind: Kind) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        send(channel, kind.make(), kind.method)
    error: Any = caught.value
    if kind.field is None:
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        return
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert kind.field in [each.field for each in detail(status_of(error), BadRequest).field_violations]


def require_twin(channel: grpc.Channel, twin: pb.ScoreArticleResponse, kind: Kind) -> None:
    answer = send(channel, kind.make())
    with quoting(kind, answer):
        assert decided(answer) == decided(twin)


def require_claims(channel: grpc.Channel, twin: pb.ScoreArticleResponse, kind: Kind) -> None:
    answer = send(channel, kind.make())
    with quoting(kind, answer):
        assert claims(answer) >= claims(twin)
        assert answer.score.verdict == pb.VERDICT_OVERSTATED
        assert answer.assessment.action != pb.ACTION_PUBLISH


def require_review(channel: grpc.Channel, kind: Kind) -> None:
    answer = send(channel, kind.make())
    with quoting(kind, answer):
        assert answer.score.verdict == pb.VERDICT_UNDETERMINED
        assert answer.score.reason
        assert answer.assessment.action == pb.ACTION_REVIEW


def kinds(*outcomes: Outcome) -> list[Kind]:
    return [each for each in CATALOGUE if each.outcome in outcomes]


@pytest.mark.parametrize("kind", kinds(Outcome.REJECTED), ids=str)
def test_what_cannot_be_an_article_is_rejected_naming_the_field(channel: grpc.Channel, kind: Kind) -> None:
    require_rejection(channel, kind)


@pytest.mark.parametrize("kind", kinds(Outcome.TWIN), ids=str)
def test_what_a_reader_does_not_notice_is_scored_like_its_clean_twin(
    channel: grpc.Channel, twin: pb.ScoreArticleResponse, kind: Kind
) -> None:
    require_twin(channel, twin, kind)


@pytest.mark.parametrize("kind", kinds(Outcome.CLAIMS, Outcome.INERT), ids=str)
def test_claims_are_found_among_all_else(
    channel: grpc.Channel, twin: pb.ScoreArticleResponse, kind: Kind
) -> None:
    require_claims(channel, twin, kind)


@pytest.mark.parametrize("kind", kinds(Outcome.REVIEW), ids=str)
def test_what_cannot_be_judged_goes_to_review(channel: grpc.Channel, kind: Kind) -> None:
    require_review(channel, kind)


@pytest.mark.promise
@pytest.mark.parametrize("group", [*Group], ids=str)
def test_every_kind_of_hostile_text_comes_to_what_the_catalogue_says(
    channel: grpc.Channel, twin: pb.ScoreArticleResponse, group: Group, promised: Promised
) -> None:
    """The tests above once more, counted by group."""
    require: dict[Outcome, Callable[[Kind], None]] = {
        Outcome.REJECTED: partial(require_rejection, channel),
        Outcome.TWIN: partial(require_twin, channel, twin),
        Outcome.CLAIMS: partial(require_claims, channel, twin),
        Outcome.INERT: partial(require_claims, channel, twin),
        Outcome.REVIEW: partial(require_review, channel),
    }
    tried = [each for each in CATALOGUE if each.group is group]
    otherwise = []
    for kind in tried:
        try:
            require[kind.outcome](kind)
        except (AssertionError, grpc.RpcError):
            otherwise.append(str(kind))
    sys.stderr.write("".join(f"{each}\n" for each in otherwise))  # which pytest shows where there are any
    promised(
        f"hostile text, {group}: of {len(tried)} kinds, those that end otherwise than the catalogue says",
        len(otherwise),
        exactly=0,
    )
