from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo  # type: ignore[import-untyped] # no types

from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.pb.overclaim.v1 import moderation_pb2_grpc as pb_grpc
from service.rpc import convert
from tests.calls import ask, detail, failure, status_of
from tests.conftest import SECRET, StandIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.settings import Settings
    from tests.conftest import Serving


async def test_an_article_is_scored_sentence_by_sentence(channel: grpc.aio.Channel) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    response = await service.ScoreArticle(ask("It cures all.\nIt may help.\nWe open at 9.", article_id="a1"))
    score = response.score
    assert (score.article_id, score.verdict, score.severity) == ("a1", pb.VERDICT_OVERSTATED, 2)
    assert (score.model_version, score.offset_unit) == ("stand-in", pb.OFFSET_UNIT_CODE_POINT)
    labels = [sentence.label for sentence in score.sentences]
    assert labels == [pb.LABEL_OVERSTATED, pb.LABEL_HEDGED, pb.LABEL_NEUTRAL]
    first, second, _ = score.sentences
    assert (first.category, first.advice.rewrite) == (pb.CATEGORY_EFFICACY, "It was studied against all.")
    assert not second.HasField("advice")
    assert (second.cues[0].start, second.cues[0].end, second.cues[0].family) == (17, 20, "hedge.modal")


@pytest.mark.parametrize(
    ("unit", "encoding", "width"),
    [
        (pb.OFFSET_UNIT_UNSPECIFIED, "utf-32-le", 4),
        (pb.OFFSET_UNIT_CODE_POINT, "utf-32-le", 4),
        (pb.OFFSET_UNIT_UTF16, "utf-16-le", 2),
        (pb.OFFSET_UNIT_UTF8, "utf-8", 1),
    ],
)
async def test_offsets_count_in_the_unit_asked_for(
    channel: grpc.aio.Channel, unit: pb.OffsetUnit.ValueType, encoding: str, width: int
) -> None:
    body = "Ça va 👩‍🔬?\r\nÜber: it cures 🦴 e\u0301\n🎉 It may help."
    service = pb_grpc.ModerationServiceStub(channel)
    score = (await service.ScoreArticle(ask(body, offset_unit=unit))).score
    submitted = body.encode(encoding)

    def cut(place: Any) -> str:  # noqa: ANN401 - any message with offsets
        return submitted[place.start * width : place.end * width].decode(encoding)

    assert score.offset_unit == (unit or pb.OFFSET_UNIT_CODE_POINT)
    assert [cut(sentence) for sentence in score.sentences] == [each.text for each in score.sentences]
    assert [cut(cue) for sentence in score.sentences for cue in sentence.cues] == ["may"]
    assert cut(score.sentences[1].advice.changes[0]) == "cures"
    assert cut(score.sentences[2].contributions[0]) == "🎉 It may help."


async def test_scores_alone_are_the_scores_of_a_full_answer(channel: grpc.aio.Channel) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    body = "It cures all.\nIt may help."
    full = (await service.ScoreArticle(ask(body, detail=pb.DETAIL_FULL))).score
    bare = (await service.ScoreArticle(ask(body, detail=pb.DETAIL_SCORES))).score
    assert full == (await service.ScoreArticle(ask(body))).score
    assert full.sentences[0].HasField("advice")
    for sentence in full.sentences:
        for field in ("cues", "contributions", "baseline", "advice"):
            sentence.ClearField(field)
    assert bare == full


async def test_a_detail_of_another_version_is_refused_by_name(channel: grpc.aio.Channel) -> None:
    request = ask("x")
    request.detail = 7  # type: ignore[assignment] # a client of tomorrow
    error = await failure(pb_grpc.ModerationServiceStub(channel).ScoreArticle(request))
    fields = [each.field for each in detail(status_of(error), BadRequest).field_violations]
    assert fields == ["detail"]


def test_what_is_kept_is_explained_whatever_was_asked() -> None:
    kept = ask("x", detail=pb.DETAIL_SCORES, keep=pb.KEEP_STORED)
    assert convert.article(kept).explain
    assert not convert.article(ask("x", detail=pb.DETAIL_SCORES)).explain


async def test_contributions_left_out_are_gathered_so_that_the_sum_stays_exact(
    channel: grpc.aio.Channel,
) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    sentence = (await service.ScoreArticle(ask("It cures."))).score.sentences[0]
    assert len(sentence.contributions) == 13
    assert sentence.contributions[-1].feature == "others"
    assert not sentence.contributions[-1].HasField("start")
    total = sentence.baseline + sum(each.weight for each in sentence.contributions)
    assert total == pytest.approx(1.3862943611198906, abs=1e-6)


