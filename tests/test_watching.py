"""The dashboard and the alerts name what a server tells, and Prometheus's own tool takes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from service.rpc.exposing import Backlog, Roster
from service.rpc.metrics import Metrics
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.store.engine import Store

ALERTS, DASHBOARD = ROOT / "docs/watching/alerts.yaml", ROOT / "docs/watching/grafana.json"
PAGE = ROOT / "docs/watching.md"
NAME = re.compile(r"\boverclaim_[a-z_]+\b")
# What PromQL makes of names in labels' places: by (...), on (...), {label=...}.
LABELS = re.compile(r"(?:by|on) \(([a-z_, ]*)\)|([a-z_]+)=~?\"")
PROMETHEUS_ADDS = {"job", "instance"}
PROMTOOL = shutil.which("promtool")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [each for each in json.loads(DASHBOARD.read_text("utf-8"))["panels"] if each["type"] != "row"]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])


@pytest.fixture
def told(store: Store) -> set[str]:
    """The metrics that a server tells."""
    counted = Metrics()
    Roster(counted.registry)
    families = [*counted.registry.collect(), *Backlog(store, by_tenant=True).collect()]
    endings = {"counter": "_total", "gauge": "", "histogram": "_bucket"}
    return {family.name + endings[family.type] for family in families}


def test_every_metric_that_is_watched_is_one_that_a_server_tells_and_the_other_way_round(
    told: set[str],
) -> None:
    assert {name for expression in expressions() for name in NAME.findall(expression)} == told


def test_every_label_that_is_watched_by_is_one_of_ours_or_of_prometheus() -> None:
    ours = {"method", "code", "reason", "model", "verdict", "action", "state", "tenant", "le"}
    watched = {
        label.strip()
        for expression in expressions()
        for several, single in LABELS.findall(expression)
        for label in (several or single).split(",")
        if label.strip()
    }
    assert watched <= ours | PROMETHEUS_ADDS


def test_every_alert_and_every_metric_is_explained(told: set[str]) -> None:
    page = PAGE.read_text("utf-8")
    assert not [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in page]
    assert not [name for name in told if f"`{name.removesuffix('_bucket')}`" not in page]


def test_the_dashboards_panels_stand_beside_and_below_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    identities = [panel["id"] for panel in panels()]
    assert len(identities) == len(set(identities))


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: apt install prometheus)")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "docs/watching/alerts.yaml"),
        ("test", "rules", "tests/data/alerts_test.yaml"),
        ("check", "config", "docs/watching/prometheus.yaml"),
    ],
)
def test_prometheus_takes_the_files_and_its_alerts_fire_as_they_should(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([str(PROMTOOL), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: apt install prometheus)")
def test_prometheus_can_read_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {
            "record": f"panel:{panel['id']}:{target['refId']}",
            "expr": target["expr"].replace("$__rate_interval", "1m"),
        }
        for panel in panels()
        for target in panel["targets"]
    ]
    file = tmp_path / "dashboard.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
    done = subprocess.run(
        [str(PROMTOOL), "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout
