"""The native form and the Python one give the same sums for any text, and neither is harmed by one."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.classifier import artifact, flat, signs, weighing
from service.classifier.lexicon import FAMILIES
from service.classifier.weighing import Form, Weigher
from service.classifier.words import WORD
from tests.small import BUNDLED, HOSTILE, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.classifier.native import NativeWeigher
    from service.classifier.weights import Weights
    from tests.promises import Promised

native = pytest.importorskip(
    "service.classifier.native", reason="there is no C compiler", exc_type=ImportError
)

ROOT = Path(__file__).parents[1]
WITHIN = 1e-9

entries = st.sampled_from(sorted({entry.replace("*", "x") for held in FAMILIES.values() for entry in held}))
pieces = (
    entries
    | st.sampled_from(
        (*"aZ'9.,:;!?%$\"()=-_@ \n\u00e9\u0663\u0130\u212a\u00a0", "how do ", "HOW does", "1,2.3", "n't")
    )
    | st.sampled_from(
        (
            "- ",
            "1) ",
            "et al",
            "ET AL.",
            "[1]",
            "(2019)",
            "www.x",
            "HTTPS:",
            ".com",
            "50 PerCent",
            "p<.05",
            "n = 3",
        )
    )
)
texts = st.lists(pieces, max_size=25).map(" ".join) | st.lists(pieces, max_size=25).map("".join)
anything = texts | st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE)


@cache
def weights() -> Weights:
    return artifact.load(BUNDLED).compiled.weights


@cache
def both() -> tuple[Weigher, NativeWeigher]:
    return Weigher(weights()), native.NativeWeigher(weights())


def agree(written: Sequence[str]) -> float:
    """Hold the forms to one another; give how far apart they were."""
    python, compiled = both()
    furthest = 0.0
    for one, other in zip(python.weigh(written), compiled.weigh(written), strict=True):
        assert one.shape == other.shape
        assert np.isfinite(other).all()
        apart = float(np.abs(one - other).max(initial=0.0))
        assert apart <= WITHIN
        furthest = max(furthest, apart)
    return furthest


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler to build it")
def test_the_native_form_serves_where_there_is_a_compiler() -> None:
    assert weighing.form() is Form.NATIVE
    assert isinstance(weighing.weigher(weights()), native.NativeWeigher)


def test_the_python_form_serves_where_there_is_no_native_one_or_one_of_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weighing, "INTERFACE", native.INTERFACE + 1)
    assert isinstance(weighing.weigher(weights()), Weigher)
    monkeypatch.undo()
    monkeypatch.setattr(weighing, "native", None)
    assert weighing.form() is Form.PYTHON


def test_more_families_than_a_mask_has_bits_are_left_to_the_python_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flat, "BITS", len(FAMILIES) - 1)
    assert isinstance(weighing.weigher(weights()), Weigher)
    with pytest.raises(ValueError, match=f"{len(FAMILIES)} families of cues"):
        native.NativeWeigher(weights())


@pytest.mark.parametrize("families", [flat.BITS, flat.BITS + 1])
def test_a_last_family_that_has_the_last_bit_is_read_by_both_forms_and_one_more_by_python(
    tmp_path: Path, families: int
) -> None:
    """Add families to the one definition, each with a cue of its own, and read them in a new process."""
    shutil.copytree(ROOT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__"))
    new = {
        f"boost.new{letter}": (f"zorgl{letter}",) for letter in ascii_lowercase[: families - len(FAMILIES)]
    }
    with (tmp_path / "service/classifier/lexicon.py").open("a", encoding="utf-8") as lexicon:
        lexicon.write(f"FAMILIES = MappingProxyType({{**FAMILIES, **{new}}})\n")
    program = """
import sys
import numpy as np
from service.classifier import cues, native, signs, weighing
from service.classifier.weights import Weights
families, names = int(sys.argv[1]), sys.argv[2].split()
assert len(cues.FAMILY_NAMES) == families
one = np.ones((1, 3), np.float32)
weights = Weights(["prp"], one, one, np.eye(len(signs.NAMES)))
texts = [f"PRP may heal a zorgl{name[-1]}." for name in names]
forms = [weighing.Weigher(weights), weighing.weigher(weights)]
assert isinstance(forms[1], native.NativeWeigher) == (families <= 64)
one, other = (form.weigh(texts).signs for form in forms)
assert (one == other).all()
for number, name in enumerate(names):
    assert one[:, signs.NAMES.index(f"has {name}")].nonzero()[0].tolist() == [number]
