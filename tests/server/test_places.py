"""Which disks a studio lies on."""

from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from greenroom.server.places import SpaceMetrics, places
from greenroom.server.settings import Settings


def test_what_lies_on_one_disk_is_told_once(tmp_path: Path) -> None:
    assert places(Settings.load(tmp_path / "not" / "yet", {})) == {"data": tmp_path}


def test_what_the_settings_put_on_other_disks_is_told_beside(tmp_path: Path) -> None:
    elsewhere = Path("/proc")  # a file system of its own, whatever machine this is
    settings = {"GREENROOM_VAULT": f"restic:{elsewhere / 'vault'}", "GREENROOM_DATABASE": "postgresql://db/studio"}
    loaded = Settings.load(tmp_path, settings)
    assert places(loaded) == {"data": tmp_path, "vault": elsewhere}
    registry = CollectorRegistry()
    registry.register(SpaceMetrics(loaded))
    told = generate_latest(registry).decode()
    assert 'greenroom_free_bytes{place="data"}' in told
    assert 'greenroom_free_bytes{place="vault"}' in told
