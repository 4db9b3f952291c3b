"""How a browser gets the portal."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from greenroom.portal.built_files import read_built
from greenroom.portal.routes import PAGES, portal_routes

PAGE = "<!doctype html><title>Greenroom</title>"
SCRIPT = "document.title = 'here'"


def browser_of(folder: Path) -> httpx.AsyncClient:
    app = Starlette(routes=portal_routes(read_built(folder), greeting="Greenroom 1.2.3"))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://studio")


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "page-1a2b.js").write_text(SCRIPT)
    (tmp_path / "assets" / "page-1a2b.js.br").write_bytes(b"as if compressed")
    async with browser_of(tmp_path) as browser:
        yield browser


@pytest.fixture
async def unbuilt(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(tmp_path / "built") as browser:
        yield browser


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/index.html", "/sessions/abc/desktop", "/backups"])
async def test_every_address_of_the_portal_is_its_one_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)


@pytest.mark.parametrize("path", ["/no/such.page", "//sessions", "/sessions\\abc", "/%2e%2e/sessions"])
async def test_elsewhere_the_page_is_there_to_say_that_nothing_is(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(f"http://studio{path}")
    assert (answer.status_code, answer.text) == (404, PAGE)


def test_the_addresses_are_those_of_the_portals_source() -> None:
    areas = Path(__file__).parents[2] / "portal" / "src" / "areas"
    paths = [path for area in areas.glob("*.ts") for path in re.findall(r'path: "([^"]*)"', area.read_text())]
    assert {path.split("/", 1)[0] for path in paths} == {"", *PAGES}


async def test_the_page_loads_what_is_the_servers_own_alone_and_runs_no_script_written_in_it(
    browser: httpx.AsyncClient,
) -> None:
    policy = (await browser.get("/")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules[kind] for kind in ("script-src", "style-src", "connect-src", "frame-src", "font-src")} == {"'self'"}
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy


async def test_the_page_is_asked_for_again_each_time_and_sent_again_when_it_changed(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    assert answer.headers["cache-control"] == "no-cache"
    again = await browser.get("/", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_hashed_file_is_kept_for_ever(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/page-1a2b.js", headers={"accept-encoding": "identity"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (answer.text, answer.headers["content-type"]) == (SCRIPT, "text/javascript; charset=utf-8")


async def test_a_compressed_form_is_sent_as_the_build_made_it(browser: httpx.AsyncClient) -> None:
    async with browser.stream("GET", "/assets/page-1a2b.js", headers={"accept-encoding": "br"}) as answer:
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("br", "accept-encoding")
        assert b"".join([part async for part in answer.aiter_raw()]) == b"as if compressed"


@pytest.mark.parametrize(
    "path",
    ["/assets/page-gone.js", "/auth/nothing", "/streams/none", "/2020-08-01", "/greenroom", "/assets/..%2findex.html"],
)
async def test_what_is_no_page_is_not_found(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_without_the_build_the_first_page_says_so_and_what_to_do(unbuilt: httpx.AsyncClient) -> None:
    answer = await unbuilt.get("/")
    assert answer.status_code == 200
    assert answer.text.startswith("Greenroom 1.2.3\n")
    assert "scripts/portal" in answer.text
    assert (await unbuilt.get("/backups")).status_code == 404
