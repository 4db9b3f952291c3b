"""What restic's exit statuses and words mean, as the vault's errors."""

import re
from collections.abc import Sequence

from greenroom.vaults.base import (
    BackupBrokenError,
    BackupMissingError,
    VaultError,
    VaultFullError,
    VaultLockedError,
    VaultPasswordError,
    VaultUnavailableError,
)
from greenroom.vaults.namespace import RESTORE_ROOT

# restic up to 0.16 answers 1 to nearly everything and only its words tell more; later ones have a status for each.
_NO_REPOSITORY, _LOCKED, _WRONG_PASSWORD = 10, 11, 12

_PASSWORD_WORDS = re.compile(r"wrong password or no key found")
_LOCKED_WORDS = re.compile(r"repository is already locked|unable to create lock in backend.*lock", re.IGNORECASE)
_LOCK_HOLDER = re.compile(r"already locked(?: exclusively)? by (.+)")
_FULL_WORDS = re.compile(
    r"no space left on device|disk quota exceeded|insufficient storage|507 |not enough (?:free )?space|"
    r"exceeds? .{0,40}quota|disk (?:is )?full",
    re.IGNORECASE,
)
_READ_ONLY_WORDS = re.compile(r"read-only file system", re.IGNORECASE)
_GONE_WORDS = re.compile(
    r"is there a repository at|unable to open (?:config file|repository)|connection (?:refused|reset|closed|timed out)|"
    r"no such host|network is unreachable|no route to host|i/o timeout|context deadline|broken pipe|"
    r"server misbehaving|connection lost|ssh: connect|permission denied \(|host key verification failed|"
    r"stale (?:nfs )?file handle|transport endpoint|bad gateway|service unavailable|unexpected http response",
    re.IGNORECASE,
)
_MISSING_WORDS = re.compile(r"no matching ID found|no snapshot found|snapshot .{0,80}not found", re.IGNORECASE)
_DAMAGE_WORDS = re.compile(
    r"ciphertext verification failed|is damaged|invalid data returned|does not match|hash mismatch|wrong hash|"
    r"not found in (?:repository|index)|id [0-9a-f<>/]+ not found|unexpected EOF|: EOF|no such file or directory|"
    r"does not exist|not found|invalid encoding|unable to decode|zstd|magic number|load.*failed|too short|"
    r"input/output error",
    re.IGNORECASE,
)
HUNG = "gave no sign of life"
"""In the line that is added to the words of a restic that was ended because it hung."""

_NAMESPACE_WORDS = re.compile(r"^bwrap: (.+)", re.MULTILINE)


def failure(
    vault: str, doing: str, status: int, words: Sequence[str], *, backup_id: str | None = None, scratch: str = "\0"
) -> VaultError:
    """The error for a restic that ended with `status` after printing `words` to standard error.

    `doing` completes "while …". With `backup_id`, damage is told as that backup's. `scratch` is where restic writes
    on this machine: it can be full too.
    """
    text = "\n".join(words)
    shown = _last(words) or f"restic ended with status {status} and said nothing"
    where = f"vault {vault}, while {doing}"
    if status == _WRONG_PASSWORD or _PASSWORD_WORDS.search(text):
        return VaultPasswordError(
            f"{where}: the password does not open the repository; put the one it was created with back into the"
            " vault's password file"
        )
    if status == _LOCKED or _LOCKED_WORDS.search(text):
        holder = _LOCK_HOLDER.search(text)
        return VaultLockedError(
            f"{where}: the repository is locked{f' by {holder.group(1)}' if holder else ''}; wait until that is done,"
            " or if it is dead on another machine, remove its lock there with `restic unlock`"
        )
    if full := next((line for line in words if _FULL_WORDS.search(line)), None):
        if RESTORE_ROOT in full:
            return VaultError(f"{where}: no space left where it is restored to; free some there", reason="target-full")
        if scratch in full:
            return VaultError(f"{where}: no space left in {scratch}; free some there", reason="scratch-full")
        # The line itself: what restic says last may be no more than where in its program that was.
        told = full.strip().removeprefix("Fatal: ")
        return VaultFullError(f"{where}: no space left: {told}; free space there or give it more")
    if _READ_ONLY_WORDS.search(text):
        return VaultError(
            f"{where}: it cannot be written to: {shown}; it is mounted read-only, which a failing disk can bring about:"
            " look at that, and mount it writable again. What is in it can be read meanwhile",
            reason="vault-read-only",
        )
    if hung := next((line for line in words if HUNG in line), None):
        return VaultError(
            f"{where}: {hung} and was ended; it is begun anew, and if that happens again look at the storage and the"
            " line to it",
            reason="vault-hung",
        )
    if status == _NO_REPOSITORY or _GONE_WORDS.search(text):
        return VaultUnavailableError(
            f"{where}: the repository cannot be reached: {shown}; check that its disk is mounted or its server runs"
        )
    if namespace := _NAMESPACE_WORDS.search(text):
        return VaultError(
            f"{where}: bubblewrap could not set up restic's view of the files: {namespace.group(1)}; unprivileged user"
            " namespaces must be allowed here, or Greenroom must run as root",
            reason="vault-namespace",
        )
    if _MISSING_WORDS.search(text):
        return BackupMissingError(f"{where}: the vault does not hold it: {shown}")
    if _DAMAGE_WORDS.search(text):
        if backup_id is not None:
            return BackupBrokenError(f"backup {backup_id} in vault {vault} cannot be read whole: {shown}")
        return VaultError(
            f"{where}: the repository is damaged: {shown}; look at it with `restic check`", reason="vault-damaged"
        )
    if status < 0 or status >= 128:
        return VaultError(f"{where}: restic was interrupted", reason="vault-interrupted")
    return VaultError(f"{where}: {shown}")


class SourceUnreadableError(VaultError):
    """The tree to store could not be read whole."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="source-unreadable")


def unreadable(vault: str, doing: str, items: Sequence[str]) -> SourceUnreadableError:
    """The error for a source tree of which some files could not be read."""
    some = ", ".join(items[:5]) or "see the log"
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return SourceUnreadableError(
        f"vault {vault}, while {doing}: files of the snapshot could not be read: {some}{more}; nothing was kept, the"
        " storage below the snapshot needs looking at"
    )


def _last(words: Sequence[str]) -> str:
    """The line that tells most: restic's last, without its general advice."""
    lines = [line.strip() for line in words if line.strip()]
    lines = [line for line in lines if not line.startswith(("Is there a repository", "the `unlock`", "storage ID"))]
    fatal = [line for line in lines if line.startswith("Fatal:")]
    lines = fatal if fatal and "There were" not in fatal[-1] else [line for line in lines if line not in fatal]
    return lines[-1].removeprefix("Fatal: ") if lines else ""
