"""The threat model names a test for each threat, and the tests that it names are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "explanation" / "threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", TEXT)))
THREATS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| threat ")]


@pytest.mark.parametrize("name", NAMED)
def test_each_test_that_it_names_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    assert re.search(rf"def {function or 'test_'}", (ROOT / path).read_text())


@pytest.mark.parametrize("threat", THREATS, ids=lambda line: str(line)[2:50])
def test_each_threat_has_an_answer_and_a_test(threat: str) -> None:
    _, what, answer, tests, _ = (part.strip() for part in re.split(r"(?<!\\)\|", threat))
    assert what
    assert answer
    assert tests.startswith("`tests/")


CONNECTING = re.compile(
    r"^\s*(?:import|from)\s+(?:httpx|http\.client|urllib\.request|smtplib|ftplib|requests|aiohttp|websockets|pylxd)\b",
    re.MULTILINE,
)
CONNECTS = {
    "cli/connection.py": "the address that the person at the keyboard named, or the server's own",
    "cli/in_process.py": "nothing: a name of its constants",
    "control/mail.py": "the mail server of the settings",
    "control/webhooks.py": "the addresses of the settings; no redirects",
    "server/sign_in/fetching.py": "a provider of the settings, and public addresses that it names; no redirects",
    "streaming/relay.py": "a socket that the engine opened",
}
"""All that connects to anywhere, and where to. Addresses in records, which people write, are kept and never asked."""


def test_nothing_connects_to_an_address_that_a_person_of_the_studio_wrote() -> None:
    source = ROOT / "src" / "greenroom"
    found = {str(path.relative_to(source)) for path in source.rglob("*.py") if CONNECTING.search(path.read_text())}
    assert found <= CONNECTS.keys(), "say in the table where it connects to, and whether a person can choose that"
