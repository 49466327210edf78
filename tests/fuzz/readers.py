"""Atheris on the readers of text: whatever is read, every promise of a document holds, in bounded time.

`python -m tests.fuzz.readers FOLDER -max_total_time=600`; `poe fuzz` runs it. Findings are left in FOLDER.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service.classifier"]):
    from service.classifier.text.document import read
    from service.classifier.text.language import undetermined
    from service.classifier.text.markup import Format

FORMATS = tuple(Format)
SLOW = 2.0  # seconds of processor time for at most 4 KiB


def one(data: bytes) -> None:
    """Read one body; the first byte chooses the format."""
    if not data:
        return
    body = data[1:].decode("utf-8", "replace").replace("\0", "\ufffd")
    began = time.thread_time()
    document = read(body, FORMATS[data[0] % len(FORMATS)])
    undetermined(document)
    if time.thread_time() - began > SLOW:
        raise AssertionError("too slow")
    before = 0
    for sentence in document.sentences:
        offsets = list(sentence.offsets)
        held = (
            before <= sentence.start < sentence.end <= len(body)
            and sentence.text == body[sentence.start : sentence.end]
            and len(offsets) == len(sentence.prose) + 1
            and offsets == sorted(offsets)
            and (offsets[0], offsets[-1]) == (sentence.start, sentence.end)
            and sentence.prose == sentence.prose.strip() != ""
            and "\n" not in sentence.prose
        )
        if not held:
            raise AssertionError(f"a promise is broken by {body!r}")
        before = sentence.end


def seed(folder: Path) -> None:
    """Begin with what the tests know to be odd."""
    from tests.hostile.injections import ALL  # noqa: PLC0415 - not to be instrumented
    from tests.test_document import PIECES  # noqa: PLC0415 - as above
    from tests.test_markup import HOSTILE  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate((*PIECES, *HOSTILE, *ALL.values())):
        for form in range(len(FORMATS)):
            name = folder / f"seed-{number:03}-{form}"
            name.write_bytes(bytes((form,)) + text.encode("utf-8", "replace") * 3)


def main() -> None:
    """Fuzz until told to stop."""
    folder = Path(sys.argv[1])
    seed(folder)
    atheris.Setup(
        [sys.argv[0], str(folder), *sys.argv[2:], "-max_len=4096", f"-artifact_prefix={folder}/found-"], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
