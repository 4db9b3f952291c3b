import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access.secret_box import KEY_BYTES, SecretBox, SecretBoxError, load_key, load_or_create_key

KEY = bytes(range(KEY_BYTES))
BOX = SecretBox(KEY)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_what_is_sealed_opens_for_its_record(secret: bytes, record: bytes) -> None:
    assert BOX.open(BOX.seal(secret, record), record) == secret


@given(st.binary(max_size=60), st.data())
def test_a_changed_byte_does_not_open(secret: bytes, data: st.DataObject) -> None:
    sealed = bytearray(BOX.seal(secret, b"record"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SecretBoxError):
        BOX.open(bytes(sealed), b"record")


@pytest.mark.parametrize("cut", [0, 1, 13, 28])
def test_a_cut_text_does_not_open(cut: int) -> None:
    with pytest.raises(SecretBoxError, match="no sealed secret"):
        BOX.open(BOX.seal(b"secret", b"record")[:cut], b"record")


def test_a_sealed_secret_does_not_open_in_another_record() -> None:
    with pytest.raises(SecretBoxError, match="the record was changed"):
        BOX.open(BOX.seal(b"secret", b"AKIAONE"), b"AKIATWO")


def test_another_key_does_not_open_and_the_error_says_what_to_do() -> None:
    with pytest.raises(SecretBoxError, match="restore the key file"):
        SecretBox(os.urandom(KEY_BYTES)).open(BOX.seal(b"secret", b"record"), b"record")


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert BOX.seal(b"secret", b"record") != BOX.seal(b"secret", b"record")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_its_size(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SecretBox(bytes(size))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.key"


def test_a_key_is_made_once_and_read_ever_after(key_file: Path) -> None:
    key = load_or_create_key(key_file)
    assert len(key) == KEY_BYTES
    assert load_or_create_key(key_file) == load_key(key_file) == key


def test_only_its_owner_can_read_a_key_file_whatever_the_umask(key_file: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create_key(key_file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_the_key_file(key_file: Path) -> None:
    load_or_create_key(key_file)
    assert list(key_file.parent.iterdir()) == [key_file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_key_file_that_others_can_touch_is_refused(key_file: Path, mode: int) -> None:
    load_or_create_key(key_file)
    key_file.chmod(mode)
    with pytest.raises(SecretBoxError, match="chmod 600"):
        load_or_create_key(key_file)


def test_a_missing_key_is_not_replaced_where_one_must_exist(key_file: Path) -> None:
    with pytest.raises(SecretBoxError, match="is missing"):
        load_key(key_file)
    assert not key_file.exists()


def write_short(path: Path) -> None:
    path.write_text("c2hvcnQ=\n")
    path.chmod(0o600)


def write_garbage(path: Path) -> None:
    path.write_bytes(b"\xff" * 5_000)
    path.chmod(0o600)


def write_empty(path: Path) -> None:
    path.touch(0o600)


@pytest.mark.parametrize("write", [write_short, write_garbage, write_empty])
def test_a_damaged_key_file_is_refused_and_kept(key_file: Path, write: Callable[[Path], None]) -> None:
    write(key_file)
    before = key_file.read_bytes()
    with pytest.raises(SecretBoxError, match="no key file"):
        load_or_create_key(key_file)
    assert key_file.read_bytes() == before


def link_to_a_key(path: Path) -> None:
    load_or_create_key(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [link_to_a_key, link_to_nothing, Path.mkdir, os.mkfifo])
def test_what_is_no_regular_file_is_refused(key_file: Path, make: Callable[[Path], None]) -> None:
    make(key_file)
    with pytest.raises(SecretBoxError, match=r"secrets\.key"):
        load_or_create_key(key_file)


def test_a_directory_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretBoxError, match="cannot be created: No such file"):
        load_or_create_key(tmp_path / "missing" / "secrets.key")


def test_all_that_create_a_key_at_once_get_the_same(key_file: Path) -> None:
    start = threading.Barrier(8)
    keys: list[bytes] = []

    def create() -> None:
        start.wait()
        keys.append(load_or_create_key(key_file))

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert list(key_file.parent.iterdir()) == [key_file]


def test_a_process_that_dies_before_the_key_is_whole_leaves_no_key(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        load_or_create_key(key_file)
    assert not key_file.exists()
    monkeypatch.undo()
    assert len(load_or_create_key(key_file)) == KEY_BYTES
