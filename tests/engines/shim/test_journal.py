"""A session's log."""

import os
import re
import subprocess
import sys
from pathlib import Path

from greenroom.engines.shim.journal import Journal, last_words


def test_notes_carry_the_time_and_output_is_kept_as_it_is(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "log")
    journal.note("session started")
    journal.write(b"hello\n\xff\n")
    journal.close()
    note, output, raw, _ = (tmp_path / "log").read_bytes().split(b"\n")
    assert re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ session started", note)
    assert (output, raw) == (b"hello", b"\xff")


def test_a_log_goes_on_where_it_was(tmp_path: Path) -> None:
    for text in (b"one\n", b"two\n"):
        journal = Journal(tmp_path / "log")
        journal.write(text)
        journal.close()
    assert (tmp_path / "log").read_bytes() == b"one\ntwo\n"


def test_a_log_never_grows_beyond_two_pieces(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "log", piece_bytes=100)
    for number in range(100):
        journal.write(b"%09d\n" % number)
    journal.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "log.1"]
    lines = ((tmp_path / "log.1").read_bytes() + (tmp_path / "log").read_bytes()).split()
    assert [int(line) for line in lines] == list(range(80, 100))


def test_a_process_whose_output_it_became_keeps_writing_to_the_newest_piece(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from greenroom.engines.shim.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1]), piece_bytes=100); journal.become_output()\n"
        "journal.write(b'x' * 99); journal.write(b'new piece\\n'); os.write(2, b'said at the end')"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "log")], check=True)
    assert (tmp_path / "log").read_bytes() == b"new piece\nsaid at the end"


def test_only_the_owner_may_read_a_log(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Journal(tmp_path / "log").close()
    finally:
        os.umask(before)
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_last_words_are_the_last_lines_in_one(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("".join(f"line {number}\n" for number in range(9)) + "\n")
    assert last_words(tmp_path / "log", lines=3) == "line 7; line 8"
    assert last_words(tmp_path / "none") == ""
