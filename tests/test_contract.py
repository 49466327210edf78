from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from google.rpc.code_pb2 import Code  # type: ignore[import-untyped] # does not declare its types

from service import article, errors
from service.classifier.results import Category, Label, Reason, Step, Verdict
from service.classifier.text.markup import Format
from service.pb.overclaim.v1 import moderation_pb2 as pb
from service.rpc import connection, convert, moderation_servicer, status
from service.signin import errors as signin_errors

if TYPE_CHECKING:
    from enum import StrEnum

    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = "".join(path.read_text() for path in sorted((ROOT / "proto/overclaim/v1").glob("*.proto")))


def run(*task: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / ".ci/proto"), *task]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_contract_keeps_to_bufs_standard_rules() -> None:
    linted = run("lint")
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_contract_breaks_no_client_of_the_last_commit() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git history beside the code to compare with")
    compared = run("breaking", "HEAD")
    assert compared.returncode == 0, compared.stdout + compared.stderr


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (Format, pb.Format, "FORMAT_"),
        (Label, pb.Label, "LABEL_"),
        (Verdict, pb.Verdict, "VERDICT_"),
        (Reason, pb.UndeterminedReason, "UNDETERMINED_REASON_"),
        (Category, pb.Category, "CATEGORY_"),
        (Step, pb.Step, "STEP_"),
    ],
)
def test_contract_and_code_have_the_same_words(
    ours: type[StrEnum], theirs: _EnumTypeWrapper[int], prefix: str
) -> None:
    assert {f"{prefix}{each.name}" for each in ours} | {f"{prefix}UNSPECIFIED"} == set(theirs.keys())


@pytest.mark.parametrize(
    ("limit", "promise"),
    [
        (article.MAX_BODY_CODE_POINTS, "1 to {:,} code points"),
        (article.MAX_BODY_BYTES, "1 MiB ({:,} bytes)"),
        (article.MAX_SENTENCES, "at most {:,} sentences"),
        (article.MAX_TITLE_CODE_POINTS, "At most {:,} code points"),
        (article.MAX_ID_CODE_POINTS, "At most {:,} code points"),
        (article.MAX_LANGUAGE_CHARACTERS, "at most {:,} characters"),
        (article.MAX_KEY_CHARACTERS, "At most {:,} printable ASCII characters"),
        (moderation_servicer.MAX_BATCH, "1 to {:,} articles"),
        (connection.MAX_MESSAGE_BYTES >> 20, "larger than {:,} MiB"),
    ],
)
def test_the_contract_tells_the_limits_that_hold(limit: int, promise: str) -> None:
    text = re.sub(r"\s*\n\s*// ", " ", CONTRACT)
    assert promise.format(limit) in text


def test_every_message_and_field_with_a_choice_in_it_is_explained() -> None:
    # What a call takes and gives is explained at the call.
    bare = re.findall(r"(?<!\.)\n(message|enum|service) (?!\w+(?:Request|Response) )(\w+)", CONTRACT)
    assert not bare, "comments end with a full stop right above what they explain"


# Where the house has words for what goes wrong.
WORDS = {errors.__name__, signin_errors.__name__}


def test_every_kind_of_error_has_a_status_or_stays_inside() -> None:
    def kinds(kind: type[errors.OverclaimError]) -> set[type[errors.OverclaimError]]:
        below = [each for each in kind.__subclasses__() if each.__module__ in WORDS]
        return {kind}.union(*map(kinds, below))

    stay = set().union(*map(kinds, status.KEPT_INSIDE))
    assert set(status.CODES) | stay == kinds(errors.OverclaimError) - {errors.OverclaimError}
    assert not set(status.CODES) & stay


def test_every_reason_that_may_leave_the_server_stands_in_the_contract() -> None:
    for kind in set(status.CODES) - {errors.Unavailable}:
        assert kind.reason in CONTRACT
        assert Code.Name(status.CODES[kind]) in CONTRACT


def test_reasons_are_told_apart() -> None:
    reasons = [kind.reason for kind in status.CODES]
    assert len(set(reasons)) == len(reasons)


def test_every_format_of_the_contract_can_be_asked_for() -> None:
    assert set(convert.FORMATS) == set(pb.Format.values())
