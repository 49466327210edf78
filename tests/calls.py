"""How tests call a server through the bare stubs, and read its statuses."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # no types
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped] # no types

from service.pb.overclaim.v1 import moderation_pb2 as pb

SERVICE = "overclaim.v1.ModerationService"
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVING = health_pb2.HealthCheckResponse.SERVING
ARTICLE_FIELDS = pb.Article.DESCRIPTOR.fields_by_name


def ask(body: str, **more: Any) -> pb.ScoreArticleRequest:  # noqa: ANN401 - any field of the article
    article = pb.Article(body=body, **{name: more.pop(name) for name in list(more) if name in ARTICLE_FIELDS})
    return pb.ScoreArticleRequest(article=article, **more)


def status_of(error: grpc.aio.AioRpcError) -> Status:
    return Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])


def detail(status: Status, kind: Any) -> Any:  # noqa: ANN401 - a message class, and one of its messages
    found = kind()
    assert any(each.Unpack(found) for each in status.details), f"no {kind.__name__} in {status}"
    return found


async def failure(call: Any) -> grpc.aio.AioRpcError:  # noqa: ANN401 - any kind of call
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def health(channel: grpc.aio.Channel, service: str = "") -> health_pb2.HealthCheckResponse:
    return await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
