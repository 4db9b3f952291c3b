"""Which test proves which operation: a mark on the test, and the reference page that is written from the marks.

`python -m tests.conformance.coverage` writes docs/reference/api.md.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import greenroom.server.app  # noqa: F401  every handler is registered there
from greenroom.api.operation import HANDLERS
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS, Operation

Test = TypeVar("Test", bound=Callable[..., object])

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "reference" / "api.md"

_HEAD = """\
# The API, operation by operation

Every operation of the Nimble Studio API (2020-08-01) and every one that Greenroom adds, with the tests that call it
over a real connection and see it do its work. The first table's tests use botocore 1.34.162, the last that knows
the service as it was; the same main paths are walked by today's boto3 and AWS CLI, by the AWS CLI 1.33.44, and by the
JavaScript client 3.523.0 (`tests/conformance/`). This page is written from the declarations and the tests; a test
fails where an operation has no proof."""

_API = "## Nimble Studio: {answered} of {all}"
_ADDITIONS = """\
## Additions: {answered} of {all}

Beside the API, under `/greenroom/v1`, signed and authorised the same way, with actions `greenroom:…`."""


def proves(*operations: str) -> Callable[[Test], Test]:
    """Marks a test that sees these operations do their work. Raises ValueError for one that is not declared."""
    for name in operations:
        if name not in OPERATIONS and name not in ADDITIONS:
            raise ValueError(f"there is no operation {name} to prove")
    return lambda test: test


def proofs() -> Mapping[str, list[str]]:
    """The tests that prove each operation, as `folder/file.py::name`."""
    found: dict[str, list[str]] = {}
    for file in sorted((REPOSITORY / "tests" / "conformance").rglob("test_*.py")):
        for test in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(test, ast.FunctionDef):
                for operation in _marked(test):
                    found.setdefault(operation, []).append(f"{file.relative_to(REPOSITORY)}::{test.name}")
    return found


def page() -> str:
    """The reference page."""
    return "\n".join([_HEAD, *_section(_API, OPERATIONS), *_section(_ADDITIONS, ADDITIONS)]) + "\n"


def _marked(test: ast.FunctionDef) -> Iterator[str]:
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "proves":
            yield from (argument.value for argument in decorator.args if isinstance(argument, ast.Constant))


def _section(heading: str, operations: Mapping[str, Operation]) -> Iterator[str]:
    proven = proofs()
    answered = sum(name in HANDLERS for name in operations)
    yield ""
    yield heading.format(answered=answered, all=len(operations))
    yield ""
    yield "| operation | method and path | what it does | proven by |"
    yield "|---|---|---|---|"
    for operation in operations.values():
        tests = "<br>".join(f"`{test}`" for test in proven.get(operation.name, [])) or "nothing yet"
        yield f"| {operation.name} | `{operation.method} {operation.uri}` | {operation.documentation} | {tests} |"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
