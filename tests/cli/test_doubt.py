"""A command that finds damage has the server look at everything, and one that was mistyped does not."""

from tests.records import make_backup, make_session
from tests.running import Studio
from tests.support import START

from greenroom.cli.doubt import raise_doubt
from greenroom.server.house import open_house
from greenroom.server.settings import Settings
from greenroom.store import backups, events, sessions
from greenroom.studio.events import VAULT_DAMAGED
from greenroom.studio.status import SessionState as State


def test_only_a_backup_that_says_ready_puts_the_others_into_doubt(nowhere: Studio) -> None:
    nowhere.environment = {"GREENROOM_ENGINE": "simulated"}
    nowhere.found()
    session = make_session(state=State.STOPPED)
    ready = make_backup(session, state=State.READY, verified_at=START)
    with open_house(Settings.load(nowhere.data)) as house:
        with house.database.write() as connection:
            sessions.insert(connection, session)
            backups.insert(connection, ready)
        raise_doubt(nowhere.data, ["nosuch"], "why")
        with house.database.read() as connection:
            assert events.newest_at(connection, VAULT_DAMAGED) is None
        raise_doubt(nowhere.data, ["nosuch", ready.backup_id], "why")
        with house.database.read() as connection:
            assert events.newest_at(connection, VAULT_DAMAGED) is not None
