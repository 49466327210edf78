"""Places of pages and watches that nobody was given are refused, whatever they hold."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import BadRequest  # type: ignore[import-untyped] # has no types

from service.errors import InvalidRequest
from service.pb.overclaim.v1 import access_pb2, access_pb2_grpc, review_pb2
from service.review.announcing import position_of
from service.review.queue import Order, _after
from service.rpc.enums import read_instant
from service.rpc.wrapping import _with_nul
from service.store.places import NARROW, WIDE, read_place
from tests.calls import detail, failure, status_of
from tests.hostile.mutation import TOKENS


@pytest.mark.parametrize("token", ["", "-1", "1.0", "\u0663", " 1", "9" * 19, "9" * 5_000, str(WIDE + 1)])
def test_a_place_that_no_column_holds_is_none(token: str) -> None:
    with pytest.raises(ValueError, match=r"digits|column"):
        read_place(token)


def test_the_greatest_place_of_each_column_is_one() -> None:
    assert read_place(str(WIDE)) == WIDE
    assert read_place(str(NARROW), most=NARROW) == NARROW
    with pytest.raises(ValueError, match="column"):
        read_place(str(NARROW + 1), most=NARROW)


@pytest.mark.parametrize("order", Order)
def test_forged_tokens_of_pages_are_refused(order: Order) -> None:
    for token in TOKENS:
        with pytest.raises(InvalidRequest):
            _after(order, token)


def test_forged_tokens_of_watches_are_refused() -> None:
    refused = 0
    for token in TOKENS:
        try:
            assert position_of(token) <= WIDE
        except InvalidRequest:
            refused += 1
    assert refused == len(TOKENS) - 1  # the greatest place is a place


async def test_a_nul_in_any_field_is_refused_naming_it(channel: grpc.aio.Channel) -> None:
    request = access_pb2.SignInRequest(nonce_secret="a\0b" * 16)  # of the method that needs no key
    error = await failure(access_pb2_grpc.AccessServiceStub(channel).SignIn(request))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    (violation,) = detail(status_of(error), BadRequest).field_violations
    assert violation.field == "nonce_secret"


def test_a_nul_within_a_field_of_a_field_is_found() -> None:
    request = review_pb2.SetPolicyRequest(policy=review_pb2.Policy(block_phrases=["fine", "a\0b"]))
    assert list(_with_nul(request)) == ["policy.block_phrases"]


@pytest.mark.parametrize("seconds", [2**62, -(2**62), 253_402_300_800])
def test_a_time_that_is_none_is_refused_naming_it(seconds: int) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_instant(Timestamp(seconds=seconds), "until_time")
    assert [each.field for each in refused.value.violations] == ["until_time"]
