"""A repository key that opens quickly, for passwords that need no slowing down.

restic stretches the password with scrypt for half a second at each command. That protects what people choose; the
password of a vault is 32 random bytes, which nobody guesses at any speed, and a backup takes half a dozen commands. So
the key of a repository that Greenroom made itself on this machine is written anew with scrypt's usual interactive cost
(some 40 ms), in the format of restic's design document: still one ordinary key, opened by any restic with the same
password.
"""

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR, ECB
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.poly1305 import Poly1305

STRONG = 32
"""Characters from which a password is taken to be a generated one."""

_TRIED = 4
"""Keys that are tried at most; each may take half a second."""
_MEMORY = 256 << 20
"""Bytes that opening a key may take."""

_N, _R, _P = 1 << 14, 8, 1
_BLOCK = 16
_SALT = 64


class _KeyFile(msgspec.Struct):
    """restic's key file; `data` is the master key, sealed by the password."""

    created: str
    username: str
    hostname: str
    kdf: str
    N: int
    r: int
    p: int
    salt: bytes
    data: bytes


def quicken(repository: Path, password: bytes) -> None:
    """Replace the one key of the repository in that directory by an equal one that opens quickly.

    Nothing happens where the password is short or there are other keys. Killed half-way, it leaves two good keys.
    """
    keys = sorted((repository / "keys").iterdir())
    if len(password) < STRONG or len(keys) != 1:
        return
    slow = msgspec.json.decode(keys[0].read_bytes(), type=_KeyFile)
    if slow.kdf != "scrypt" or slow.N * slow.r * slow.p <= _N * _R * _P:
        return
    master = _open(slow, password)
    quick = msgspec.structs.replace(slow, N=_N, r=_R, p=_P, salt=os.urandom(_SALT))
    encoded = msgspec.json.encode(msgspec.structs.replace(quick, data=_seal(quick, password, master)))
    write(repository, repository / "keys" / hashlib.sha256(encoded).hexdigest(), encoded)
    keys[0].unlink()


def master(repository: Path, password: bytes) -> bytes:
    """The master key of the repository in that directory, as restic keeps it.

    Raises ValueError where none of its keys opens with the password, or there are too many to try.
    """
    found = sorted((repository / "keys").iterdir())
    if len(found) > _TRIED:
        raise ValueError(f"the repository has {len(found)} keys")
    for path in found:
        key = msgspec.json.decode(path.read_bytes(), type=_KeyFile)
        if key.kdf == "scrypt" and 128 * key.N * key.r <= _MEMORY:
            with contextlib.suppress(ValueError):
                return _open(key, password)
    raise ValueError("none of the repository's keys opens with its password")


def _open(key: _KeyFile, password: bytes) -> bytes:
    encrypt, mac_k, mac_r = _derived(key, password)
    nonce, sealed, given = key.data[:_BLOCK], key.data[_BLOCK:-_BLOCK], key.data[-_BLOCK:]
    if not bytes_eq(tag(mac_k, mac_r, nonce, sealed), given):
        raise ValueError("the repository's key does not open with its password")
    return crypt(encrypt, nonce, sealed)


def _seal(key: _KeyFile, password: bytes, master: bytes) -> bytes:
    encrypt, mac_k, mac_r = _derived(key, password)
    nonce = os.urandom(_BLOCK)
    sealed = crypt(encrypt, nonce, master)
    return nonce + sealed + tag(mac_k, mac_r, nonce, sealed)


def _derived(key: _KeyFile, password: bytes) -> tuple[bytes, bytes, bytes]:
    """The key to encrypt with, and the two halves of the one to authenticate with."""
    memory = 256 * key.N * key.r
    derived = hashlib.scrypt(password, salt=key.salt, n=key.N, r=key.r, p=key.p, maxmem=memory, dklen=64)
    return derived[:32], derived[32:48], derived[48:]


def crypt(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """`data` encrypted, or decrypted: AES-256 in counter mode."""
    cipher = Cipher(AES(key), CTR(nonce)).encryptor()
    return cipher.update(data) + cipher.finalize()


def tag(mac_k: bytes, mac_r: bytes, nonce: bytes, data: bytes) -> bytes:
    """Poly1305-AES: the one-time part of the key is the nonce, encrypted."""
    cipher = Cipher(AES(mac_k), ECB()).encryptor()  # noqa: S305  one block, as the construction says
    return Poly1305.generate_tag(mac_r + cipher.update(nonce) + cipher.finalize(), data)


def write(repository: Path, path: Path, content: bytes) -> None:
    """Put a file of the repository under its name only when it is whole and on the disk."""
    new = repository / f".{path.name}.new"
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(0o400)
    new.rename(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
