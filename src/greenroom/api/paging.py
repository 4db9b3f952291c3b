"""Pages of a listing and the tokens between them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from greenroom.api.context import Context
from greenroom.store.pages import Position

PAGE_SIZE = 100

Item = TypeVar("Item")


def page(
    context: Context,
    next_token: str | None,
    scope: Mapping[str, str | None],
    fetch: Callable[[Position | None, int], list[Item]],
    position: Callable[[Item], tuple[datetime, str]],
    size: int = PAGE_SIZE,
) -> tuple[list[Item], str | None]:
    """Up to `size` records and the token of the next page, None at the end.

    `scope` is what the token is bound to: operation, studio and filters.
    """
    bound = {name: value for name, value in scope.items() if value}
    after = None
    if next_token:
        moment, key = context.house.pages.open(next_token, bound, context.now)
        after = Position(datetime.fromisoformat(moment), key)
    found = fetch(after, size + 1)
    if len(found) <= size:
        return found, None
    found = found[:size]
    created_at, key = position(found[-1])
    return found, context.house.pages.seal(bound, [created_at.isoformat(), key], context.now)
