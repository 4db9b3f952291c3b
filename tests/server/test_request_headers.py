"""A request's headers: the first of a name counts, and what is not there is empty."""

import pytest

from greenroom.server.request_headers import first_header

HEADERS = [(b"accept", b"text/event-stream"), (b"host", b"studio"), (b"accept", b"*/*")]


@pytest.mark.parametrize(("name", "value"), [(b"accept", b"text/event-stream"), (b"host", b"studio"), (b"range", b"")])
def test_the_first_of_a_name_counts(name: bytes, value: bytes) -> None:
    assert first_header({"headers": HEADERS}, name) == value
