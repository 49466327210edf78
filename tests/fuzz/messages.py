"""Atheris on the contract's messages: what parses reads the same again, and converts or is refused in words.

`python -m tests.fuzz.messages FOLDER -max_total_time=600`; `poe fuzz` runs it. Findings are left in FOLDER.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import atheris
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

with atheris.instrument_imports(include=["service.rpc", "service.article", "service.policy"]):
    from service.article import violations
    from service.errors import OverclaimError
    from service.pb.overclaim.v1 import access_pb2, models_pb2, moderation_pb2, review_pb2
    from service.rpc import convert, desk_convert, policy_convert, wrapping

KINDS = [
    method.input_type
    for module in (moderation_pb2, review_pb2, access_pb2, models_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]

SEEDS = 6  # of each kind


def one(data: bytes) -> None:
    """Parse one message as the server does; the first byte chooses its kind."""
    if not data:
        return
    kind = KINDS[data[0] % len(KINDS)]
    try:
        message = GetMessageClass(kind).FromString(data[1:])
    except DecodeError:
        return
    again = type(message).FromString(message.SerializeToString(deterministic=True))
    if again.SerializeToString(deterministic=True) != message.SerializeToString(deterministic=True):
        raise AssertionError("what was written reads otherwise")
    list(wrapping._with_nul(message))
    try:
        converted(message)
    except OverclaimError:
        return


def converted(message: object) -> None:
    """Convert as the servicers do."""
    if isinstance(message, moderation_pb2.ScoreArticleRequest):
        list(violations(convert.article(message)))
    elif isinstance(message, review_pb2.SetPolicyRequest):
        policy_convert.read_policy(message.policy)
    elif isinstance(message, review_pb2.RecordDecisionRequest):
        desk_convert.read_ruling(message.ruling)


def seed(folder: Path) -> None:
    """Begin with messages of every kind."""
    from tests.hostile.mutation import Mutator  # noqa: PLC0415 - not to be instrumented

    folder.mkdir(parents=True, exist_ok=True)
    mutator = Mutator(random.Random(1))
    for number, kind in enumerate(KINDS):
        for turn in range(SEEDS):
            (folder / f"seed-{number:02}-{turn}").write_bytes(bytes((number,)) + mutator.message(kind))


def main() -> None:
    """Fuzz until told to stop."""
    folder = Path(sys.argv[1])
    seed(folder)
    atheris.Setup([sys.argv[0], str(folder), *sys.argv[2:], f"-artifact_prefix={folder}/found-"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
