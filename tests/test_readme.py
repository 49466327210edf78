"""The README tells what is so: its commands, its calls, what it shows, where it points."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.__main__ import main as overclaim
from tests.conftest import free_port
from tests.test_main import serving
from training.__main__ import main as train

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DEFAULT = "127.0.0.1:8423"
BUF = str(Path(sys.executable).with_name("buf"))


def block(name: str) -> str:
    """Give the code between two markers."""
    found: list[str] = re.findall(rf"<!-- {name} -->\n```\w+\n(.*?)```\n<!-- /{name} -->", README, re.DOTALL)
    return found[0]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a server listens that was started as the README says."""
    port = free_port()
    with serving(port):
        yield f"127.0.0.1:{port}"


def test_the_first_call_in_python_works(address: str) -> None:
    code = block("python")
    assert DEFAULT in code
    command = [sys.executable, "-c", code.replace(DEFAULT, address)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.match(r"overstated [123]\noverstated \w+ 0\.\d+\n.*\[", done.stdout)


def test_the_generic_call_is_one_that_reflection_answers(address: str) -> None:
    words = shlex.split(block("grpc"))
    data, target, method = words[words.index("-d") + 1], words[-2], words[-1]
    assert words[:2] == ["grpcurl", "-plaintext"]
    assert target == DEFAULT
    # grpcurl is no package that Python could install; buf asks by the same reflection.
    url = f"http://{address}/{method}"
    command = [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-d", data, url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"]["verdict"] == "VERDICT_OVERSTATED"


def test_what_it_shows_is_what_the_code_says() -> None:
    command = [sys.executable, str(ROOT / ".ci/readme"), "fresh"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_commands_and_flags_that_it_names_exist(capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    named = re.findall(
        r"\.venv/bin/(overclaim|overclaim-train) ([\w-]+)([^\n]*)", "\n".join(lines).replace("\\\n", "")
    )
    assert {"serve", "fit", "evaluate", "card"} <= {command for _, command, _ in named}
    for program, command, rest in named:
        with pytest.raises(SystemExit, match="0"):
            (overclaim if program == "overclaim" else train)([command, "--help"])
        told = capsys.readouterr().out
        assert all(flag in told for flag in re.findall(r" (--[\w-]+)", rest))


def test_every_path_that_it_names_is_there() -> None:
    tree = re.search(r"```\n(proto/ .*?)```", README, re.DOTALL)
    assert tree
    folder = Path()
    for indent, name in re.findall(r"^( *)(\S+)", tree[1], flags=re.MULTILINE):
        folder = folder if indent else Path(name)
        assert (ROOT / (folder / name if indent else name)).exists(), name
    for path in re.findall(r"`((?:proto|service|training|docs|\.ci)/[\w./-]+)`", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(((?!http)[^)]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_example_is_checked_as_its_name_says(capsys: pytest.CaptureFixture[str]) -> None:
    examples = sorted(str(path) for path in (ROOT / "docs/examples").iterdir())
    overclaim(["check", "--format", "json", *examples])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    verdicts = {Path(each["path"]).name: each["verdict"] for each in found}
    assert verdicts == {"hair.html": "overstated", "heart.txt": "hedged", "knees.md": "overstated"}
