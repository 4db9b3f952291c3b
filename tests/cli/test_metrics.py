"""The alert rules are a rule file, and speak of metrics that there are."""

import re
from importlib.resources import files
from pathlib import Path

import yaml
from typer.testing import CliRunner

from greenroom.cli.main import app
from greenroom.server import metrics
from greenroom.server.house import utc_now
from greenroom.server.places import SpaceMetrics
from greenroom.server.settings import Settings
from greenroom.store.database import Database


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


def test_every_rule_asks_for_metrics_that_a_scrape_has(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'greenroom.db'}")
    database.migrate()
    server = metrics.Metrics()
    server.watch(database, utc_now)
    server.registry.register(SpaceMetrics(Settings.load(tmp_path, {})))
    scraped = server.text().decode()
    database.close()
    exported = set(re.findall(r"^# TYPE (\w+) ", scraped, re.MULTILINE))
    document = yaml.safe_load((files("greenroom.server") / "alert_rules.yml").read_text())
    for rule in document["groups"][0]["rules"]:
        asked = set(re.findall(r"greenroom_\w+", rule["expr"]))
        assert asked <= exported, rule
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert asked or "up{" in rule["expr"]
