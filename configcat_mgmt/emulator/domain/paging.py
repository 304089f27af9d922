"""Pages of a list, numbered from 1."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import attrs

from configcat_mgmt.api.model_index import PagingResponseInfo

T = TypeVar("T")


@attrs.frozen
class Page(Generic[T]):
    """One page with its place among the others."""

    items: Sequence[T]
    info: PagingResponseInfo


def page_of(items: Sequence[T], number: int | None, size: int) -> Page[T]:
    """Cut a page out of a list; a page beyond the end is empty (assumed)."""
    current = number or 1
    pages = -(-len(items) // size)
    start = (current - 1) * size
    return Page(
        items[start : start + size],
        PagingResponseInfo(
            current_page=current,
            total_pages=pages,
            page_size=size,
            total_count=len(items),
            has_previous=current > 1,
            has_next=current < pages,
        ),
    )
