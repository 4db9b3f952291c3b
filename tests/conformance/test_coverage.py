"""The table of the API's coverage: every operation is answered and proven, and the page says so."""

import pytest
from tests.conformance.coverage import PAGE, page, proofs

from greenroom.api.operation import HANDLERS
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS

EVERY = sorted([*OPERATIONS, *ADDITIONS])


@pytest.mark.parametrize("operation", EVERY)
def test_an_operation_is_answered_and_proven(operation: str) -> None:
    assert operation in HANDLERS
    assert operation in proofs(), f"mark a test that calls it with @proves({operation!r})"


def test_the_page_is_as_the_code_is_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew with: make reference"