"""
    command = [sys.executable, "-c", program, str(families), " ".join(new)]
    subprocess.run(command, cwd=tmp_path, check=True)


def test_both_forms_agree_on_the_corpus() -> None:
    written = [sentence.text for article in pages() for sentence in article.sentences]
    assert len(written) > 400
    agree(written)


def test_both_forms_agree_on_hostile_texts_together_and_alone() -> None:
    agree(HOSTILE)
    for text in HOSTILE:
        agree([text])
    agree([])
    agree([""])


@given(st.lists(anything, max_size=4))
@settings(max_examples=1_000, deadline=None)
def test_both_forms_agree_on_any_text(written: list[str]) -> None:
    agree(written)


def test_both_forms_cut_off_capitals_where_words_end() -> None:
    for text in ("foo-Bar", "FOO'S Bar", "1Abc _Def", "A-B C--D", "x'Y Z", "-A 'B"):
        agree([text, text + "\u00e9"])


def test_a_mark_of_the_tokenizer_is_known_to_the_native_form() -> None:
    marks = {chr(code) for code, mark in enumerate(flat.flatten(["a"]).marks) if mark}
    assert marks == {each for each in map(chr, range(128)) if WORD.fullmatch(each) and not each.isalnum()}


def test_a_rule_and_a_lexicon_of_tomorrow_are_followed(tmp_path: Path) -> None:
    """Add entries and a rule to the one definition: both forms must know them, in a new process."""
    lexicon, rules = (ROOT / "service/classifier" / name for name in ("lexicon.py", "rules.py"))
    shutil.copytree(ROOT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "service/classifier/lexicon.py").write_text(
        lexicon.read_text("utf-8").replace('"boost.hype": """', '"boost.hype": """zorgl*, frobni _ wug,'),
        "utf-8",
    )
    (tmp_path / "service/classifier/rules.py").write_text(
        rules.read_text("utf-8").replace(
            "    return rules\n", '    rules["new"] = Rule((THERAPY, HEDGE), CLAIM)\n    return rules\n'
        ),
        "utf-8",
    )
    program = """
import numpy as np
from service.classifier import native, signs, weighing
from service.classifier.weights import Weights
names = len(signs.NAMES)
weights = Weights(["prp"], np.ones((1, 3), np.float32), np.ones((1, 10), np.float32), np.eye(names))
texts = ["PRP may zorgling.", "frobni the wug", "frobni the", "PRP may heal"]
one, other = (form(weights).weigh(texts).signs for form in (weighing.Weigher, native.NativeWeigher))
assert (one == other).all()
assert one[:, signs.NAMES.index("has boost.hype")].tolist() == [1, 1, 0, 0]
assert one[:, signs.NAMES.index("new")].tolist() == [1, 0, 0, 0]
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_threads_that_weigh_at_once_do_not_mix_their_texts() -> None:
    _, compiled = both()
    written = [[sentence.text for sentence in article.sentences] for article in pages()[:8]]
    alone = [compiled.weigh(each).signs for each in written]
    wrong: list[int] = []

    def weigh(number: int) -> None:
        again = (compiled.weigh(written[number]).signs for _ in range(30))
        wrong.extend(number for signs in again if not np.array_equal(signs, alone[number]))

    threads = [threading.Thread(target=weigh, args=(number,)) for number in range(len(written))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.promise
def test_both_forms_agree_on_a_million_random_texts(promised: Promised) -> None:
    rng = random.Random(20261124)
    words = [word for article in pages() for sentence in article.sentences for word in sentence.text.split()]
    letters = "aA bB'\".,:;!?()%0123 9-=<>pn@#\u00e9\u0663\u2022\u0130\n\u017f\u212a\U0001f9ec\ud800"
    read, furthest = 0, 0.0
    for _ in range(1_000):
        written: list[str] = []
        for _ in range(500):
            torn = rng.sample(words, rng.randint(1, 14))
            torn.insert(rng.randrange(len(torn)), "".join(rng.choices(letters, k=rng.randint(0, 5))))
            written += ["".join(rng.choices(letters, k=rng.randint(0, 40))), " ".join(torn)]
        furthest = max(furthest, agree(written))
        read += len(written)
    promised("random texts read by both forms of the scorer", read, at_least=1_000_000)
    promised("how far the forms of the scorer are apart on them", furthest, at_most=WITHIN)


def test_signs_are_read_by_the_python_form_as_they_are_explained() -> None:
    python, _ = both()
    for text in HOSTILE:
        found = np.zeros(len(signs.NAMES))
        for position, value in signs.of(text).items():
            found[position] = value
        assert np.allclose(python.weigh([text]).signs[0], found @ weights().sign_weights)
