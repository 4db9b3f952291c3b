"""Pages of a listing and the tokens between them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from greenroom.api.context import Context
from greenroom.store.pages import Position

PAGE_SIZE = 100

Item = TypeVar("Item")
Scope = Mapping[str, str | None]
"""What a token is bound to: operation, studio and filters."""


def page(
    context: Context,
    next_token: str | None,
    scope: Scope,
    fetch: Callable[[Position | None, int], list[Item]],
    position: Callable[[Item], tuple[datetime, str]],
    size: int = PAGE_SIZE,
) -> tuple[list[Item], str | None]:
    """Up to `size` records and the token of the next page, None at the end."""
    return page_after(context, open_token(context, next_token, scope), scope, fetch, position, size)


def open_token(context: Context, next_token: str | None, scope: Scope) -> Position | None:
    """Where the page before ended; None for the first page. Raises ValidationException for a token that is none of
    this listing, or too old.
    """
    if not next_token:
        return None
    moment, key = context.house.pages.open(next_token, _bound(scope), context.now)
    return Position(datetime.fromisoformat(moment), key)


def page_after(
    context: Context,
    after: Position | None,
    scope: Scope,
    fetch: Callable[[Position | None, int], list[Item]],
    position: Callable[[Item], tuple[datetime, str]],
    size: int = PAGE_SIZE,
) -> tuple[list[Item], str | None]:
    """As `page`, from a position."""
    found = fetch(after, size + 1)
    if len(found) <= size:
        return found, None
    found = found[:size]
    created_at, key = position(found[-1])
    return found, context.house.pages.seal(_bound(scope), [created_at.isoformat(), key], context.now)


def _bound(scope: Scope) -> dict[str, str]:
    return {name: value for name, value in scope.items() if value}
