"""Clean twins, of our own writing: what hostile texts are made from and compared with."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from typing import Final

from service.pb.overclaim.v1 import moderation_pb2 as pb
from tests.small import CORPUS

CLEAN: Final = """Stem cell injections for painful knees

Our clinic offers injections of stem cells for painful knees. The treatment repairs cartilage and cures arthritis in \
every patient. It is completely safe and has no side effects.

Two small trials suggest that it may ease pain in some patients. Larger trials are needed before anyone can \
be sure.

Appointments can be made by telephone on any working day."""
CLAIM: Final = (
    "The treatment repairs cartilage and cures arthritis in every patient. "
    "It is completely safe and has no side effects."
)
DULL: Final = (
    "Appointments can be made by telephone on any working day. The clinic opens at nine in the morning. "
)
_LIST_MARK = re.compile(r"^(?:[^\w\s\"'“‘(\[$£€]+|\(?\w{1,3}[.)])\s+")
_PARAGRAPH = 4


def request(body: str, format: pb.Format.ValueType = pb.FORMAT_PLAIN) -> pb.ScoreArticleRequest:  # noqa: A002 - the contract's word
    """Ask for a body to be scored."""
    return pb.ScoreArticleRequest(article=pb.Article(body=body, format=format))


def as_html(text: str) -> str:
    """Write plain paragraphs as HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in escaped.split("\n\n"))


def as_markdown(text: str) -> str:
    """Write plain paragraphs as Markdown in which nothing stands for anything else."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


@cache
def corpus() -> tuple[str, ...]:
    """Give every article of the embedded corpus as paragraphs of plain text, in an order drawn once."""
    texts = []
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            if article["genre"] != "contrast":
                sentences = [_LIST_MARK.sub("", each["text"]) for each in article["sentences"]]
                paragraphs = [
                    " ".join(sentences[start : start + _PARAGRAPH])
                    for start in range(0, len(sentences), _PARAGRAPH)
                ]
                texts.append("\n\n".join(paragraphs))
    random.Random(5).shuffle(texts)
    return tuple(texts)
