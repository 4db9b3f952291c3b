"""Secrets at rest: AES-256-GCM under a key that is kept in a file, apart from the database.

Signatures are checked against the secret itself, so it cannot be stored as a hash; whoever has both the
database and the key file has every secret.
"""

import base64
import binascii
import contextlib
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_FORMAT = b"\x01"
"""First byte of all that is sealed, so that another cipher can be told from this one."""
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LARGEST_KEY_FILE = 1024


class SecretBoxError(Exception):
    """A sealed text cannot be opened, or a key file cannot be used; the text says what to do."""


class SecretBox:
    """Seals small secrets; threads may share one.

    Each is bound to `associated_data`, such as the id of its record: a sealed text that was copied into
    another record does not open there. Nonces are random, which is safe for some 2^32 texts under one key.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, associated_data: bytes) -> bytes:
        """The sealed text: 29 bytes longer than the secret, another each time."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, secret, associated_data)

    def open(self, sealed: bytes, associated_data: bytes) -> bytes:
        """The secret. Raises SecretBoxError for a text of another key, another record, or a damaged one."""
        if len(sealed) < len(_FORMAT) + _NONCE_BYTES + _TAG_BYTES or not sealed.startswith(_FORMAT):
            raise SecretBoxError("this is no sealed secret: the record was damaged, or a newer version wrote it")
        nonce = sealed[len(_FORMAT) : len(_FORMAT) + _NONCE_BYTES]
        try:
            return self._cipher.decrypt(nonce, sealed[len(_FORMAT) + _NONCE_BYTES :], associated_data)
        except InvalidTag:
            raise SecretBoxError(
                "a sealed secret does not open: the key file is not the one it was sealed with, or the record was"
                " changed; restore the key file that belongs to this database"
            ) from None


def load_key(path: Path) -> bytes:
    """The key in a file. Raises SecretBoxError where there is none, or where others can read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SecretBoxError(
            f"{path}: the key file is missing; without it the secrets in the database cannot be read. Restore it"
            " from where you keep it"
        ) from None
    except OSError as error:
        raise SecretBoxError(f"{path}: the key file cannot be opened: {error.strerror}") from error
    try:
        _refuse_open_doors(path, os.fstat(descriptor))
        text = os.read(descriptor, _LARGEST_KEY_FILE)
    finally:
        os.close(descriptor)
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretBoxError(f"{path}: this is no key file: it holds {KEY_BYTES} bytes in base64. Restore it")
    return key


def load_or_create_key(path: Path) -> bytes:
    """The key in a file, made with mode 0600 where there is none.

    The file appears whole or not at all; of several that create it at once one wins, and all get its key.
    Raises SecretBoxError as `load_key` does, and where the directory cannot be written.
    """
    try:
        # lexists: a dangling link is not a missing file, and `load_key` refuses links.
        if not os.path.lexists(path):
            _create_key(path)
    except OSError as error:
        raise SecretBoxError(f"{path}: the key file cannot be created: {error.strerror}") from error
    return load_key(path)


def _create_key(path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where another was quicker, whose key may be in use already.
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _refuse_open_doors(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretBoxError(f"{path}: the key file is not a regular file")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretBoxError(
            f"{path}: others can read or write the key file (mode {stat.S_IMODE(status.st_mode):04o});"
            f" if nobody has, run: chmod 600 {path}"
        )
    if status.st_uid not in (0, os.geteuid()):
        raise SecretBoxError(f"{path}: the key file belongs to another user (uid {status.st_uid})")
