"""Writes a fitted model as an artifact directory, and reads one back for measuring."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import joblib
import numpy as np
import sklearn

from service.classifier import artifact, signs
from service.classifier.compiled import Compiled
from service.classifier.selftest import Expected
from service.classifier.text.document import read
from service.classifier.text.markup import Format
from service.classifier.text.normalise import fold
from service.errors import ArtifactError
from training.compiling import compiled
from training.evaluation import plain
from training.fitted import predict
from training.selftest import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from service.classifier.compiled import Tables
    from service.classifier.model import Classifier
    from training.evaluation import Evaluation
    from training.examples import LabelledArticle
    from training.fitted import FittedModel
    from training.predictions import Prediction

# Of zlib: the middle level is within 2 % of the smallest, in a third of the time.
COMPRESSION: Final = 6


class ModelError(Exception):
    """A directory that is no model, or one that cannot be written to; the message tells which."""


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model read back, to be measured."""

    classifier: Classifier

    def predict(self, articles: Sequence[LabelledArticle]) -> list[Prediction]:
        """Predict each article, in order."""
        return predict(self.classifier.compiled, self.classifier.biases, articles)


def load(directory: Path) -> SavedModel:
    """Read a model that `save` wrote. Raises ModelError."""
    try:
        return SavedModel(artifact.load(directory))
    except ArtifactError as error:
        raise ModelError(str(error)) from error


def save(
    model: FittedModel,
    directory: Path,
    *,
    evaluation: Evaluation,
    card: str = "",
    key: Ed25519PrivateKey | None = None,
) -> str:
    """Write an artifact, whole or not at all; give its version: the evaluated name and the weights' digest.

    The directory must not exist, since what is published is never changed. Raises ModelError.
    """
    figures = plain(evaluation)
    tables = compiled(model.pipeline)
    scorer = Compiled(tables)
    files = {
        artifact.WEIGHTS: _weights(tables),
        artifact.MODEL: _json(
            {
                "signs": signs.NAMES,
                "label_bias": model.biases.label.tolist(),
                "alone_bias": model.biases.alone.tolist(),
            }
        ),
        artifact.SELF_TEST: _json([expected.to_json() for expected in _expected(scorer)]),
        artifact.PIPELINE: _pickled(model),
        artifact.CARD: card.encode(),
    }
    version = f"{evaluation.model}+{hashlib.sha256(files[artifact.WEIGHTS]).hexdigest()[:12]}"
    files[artifact.MANIFEST] = _json(
        {
            "form": artifact.FORM,
            "version": version,
            "labels": ["overstated", "hedged", "neutral"],
            "scikit-learn": sklearn.__version__,
            "corpus": figures["corpus"],
            "measures": figures["measures"],
            "operating_points": [each for each in figures["operating_points"] if each["point"]],
            "files": {
                name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
            },
        }
    )
    if key is not None:
        files[artifact.SIGNATURE] = key.sign(files[artifact.MANIFEST])
    with _published(directory) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)
    return version


def sync(path: Path) -> None:
    """Have a file, or what a folder lists, reach the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _published(directory: Path) -> Iterator[Path]:
    """Give a folder to write in, and rename it to `directory` once everything in it has reached the disk."""
    if directory.exists():
        raise ModelError(f"{directory} exists; a model is written once, under a name of its own")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}."))
        try:
            folder.chmod(0o755)
            yield folder
            for path in (*folder.iterdir(), folder):
                sync(path)
            folder.rename(directory)
            sync(directory.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        raise ModelError(f"{directory}: {error.strerror}") from error


def _weights(tables: Tables) -> bytes:
    arrays: dict[str, Any] = {
        "terms": np.frombuffer("\n".join(tables.terms).encode(), dtype=np.uint8),
        "term_weights": tables.term_weights,
        "word_categories": tables.word_categories,
        "word_page": tables.word_page,
        "sign_weights": tables.sign_weights,
        "sign_categories": tables.sign_categories,
        "intercept": tables.intercept,
        "category_intercept": tables.category_intercept,
    }
    for step in ("surroundings", "verdict", "severity"):
        linear = getattr(tables, step)
        arrays |= {f"{step}_weights": linear.weights, f"{step}_intercept": linear.intercept}
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()


def _pickled(model: FittedModel) -> bytes:
    written = io.BytesIO()
    joblib.dump(model.pipeline, written, compress=COMPRESSION)
    return written.getvalue()


def _expected(scorer: Compiled) -> Iterator[Expected]:
    for text in TEXTS:
        sentences = tuple(sentence.prose for sentence in read(text.body, Format.PLAIN).sentences)
        title = fold(text.title).text
        yield Expected(title, sentences, scorer.predict(sentences, title=title))


def _json(value: Any) -> bytes:  # noqa: ANN401 - JSON's values have no narrower type
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
