"""What can go wrong with a whole job; what is wrong with one line is a row of errors.jsonl."""

from __future__ import annotations

from service.errors import OverclaimError


class BadArchive(OverclaimError):  # noqa: N818 - the house's errors are facts
    """The user's fault: an input cannot be read as an archive; nothing was scored."""

    reason = "BAD_ARCHIVE"


class AnotherJob(OverclaimError):  # noqa: N818 - the house's errors are facts
    """The user's fault: the folder holds another job's rows; name another, or ask for the same again."""

    reason = "ANOTHER_JOB"


class InputChanged(OverclaimError):  # noqa: N818 - the house's errors are facts
    """The user's fault: an input was written to after the job began, so old rows and new would not fit."""

    reason = "INPUT_CHANGED"


class EngineFailed(OverclaimError):  # noqa: N818 - the house's errors are facts
    """What computes has gone or cannot be reached. What was done is kept: the same command goes on."""

    reason = "ENGINE_FAILED"