@pytest.mark.parametrize(
    ("request_", "field", "limit"),
    [
        (ask(""), "article.body", None),
        (pb.ScoreArticleRequest(), "article.body", None),
        (ask("x" * 200_001), "article.body", 200_000),
        (ask("\U0001f9b4" * 262_145), "article.body", 1_048_576),
        (ask("nul \0 here"), "article.body", None),
        (ask("x", title="t" * 1_001), "article.title", 1_000),
        (ask("x", article_id="i" * 257), "article.article_id", 256),
        (ask("x", language="not a tag"), "article.language", None),
        (ask("x", format=77), "article.format", None),
        (ask("x", offset_unit=77), "offset_unit", None),
        (ask("x", idempotency_key="k" * 129), "idempotency_key", 128),
        (ask("x", idempotency_key="two words"), "idempotency_key", None),
    ],
)
async def test_a_field_beyond_its_limit_is_named_with_the_limit(
    channel: grpc.aio.Channel, request_: pb.ScoreArticleRequest, field: str, limit: int | None
) -> None:
    error = await failure(pb_grpc.ModerationServiceStub(channel).ScoreArticle(request_))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    info = detail(status_of(error), ErrorInfo)
    assert (info.reason, info.domain) == ("INVALID_ARTICLE", "overclaim.dev")
    broken = {each.field: each.description for each in detail(status_of(error), BadRequest).field_violations}
    assert field in broken
    if limit is not None:
        assert f"{limit:,}" in broken[field]
        assert info.metadata[field] == str(limit)


async def test_every_violation_is_told_at_once(channel: grpc.aio.Channel) -> None:
    request = ask("", title="t" * 1_001, language="?")
    error = await failure(pb_grpc.ModerationServiceStub(channel).ScoreArticle(request))
    fields = [each.field for each in detail(status_of(error), BadRequest).field_violations]
    assert fields == ["article.body", "article.title", "article.language"]


async def test_the_largest_article_allowed_is_scored(channel: grpc.aio.Channel) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    score = (await service.ScoreArticle(ask("é" * 200_000))).score
    assert score.sentences[0].end == 200_000


