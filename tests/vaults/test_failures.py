"""What restic's words mean. The words are those of restic 0.14 and, where they differ, of later versions."""

import pytest

from greenroom.vaults.base import (
    BackupBrokenError,
    BackupMissingError,
    VaultError,
    VaultFullError,
    VaultLockedError,
    VaultPasswordError,
    VaultUnavailableError,
)
from greenroom.vaults.failures import failure, unreadable

LOCKED = (
    "unable to create lock in backend: repository is already locked by PID 4711 on studio by root (UID 0, GID 0)",
    "lock was created at 2023-01-31 09:30:00 (1m2s ago)",
    "storage ID 07b47257",
    "the `unlock` command can be used to remove stale locks",
)
GONE = (
    "Fatal: unable to open config file: stat /srv/vault/config: no such file or directory",
    "Is there a repository at the following location?",
    "/srv/vault",
)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (1, LOCKED, VaultLockedError),
        (11, ("Fatal: something new about a lock",), VaultLockedError),
        (1, ("Fatal: wrong password or no key found",), VaultPasswordError),
        (12, ("Fatal: in other words",), VaultPasswordError),
        (1, GONE, VaultUnavailableError),
        (10, ("Fatal: in other words",), VaultUnavailableError),
        (
            1,
            ("Fatal: unable to open config file: dial tcp 10.0.0.1:443: connect: connection refused",),
            VaultUnavailableError,
        ),
        (
            1,
            ("ssh: connect to host nas port 22: No route to host", "Fatal: unable to start the sftp session: EOF"),
            VaultUnavailableError,
        ),
        (1, ("user@nas: Permission denied (publickey).", "Fatal: EOF"), VaultUnavailableError),
        (
            1,
            ("Save(<data/08>) returned error, retrying after 1s: write /srv/x: no space left on device",),
            VaultFullError,
        ),
        (1, ("Fatal: server response unexpected: 507 Insufficient Storage",), VaultFullError),
        (1, ('Fatal: no matching ID found for prefix "deadbeef"',), BackupMissingError),
        (130, (), VaultError),
        (-9, (), VaultError),
        (1, ("Fatal: a novelty",), VaultError),
    ],
)
def test_each_failure_has_its_kind(status: int, words: tuple[str, ...], kind: type[VaultError]) -> None:
    error = failure("/srv/vault", "listing the backups", status, words)
    assert type(error) is kind
    assert str(error).startswith("vault /srv/vault, while listing the backups: ")


def test_a_full_vault_is_told_by_the_line_that_says_so() -> None:
    words = ["Fatal: unable to save: mkdir /srv/vault/x: no space left on device", "main.main", "runtime/asm.s:1594"]
    assert "no space left: unable to save: mkdir /srv/vault/x: no" in str(failure("/srv/vault", "copying", 1, words))


@pytest.mark.parametrize(
    "words",
    [
        "cannot dump file: decrypting blob 1084 failed: ciphertext verification failed",
        "Load(<data/2f>, 9, 0) returned error, retrying after 1s: open /srv/vault/data/2f: no such file or directory",
        "Load(<data/2f>, 9, 0) returned error, retrying after 1s: EOF",
        "ignoring error for /a: blob 1084 not found in repository",
    ],
)
def test_damage_is_told_as_the_backups_where_one_is_read(words: str) -> None:
    error = failure("/srv/vault", "verifying backup b", 1, (words,), backup_id="b")
    assert isinstance(error, BackupBrokenError)
    assert "backup b in vault /srv/vault" in str(error)
    assert failure("/srv/vault", "freeing space", 1, (words,)).reason == "vault-damaged"


def test_the_holder_of_a_lock_is_named() -> None:
    assert "locked by PID 4711 on studio" in str(failure("/srv/vault", "freeing space", 1, LOCKED))


def test_the_line_that_tells_most_is_shown_without_restics_advice() -> None:
    assert "config: no such file or directory;" in str(failure("/srv/vault", "opening it", 1, GONE))
    words = ("ignoring error for /a: lchown /a: operation not permitted", "Fatal: There were 1 errors")
    assert "operation not permitted" in str(failure("/srv/vault", "restoring backup b", 1, words))


def test_a_namespace_that_cannot_be_made_says_what_must_be_allowed() -> None:
    words = ("bwrap: setting up uid map: Permission denied",)
    error = failure("/srv/vault", "storing backup b", 1, words, backup_id="b")
    assert error.reason == "vault-namespace"
    assert "user namespaces" in str(error)


def test_one_that_hung_says_so_and_not_that_it_was_interrupted() -> None:
    error = failure("/srv/vault", "storing backup b", 130, ("restic gave no sign of life for 300 s",), backup_id="b")
    assert error.reason == "vault-hung"
    assert "no sign of life for 300 s and was ended" in str(error)


def test_a_silent_end_says_its_status() -> None:
    assert "status 2" in str(failure("/srv/vault", "freeing space", 2, ()))


def test_many_unreadable_files_are_counted() -> None:
    assert "/a, /b, /c, /d, /e and 2 more" in str(
        unreadable("/srv/vault", "storing backup b", ["/a", "/b", "/c", "/d", "/e", "/f", "/g"])
    )
