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
