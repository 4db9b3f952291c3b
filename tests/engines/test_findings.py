"""What doctor is told of the local engine."""

from pathlib import Path

import pytest
from tests.support import require

from greenroom.engines.findings import Finding, State
from greenroom.engines.local import findings


def part(found: list[Finding], name: str) -> Finding:
    return next(finding for finding in found if name in finding.part)


def test_every_part_is_told_and_what_is_not_ok_has_a_remedy() -> None:
    found = findings()
    assert [finding.part for finding in found] == [
        "sessions (bubblewrap)",
        "a host user for each session",
        "freezing for snapshots",
        "limits of sessions",
        "network of sessions",
        "filter of system calls",
    ]
    assert all(finding.meaning for finding in found)
    assert all(finding.remedy for finding in found if finding.state is not State.OK)


def test_bubblewrap_that_works_is_ok() -> None:
    require("bwrap")
    assert part(findings(), "bubblewrap").state is State.OK


def test_missing_bubblewrap_is_told_with_its_package() -> None:
    finding = part(findings("no-such-bwrap"), "bubblewrap")
    assert (finding.state, finding.remedy) == (State.MISSING, "apt install bubblewrap")


def test_a_bubblewrap_that_may_not_make_namespaces_is_told_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("greenroom.engines.findings._NOBODY", None)  # who could not walk to it
    finding = part(findings(str(program)), "bubblewrap")
    assert finding.state is State.MISSING
    assert "setting up uid map: Permission denied" in finding.meaning
    assert "sysctl" in finding.remedy


def test_findings_leave_no_control_groups() -> None:
    findings()
    root = Path("/sys/fs/cgroup")
    left = [path for depth in ("greenroom", "*/greenroom") for path in root.glob(f"{depth}/probe-*")]
    assert left == []
