"""How a studio is, written down every hour."""

from datetime import timedelta

import pytest
from tests.control.conftest import STUDIO_ID, Stage

from greenroom.control import health
from greenroom.control.loop import Group, Loop
from greenroom.store import health as samples
from greenroom.store import work
from greenroom.studio.health import KEPT, Sample
from greenroom.volumes.base import VolumesError


@pytest.fixture
def loop(stage: Stage) -> Loop:
    """The loop that samples, due now."""
    with stage.database.write() as connection:
        work.schedule(connection, health.WORK, "house", stage.clock())
    return Loop(stage.database, [Group("health", {health.WORK: health.HealthSteps(stage.world)}, 1)], clock=stage.clock)


def taken(stage: Stage) -> list[Sample]:
    with stage.database.read() as connection:
        return samples.samples(connection, STUDIO_ID, stage.clock() - 2 * KEPT)


def test_a_sample_is_taken_now_and_at_every_full_hour_and_goes_after_a_season(
    stage: Stage, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop.run_due()
    (first,) = taken(stage)
    assert first.space_free is not None
    assert first.vault_up
    stage.clock.now = stage.clock().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    loop.run_due()
    assert [each.sampled_at for each in taken(stage)] == [first.sampled_at, stage.clock()]

    def silent() -> None:
        raise VolumesError("The storage is away.")

    monkeypatch.setattr(stage.world.volumes, "space", silent)
    stage.clock.advance(KEPT)
    loop.run_due()
    *_, last = taken(stage)
    assert [each.sampled_at for each in taken(stage)] == [stage.clock() - KEPT, stage.clock()]
    assert last.space_free is None
