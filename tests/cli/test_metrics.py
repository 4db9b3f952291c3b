"""The alert rules are a rule file, and speak of metrics that there are."""

import re
from importlib.resources import files
from pathlib import Path

import yaml
from typer.testing import CliRunner

from greenroom.cli.main import app
from greenroom.server import metrics, record_metrics

NAMES = {
    name
    for module in (metrics, record_metrics)
    for name in re.findall(r'"(greenroom_\w+)"', Path(str(module.__file__)).read_text())
}


def test_the_command_prints_the_file() -> None:
    printed = CliRunner().invoke(app, ["metrics", "rules"])
    assert printed.exit_code == 0
    assert printed.stdout == (files("greenroom.server") / "alert_rules.yml").read_text()


def test_every_rule_is_one_that_prometheus_takes() -> None:
    document = yaml.safe_load((files("greenroom.server") / "alert_rules.yml").read_text())
    (group,) = document["groups"]
    assert set(group) == {"name", "rules"}
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names))
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert re.fullmatch(r"Greenroom[A-Za-z]+", rule["alert"])
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "1m"))
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"]


def test_every_rule_asks_for_metrics_that_there_are() -> None:
    document = yaml.safe_load((files("greenroom.server") / "alert_rules.yml").read_text())
    for rule in document["groups"][0]["rules"]:
        asked = {name.removesuffix("_total") for name in re.findall(r"greenroom_\w+", rule["expr"])}
        assert asked <= NAMES, rule
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert asked or "up{" in rule["expr"]
