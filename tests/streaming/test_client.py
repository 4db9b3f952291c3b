"""The web client that shows a desktop."""

from greenroom.streaming import client


def test_the_page_takes_its_code_from_where_all_streams_share_it() -> None:
    page = client.page()
    assert page is not None
    text = bytes(page.body).decode()
    assert '"/streams/assets/index-' in text
    assert '"./assets/' not in text
    assert "<title>Greenroom</title>" in text
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]


def test_every_file_that_the_page_names_is_served() -> None:
    page = client.page()
    assert page is not None
    names = [part.split('"')[0] for part in bytes(page.body).decode().split('"/streams/')[1:]]
    assert names
    for name in names:
        found = client.file(name, compressed=True)
        assert found is not None
        assert found.headers["content-encoding"] == "gzip"
        assert "immutable" in found.headers["cache-control"]


def test_nothing_else_is_served() -> None:
    for name in ("", "index.html", "../__init__.py", "__init__.py", "/etc/passwd", "assets", "assets/../index.html"):
        assert client.file(name, compressed=False) is None
