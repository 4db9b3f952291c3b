"""What Accept-Encoding says."""

import pytest

from greenroom.wire.content_encodings import accepts


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, GZip ; q=0.5", True),
        ("identity", False),
        ("", False),
        ("gzip;q=0", False),
        ("br, gzip; q = 0.000", False),
        ("gzipped", False),
    ],
)
def test_an_encoding_is_taken_where_it_is_named_and_not_ruled_out(accepted: str, *, taken: bool) -> None:
    assert accepts(accepted, "gzip") is taken
