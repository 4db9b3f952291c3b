"""What a backup holds: who may look, and when."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.api.calling import Api, NothingKept, refused
from tests.records import STUDIO_ID, make_backup
from tests.support import START

from greenroom.access.principals import Principal
from greenroom.api.backup_files import FILES_PER_PAGE
from greenroom.api.contents import Entry
from greenroom.store import backups
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.errors import Unavailable
from greenroom.studio.status import SessionState
from greenroom.wire import backup_files as wire
from greenroom.wire import errors


class Numbered(NothingKept):
    """Backups whose every directory holds files of these names."""

    names = tuple(f"{number:05}" for number in range(2 * FILES_PER_PAGE + 1))

    def page(self, backup: StreamingSessionBackup, directory: str, after: str, limit: int) -> Sequence[Entry]:
        """Those after a name."""
        names = [name for name in self.names if name > after][:limit]
        return [Entry(name, "file", 1, 0o100644, START) for name in names]


@pytest.fixture
def backup(api: Api) -> StreamingSessionBackup:
    """A READY backup of the artist's."""
    api.house = replace(api.house, contents=Numbered())
    return add(api)


def add(api: Api, **members: object) -> StreamingSessionBackup:
    made = make_backup(api.add_session(), **members)
    with api.database.write() as connection:
        backups.insert(connection, made)
    return made


def files(
    api: Api, backup_id: str, *, by: Principal | None = None, **members: str | None
) -> wire.ListStreamingSessionBackupFilesResponse:
    request = wire.ListStreamingSessionBackupFilesRequest(studio_id=STUDIO_ID, backup_id=backup_id, **members)
    return api.call(request, wire.ListStreamingSessionBackupFilesResponse, by=by)


def test_pages_follow_one_another_and_a_token_is_of_one_directory(api: Api, backup: StreamingSessionBackup) -> None:
    names, token = list[str](), None
    while True:
        page = files(api, backup.backup_id, by=api.artist, next_token=token)
        names += [file.name for file in page.files]
        token = page.next_token
        if token is None:
            break
        with refused(errors.ValidationException):
            files(api, backup.backup_id, by=api.artist, next_token=token, path="elsewhere")
    assert tuple(names) == Numbered.names


def test_the_owner_and_administrators_may_look_and_nobody_else(api: Api, backup: StreamingSessionBackup) -> None:
    assert files(api, backup.backup_id, by=api.artist).files == files(api, backup.backup_id).files
    messages = set()
    for backup_id in (backup.backup_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            files(api, backup_id, by=api.stranger)
        messages.add(caught.value.message.replace(backup_id, "ID"))
    assert len(messages) == 1


@pytest.mark.parametrize(
    "state", [SessionState.CREATE_IN_PROGRESS, SessionState.CREATE_FAILED, SessionState.DELETE_IN_PROGRESS]
)
def test_only_a_ready_backup_is_looked_into(api: Api, state: SessionState) -> None:
    with refused(errors.ConflictException, state):
        files(api, add(api, state=state).backup_id)


def test_a_vault_that_is_away_is_told_as_such(api: Api, backup: StreamingSessionBackup) -> None:
    class Away(NothingKept):
        def page(self, *_arguments: object) -> Sequence[Entry]:
            raise Unavailable("the vault cannot be reached", code="VAULT_UNAVAILABLE")

    api.house = replace(api.house, contents=Away())
    with refused(errors.InternalServerErrorException, "VAULT_UNAVAILABLE"):
        files(api, backup.backup_id)
