"""What the house promises of itself: its locks, its commands, its folders, its exceptions."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / ".ci/requirements-dev.lock"
SET_UP_AND_SERVE = ".ci/setup && .venv/bin/overclaim serve"
SET_UP_AND_TEST = ".ci/setup dev && .venv/bin/poe all"
LONGEST_MODULE = 300
SUPPRESSION = re.compile(r"#\s*(ruff: )?(noqa|type: ignore)\b")
REASONED = re.compile(r"#\s*(ruff: )?(noqa|type: ignore)\b\S*[^#]*( -|--|#) \w")

# The client's, and what stands beside it by its name: dot-files, the lock, the changelog, docs/.
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "docker-compose.yml", "proto", "service", "training", "tests"),
    *("requirements.lock", "CHANGELOG.md", "docs"),
}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def tracked() -> list[Path]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so nothing is tracked")
    names = listed.stdout.decode().split("\0")[:-1]
    return [Path(name) for name in names if (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and "pb" not in path.parts]


def required(*extras: str) -> dict[str, list[Requirement]]:
    """Gather by name what pyproject.toml asks for directly, following extras that name extras."""
    tables = project()["project"]
    wanted = list(tables["dependencies"])
    for extra in extras:
        wanted += tables["optional-dependencies"][extra]
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for requirement in map(Requirement, wanted):
        if requirement.name == tables["name"]:
            for name, requirements in required(*sorted(requirement.extras)).items():
                found[name] += requirements
        else:
            found[canonicalize_name(requirement.name)].append(requirement)
    return dict(found)


def locked(lock: Path) -> dict[str, list[tuple[Version, str]]]:
    """Read name -> versions, each with the lines that stand below it (digests, and who asked)."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for name, version, below in re.findall(
        r"^([\w.-]+)==([^\s;]+)[^\n]*\n((?:    .*\n?)*)", lock.read_text("utf-8"), flags=re.MULTILINE
    ):
        found[name].append((Version(version), below))
    return dict(found)


@pytest.mark.parametrize(("lock", "extra"), [(RUN_LOCK, "build"), (DEV_LOCK, "dev")])
def test_a_lock_holds_what_pyproject_asks_for_and_nothing_that_it_no_longer_does(
    lock: Path, extra: str
) -> None:
    asked, held = required(extra), locked(lock)
    for name, requirements in asked.items():
        for requirement in requirements:
            assert held.get(name), f"{name} is not in {lock.name}: run `poe lock`"
            for version, _ in held[name]:
                assert version in requirement.specifier, f"{name} {version}: run `poe lock`"
    direct = {name for name, versions in held.items() if "overclaim (pyproject.toml)" in versions[0][1]}
    assert direct == set(asked), "run `poe lock`"


def test_what_is_tested_is_what_is_run() -> None:
    run, dev = locked(RUN_LOCK), locked(DEV_LOCK)
    versions = {name: {version for version, _ in held} for name, held in dev.items()}
    assert all({version for version, _ in held} == versions[name] for name, held in run.items())


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK])
def test_a_lock_holds_a_digest_for_everything_and_names_no_host(lock: Path) -> None:
    assert all("--hash=sha256:" in below for held in locked(lock).values() for _, below in held)
    assert not re.search(r"://|index-url|find-links|\.(org|com|io|net)\b", lock.read_text("utf-8"))


def test_no_lock_that_names_an_index_is_tracked() -> None:
    assert Path("uv.lock") not in tracked()


def test_the_top_level_is_the_clients() -> None:
    assert {path.parts[0] for path in tracked() if not path.parts[0].startswith(".")} <= TOP_LEVEL


def test_the_readmes_two_commands_are_those_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert SET_UP_AND_SERVE in readme
    assert SET_UP_AND_TEST in readme
    assert SET_UP_AND_TEST in (ROOT / ".ci/run").read_text("utf-8")


def test_every_poe_task_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"\bpoe ([a-z]+)\b", (ROOT / "README.md").read_text("utf-8")))
    assert named <= set(project()["tool"]["poe"]["tasks"])


@pytest.mark.parametrize("script", ["run", "setup", "lock", "sbom"])
def test_the_scripts_are_valid_and_can_be_executed(script: str) -> None:
    path = ROOT / ".ci" / script
    assert path.stat().st_mode & 0o100
    subprocess.run(["/bin/bash", "-n", str(path)], check=True)


def test_every_suppression_gives_its_reason() -> None:
    """On its line, or in the comment above it (which may stand for several lines)."""
    silent = []
    for path in modules():
        told = False
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1):
            if not SUPPRESSION.search(line):
                told = bool(re.match(r"\s*#", line))
            elif not told and not REASONED.search(line):
                silent.append(f"{path}:{number}")
    assert not silent


def test_every_rule_that_is_ignored_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-type-checking]")]
    ignored = re.findall(r'^    "[A-Z]+\d*",.*$', ruff, flags=re.MULTILINE)
    assert ignored
    assert not [line for line in ignored if "# " not in line]


def test_no_module_has_two_subjects() -> None:
    long = {
        str(path): lines
        for path in modules()
        if path.parts[0] in {"service", "training"}
        and (lines := len((ROOT / path).read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_every_module_of_the_service_has_its_place_in_the_import_contracts() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    placed = {
        name.strip("() ")
        for contract in contracts
        if contract["type"] == "layers"
        for layer in contract["layers"]
        for name in layer.split("|")
    }
    parts = {path.parts[1].removesuffix(".py") for path in modules() if path.parts[0] == "service"}
    assert parts - {"__init__"} <= placed


def test_pre_commit_fetches_nothing() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]


def test_the_composed_service_is_locked_unprivileged_and_rightly_set() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    service = compose["services"]["service"]
    build = (ROOT / service["build"]["dockerfile"]).read_text("utf-8")
    assert "--require-hashes -r requirements.lock" in build
    assert re.search(r"^USER [1-9]\d*", build, flags=re.MULTILINE)
    assert "COPY training" not in build
    assert Settings.read(service["environment"]).insecure_listen
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert set(service["depends_on"]) <= set(compose["services"])


def test_the_changelog_keeps_its_form() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
