"""Pages that are answered again: only while nothing that they show has changed."""

from datetime import UTC, datetime, timedelta

from greenroom.api.remembered_pages import MAX_AGE, RememberedPages

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def test_a_page_holds_while_nothing_was_written() -> None:
    pages: RememberedPages[str] = RememberedPages()
    pages.keep(("studio",), 1, 7, NOW, "page")
    assert pages.unchanged(("studio",), 7, NOW) == "page"
    assert pages.unchanged(("studio",), 8, NOW) is None
    assert pages.unchanged(("another",), 7, NOW) is None


def test_without_a_mark_the_version_is_asked_for() -> None:
    pages: RememberedPages[str] = RememberedPages()
    pages.keep(("studio",), 1, None, NOW, "page")
    assert pages.unchanged(("studio",), None, NOW) is None
    assert pages.find(("studio",), 1, None, NOW) == "page"


def test_a_write_elsewhere_costs_one_look_at_the_version() -> None:
    pages: RememberedPages[str] = RememberedPages()
    pages.keep(("studio",), 1, 7, NOW, "page")
    assert pages.find(("studio",), 1, 8, NOW) == "page"
    assert pages.unchanged(("studio",), 8, NOW) == "page"
    assert pages.unchanged(("studio",), 7, NOW) is None


def test_a_page_of_another_version_is_not_answered() -> None:
    pages: RememberedPages[str] = RememberedPages()
    pages.keep(("studio",), 1, 7, NOW, "page")
    assert pages.find(("studio",), 2, 8, NOW) is None


def test_an_old_page_is_not_answered_nor_one_of_the_future() -> None:
    pages: RememberedPages[str] = RememberedPages()
    pages.keep(("studio",), 1, 7, NOW, "page")
    assert pages.unchanged(("studio",), 7, NOW + MAX_AGE) is None
    assert pages.find(("studio",), 1, 7, NOW - timedelta(seconds=1)) is None


def test_the_least_lately_used_page_is_forgotten_first() -> None:
    pages: RememberedPages[str] = RememberedPages(capacity=2)
    pages.keep(("a",), 1, 7, NOW, "a")
    pages.keep(("b",), 1, 7, NOW, "b")
    assert pages.unchanged(("a",), 7, NOW) == "a"
    pages.keep(("c",), 1, 7, NOW, "c")
    assert pages.unchanged(("b",), 7, NOW) is None
    assert pages.unchanged(("a",), 7, NOW) == "a"
