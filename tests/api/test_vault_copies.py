"""How further vaults fare, as the API tells it."""

from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup
from tests.support import START

from greenroom.access.principals import Principal
from greenroom.store import backups, copies
from greenroom.studio.copies import copied, failing
from greenroom.wire import additions, errors
from greenroom.wire import vault_copies as wire


def listed(api: Api, *, by: Principal | None = None) -> list[wire.VaultCopies]:
    request = wire.ListVaultCopiesRequest(studio_id=STUDIO_ID)
    return api.call(request, wire.ListVaultCopiesResponse, by=by).vaults


def test_an_administrator_sees_what_is_where_and_what_fails(api: Api) -> None:
    here, not_yet = (make_backup(api.add_session()) for _ in range(2))
    with api.database.write() as connection:
        for backup in (here, not_yet):
            backups.insert(connection, backup)
        copies.add(connection, "restic:/far", {here.backup_id}, START)
        copies.put_state(connection, failing(copied(None, "restic:/far", START), "restic:/far", "It is full.", START))
    (vault,) = listed(api)
    assert (vault.vault, vault.copied, vault.missing) == ("restic:/far", 1, 1)
    assert (vault.copied_at, vault.failing_since, vault.message) == (START, START, "It is full.")
    request = additions.GetStreamingSessionBackupDetailsRequest(studio_id=STUDIO_ID, backup_id=here.backup_id)
    details = api.call(request, additions.GetStreamingSessionBackupDetailsResponse).details
    assert details is not None
    assert details.copies == [wire.BackupCopy(vault="restic:/far", copied_at=START)]


def test_without_further_vaults_there_are_none(api: Api) -> None:
    assert listed(api) == []


def test_it_is_for_administrators(api: Api) -> None:
    with refused(errors.AccessDeniedException):
        listed(api, by=api.stranger)
