"""An artist's day in a browser, with real sessions, volumes and a real vault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.portal.effects import end_sign_ins
from tests.portal.flows import join, profile_name, run_flow
from tests.running import Studio
from tests.server.simulated import house_of
from tests.support import require

from greenroom.server.founding import add_user


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Studio]:
    """A studio that serves."""
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path / "data", {"GREENROOM_STOP_GRACE": "1s"})
    try:
        yield studio.found().serve()
    finally:
        studio.close()


def newcomer(studio: Studio, name: str) -> dict[str, str]:
    """A plain user who may launch from the studio's launch profile, and how they sign in."""
    with house_of(studio) as house:
        user = add_user(house, name, administrator=False)
    join(studio, user.principal_id)
    return {"userName": name, "password": user.password}


def test_an_artist_launches_stops_finds_the_backup_and_goes_back_to_it(served: Studio) -> None:
    client = served.client()
    vault = served.data / "vault"
    elsewhere = served.data / "vault-elsewhere"
    port = served.endpoint.rsplit(":", 1)[1]

    def inside(session_id: str, command: str) -> str:
        return served.execute(session_id, "sh", "-c", command).stdout.decode()

    def overwritten(session_id: str, text: str) -> None:
        served.start_session(client, session_id)
        inside(session_id, f"echo {text} > shot.txt")
        served.stop_session(client, session_id)

    answers = {
        "write": lambda session_id, text: inside(session_id, f"echo {text} > shot.txt"),
        "overwrite": overwritten,
        "content": lambda session_id: inside(session_id, "cat shot.txt"),
        "end-sign-in": lambda: end_sign_ins(served, "mia"),
        "take-vault": lambda: vault.rename(elsewhere) and None,
        "bring-vault": lambda: elsewhere.rename(vault) and None,
        "stop-server": lambda: served.terminate(),
        "start-server": lambda: served.serve(port) and None,
    }
    studio = {
        "endpoint": served.endpoint,
        "artist": newcomer(served, "mia"),
        "profile": profile_name(client, served),
    }
    run_flow("artist", studio, answers)