@pytest.mark.parametrize("tag", ["de", "de-CH", "fr", "zh-Hant-TW"])
async def test_a_hint_of_another_language_leaves_the_verdict_undetermined(
    channel: grpc.aio.Channel, tag: str
) -> None:
    score = (await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It cures.", language=tag))).score
    assert (score.verdict, score.reason) == (pb.VERDICT_UNDETERMINED, pb.UNDETERMINED_REASON_LANGUAGE)
    assert score.severity == 0
    assert len(score.sentences) == 1


@pytest.mark.parametrize("tag", ["", "en", "EN-gb", "eng", "und"])
async def test_a_hint_of_english_changes_nothing(channel: grpc.aio.Channel, tag: str) -> None:
    score = (await pb_grpc.ModerationServiceStub(channel).ScoreArticle(ask("It cures.", language=tag))).score
    assert (score.verdict, score.reason) == (pb.VERDICT_OVERSTATED, pb.UNDETERMINED_REASON_UNSPECIFIED)


async def test_one_bad_article_fails_no_other_of_its_batch(channel: grpc.aio.Channel) -> None:
    requests = [
        ask("It cures.", article_id="a"),
        ask("", article_id="b"),
        ask("BREAK", article_id="c"),
        ask("It may."),
    ]
    batch = pb.BatchScoreArticlesRequest(requests=requests)
    results = (await pb_grpc.ModerationServiceStub(channel).BatchScoreArticles(batch)).results
    assert [each.WhichOneof("outcome") for each in results] == ["score", "error", "error", "score"]
    assert [each.article_id for each in results] == ["a", "b", "c", ""]
    assert results[1].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert detail(results[1].error, BadRequest).field_violations[0].field == "article.body"
    assert results[2].error.code == grpc.StatusCode.INTERNAL.value[0]
    assert SECRET not in str(results[2])


@pytest.mark.parametrize("count", [0, 101])
async def test_a_batch_of_none_or_of_too_many_is_refused(channel: grpc.aio.Channel, count: int) -> None:
    batch = pb.BatchScoreArticlesRequest(requests=[ask("x")] * count)
    error = await failure(pb_grpc.ModerationServiceStub(channel).BatchScoreArticles(batch))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert detail(status_of(error), ErrorInfo).reason == "INVALID_REQUEST"
    assert "100" in detail(status_of(error), BadRequest).field_violations[0].description


async def test_a_stream_answers_in_order_and_survives_bad_articles(channel: grpc.aio.Channel) -> None:
    bodies = ["SLOW It cures.", "", "It may.", "BREAK", "nul \0", "It cures."]

    async def requests() -> AsyncIterator[pb.StreamScoreArticlesRequest]:
        for number, body in enumerate(bodies):
            yield pb.StreamScoreArticlesRequest(request=ask(body, article_id=str(number)))

    service = pb_grpc.ModerationServiceStub(channel)
    call: Any = service.StreamScoreArticles(requests())
    results = [each.result async for each in call]
    assert [each.article_id for each in results] == ["0", "1", "2", "3", "4", "5"]
    kinds = [each.WhichOneof("outcome") for each in results]
    assert kinds == ["score", "error", "score", "error", "error", "score"]


async def test_a_stream_answers_before_the_client_has_sent_all(channel: grpc.aio.Channel) -> None:
    call = pb_grpc.ModerationServiceStub(channel).StreamScoreArticles()
    for number in range(3):
        await call.write(pb.StreamScoreArticlesRequest(request=ask("It may.", article_id=str(number))))
        answer: Any = await asyncio.wait_for(call.read(), 5)
        assert answer.result.article_id == str(number)
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF
    assert await call.code() is grpc.StatusCode.OK


async def test_a_stream_is_read_no_further_than_its_answers_are_taken(
    serving: Serving, settings: Settings
) -> None:
    scored = []

    class Counting(StandIn):
        def score(self, body: str, **_: Any) -> Any:  # noqa: ANN401 - as StandIn's
            scored.append(len(body))
            return super().score(body)

    async with serving(settings, Counting) as channel:
        call = pb_grpc.ModerationServiceStub(channel).StreamScoreArticles()
        sent = 0

        async def send() -> None:
            nonlocal sent
            while True:
                await call.write(pb.StreamScoreArticlesRequest(request=ask("word " * 40_000)))
                sent += 1

        sending = asyncio.create_task(send())
        before = -1
        while sent > before:
            before = sent
            await asyncio.sleep(0.5)
        # What stands between: the transport's buffers for answers and requests, and the window.
        assert len(scored) <= sent < 200
        sending.cancel()
        call.cancel()


async def test_a_key_gives_its_first_answer_again(serving: Serving, settings: Settings) -> None:
    models = iter(["first", "second", "third"])

    class Changing(StandIn):
        def score(self, body: str, **_: Any) -> Any:  # noqa: ANN401 - as StandIn's
            return StandIn(version=next(models)).score(body)

    async with serving(settings, Changing) as channel:
        service = pb_grpc.ModerationServiceStub(channel)

        async def model(request: pb.ScoreArticleRequest) -> str:
            return str((await service.ScoreArticle(request)).score.model_version)

        assert await model(ask("x 🦴 y", idempotency_key="k")) == "first"
        assert await model(ask("x 🦴 y", idempotency_key="k")) == "first"
        assert await model(ask("x 🦴 y", idempotency_key="k", offset_unit=pb.OFFSET_UNIT_UTF8)) == "first"
        assert await model(ask("x 🦴 y", idempotency_key="other")) == "second"
        error = await failure(
            service.ScoreArticle(ask("x 🦴 y", idempotency_key="k", detail=pb.DETAIL_SCORES))
        )
        assert error.code() is grpc.StatusCode.ALREADY_EXISTS
        error = await failure(service.ScoreArticle(ask("changed", idempotency_key="k")))
        assert error.code() is grpc.StatusCode.ALREADY_EXISTS
        assert detail(status_of(error), ErrorInfo).reason == "IDEMPOTENCY_KEY_REUSED"


async def test_a_failure_is_not_remembered_by_its_key(channel: grpc.aio.Channel) -> None:
    service = pb_grpc.ModerationServiceStub(channel)
    await failure(service.ScoreArticle(ask("", idempotency_key="k")))
    assert (
        await service.ScoreArticle(ask("mended", idempotency_key="k"))
    ).score.verdict == pb.VERDICT_NEUTRAL
