"""A real provider of OpenID Connect (npm: oidc-provider) under Node, and a person's way through its pages."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.support import require, unavailable

FOLDER = Path(__file__).with_name("provider")
SECRET = "the secret of greenroom"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
MOST_STEPS = 15


@dataclass
class RunningProvider:
    """The provider while it runs."""

    issuer: str

    def regroup(self, **groups: Sequence[str]) -> None:
        """From now on these people are in these groups."""
        httpx.post(f"{self.issuer}/groups", json=groups, trust_env=False).raise_for_status()

    def rotate(self) -> None:
        """From now on it signs with another key, and shows that one alone."""
        httpx.post(f"{self.issuer}/rotate", trust_env=False).raise_for_status()


@contextmanager
def running_provider(groups: Mapping[str, Sequence[str]]) -> Iterator[RunningProvider]:
    """A provider whose people are in these groups; anybody may sign in, under any name and password."""
    node = require("node")
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        unavailable("the provider of identities is not installed (make setup, with npm)")
    process = subprocess.Popen(
        [node, "provider.mjs", json.dumps({"groups": groups})],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        issuer = process.stdout.readline().strip()
        assert issuer, "the provider ended before it served"
        yield RunningProvider(issuer)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def go_through(http: httpx.Client, start: httpx.Response, login: str, *, stop_before: str) -> str:
    """A person signs in at the provider and agrees; the address that it sends the browser back to, not yet followed.

    `stop_before` is how that address begins.
    """
    answer = start
    for _ in range(MOST_STEPS):
        if answer.is_redirect:
            address = str(httpx.URL(answer.url).join(answer.headers["location"]))
            if address.startswith(stop_before):
                return address
            answer = http.get(address)
            continue
        assert answer.status_code == 200, answer.text
        found = _FORM.search(answer.text)
        assert found is not None, answer.text
        prompt = "login" if 'name="login"' in answer.text else "consent"
        answer = http.post(str(answer.url.join(found[1])), data={"prompt": prompt, "login": login, "password": "any"})
    raise AssertionError("the provider asks on and on")
