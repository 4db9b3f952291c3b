"""Comparing what the vault gives with what was stored."""

import hashlib
import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.vaults import compare
from greenroom.vaults.manifest import Entry
from greenroom.vaults.nodes import Node

ROOT = "/greenroom/session"
ENTRY = Entry("a/b", "file", 0o644, 1, 2, 3, 10**18 + 5, 0, 7, 1, "")
NODE = Node("file", 0o644, 1, 2, 3, "2001-09-09T01:46:40.000000005Z", 1, path=f"{ROOT}/a/b")


def differences(entries: list[Entry], nodes: list[Node]) -> str:
    return str(compare.metadata(entries, nodes, ROOT))


def test_equal_trees_do_not_differ() -> None:
    parents = [
        Node("dir", path="/greenroom"),
        Node("dir", 0o755 | 1 << 31, mtime="1970-01-01T00:00:00Z", path=ROOT),
    ]
    top = Entry("", "dir", 0o755, 0, 0, 0, 0, 0, 1, 3, "")
    assert differences([top, ENTRY], [*parents, NODE]) == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"type": "fifo"}, "type fifo instead of file"),
        ({"mode": 0o600}, "mode 0600 instead of 0644"),
        ({"mode": 0o644 | 1 << 23}, "mode 4644 instead of 0644"),
        ({"uid": 9}, "owner 9 instead of 1"),
        ({"gid": 9}, "group 9 instead of 2"),
        ({"size": 4}, "size 4 instead of 3"),
        ({"mtime": "2001-09-09T01:46:40.000000006Z"}, "time 2001-09-09T01:46:40.000000006Z instead of"),
        ({"links": 2}, "hard links 2 instead of 1"),
    ],
)
def test_each_fact_that_differs_is_told(change: dict[str, Any], told: str) -> None:
    said = differences([ENTRY], [msgspec.structs.replace(NODE, **change)])
    assert said.startswith("a/b: ")
    assert told in said


def test_a_link_to_elsewhere_is_told() -> None:
    entry = msgspec.structs.replace(ENTRY, type="symlink", linktarget="here")
    node = msgspec.structs.replace(NODE, type="symlink", linktarget="there")
    assert differences([entry], [node]) == "a/b: link target there instead of here"


def test_missing_and_surplus_entries_are_told() -> None:
    assert differences([ENTRY], []) == "a/b: missing"
    assert differences([], [NODE]) == "a/b: not in the snapshot that was stored"


def test_only_the_first_differences_are_shown() -> None:
    entries = [msgspec.structs.replace(ENTRY, path=str(number)) for number in range(9)]
    assert differences(entries, []).endswith("2: missing; and 6 more")


def test_names_that_are_no_utf8_are_counted_as_restic_shows_them() -> None:
    entries = [msgspec.structs.replace(ENTRY, path=name) for name in ("x\udcff", "x\udcfe")]
    node = msgspec.structs.replace(NODE, path=f"{ROOT}/x\N{REPLACEMENT CHARACTER}")
    assert differences(entries, [node, node]) == ""
    assert differences(entries, [node]) == "x\N{REPLACEMENT CHARACTER}: missing or different (1)"
    assert differences(entries[:1], [node, node]) == (
        "x\N{REPLACEMENT CHARACTER}: not in the snapshot that was stored (1)"
    )


@given(content=st.binary(max_size=200), given_back=st.binary(max_size=200), piece=st.integers(1, 50))
def test_content_is_equal_only_if_every_byte_is(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, given_back: bytes, piece: int
) -> None:
    source = tmp_path_factory.getbasetemp() / "content"
    source.write_bytes(content)
    stream = io.BytesIO(given_back)
    sha256 = compare.content(lambda size: stream.read(min(size, piece)), source)
    assert sha256 == (hashlib.sha256(content).digest() if content == given_back else None)


@pytest.mark.parametrize("given_back", [b"conten", b"contents", b"", b"Content"])
def test_content_that_is_cut_or_longer_or_other_differs(given_back: bytes, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"content")
    assert compare.content(io.BytesIO(given_back).read, tmp_path / "source") is None


def test_names_of_extended_attributes_that_differ_are_told() -> None:
    assert (
        compare.attribute_names({"user.a": b"1", "user.b": b"2"}, {"user.a": b"1", "user.b": b"3", "user.c": b""})
        == "user.b, user.c"
    )
