"""Iterators over lists that the service returns page by page."""

from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar, cast

from configcat_mgmt.core.operation import Caller, Operation, Pages

T = TypeVar("T")

_END_AFTER: Final = timedelta(seconds=1)
"""The end of a time span may be exclusive, and times may be rounded."""

REMEMBERED: Final = 10_000
"""Ids of items that are compared with new ones to find repeats."""


class AsyncPages(Generic[T]):
    """Yields every item of a list that has pages, and holds one page at a time.

    New items at the start of the list shift the others to later pages, so an item can
    come twice; the iterator drops the second one. Where the list has a time span, the
    newest item of the first page becomes its end, which prevents the shift. No clock
    but the service's matters, so a wrong one here neither hides items nor adds any. An
    item that leaves the list meanwhile, such as an open change request that somebody
    closes, shifts the others the other way, so one of them may be missing.

    A failed or canceled step changes nothing: the next one reads the same page.

    Attributes:
        page: Number of the page of the last item, counted from 1. To resume, pass it
            as `first_page`, and `until` as the end of the time span; the items of that
            page come again.
        until: The end of the time span; None for a list without one, and before a page
            was read.
        total_count: The number of items as the service counts them; None before a page
            was read.
    """

    page: int
    until: datetime | None
    total_count: int | None

    def __init__(
        self,
        caller: Caller,
        operation: Operation[object],
        first_page: int,
        /,
        **arguments: object,
    ) -> None:
        """Prepare the calls of `operation`, which has `pages`; nothing is sent yet."""
        if operation.pages is None:
            msg = f"{operation.id} returns no pages"
            raise TypeError(msg)
        self.page = first_page
        self.until = None
        self.total_count = None
        self._caller = caller
        self._operation = operation
        self._pages: Pages = operation.pages
        self._arguments = arguments
        self._next: int | None = first_page
        self._items: deque[T] = deque()
        self._seen: dict[object, None] = {}
        if self._pages.until is not None:
            self.until = cast("datetime | None", arguments[self._pages.until])

    def __aiter__(self) -> "AsyncPages[T]":
        """Return the iterator itself."""
        return self

    async def __anext__(self) -> T:
        """Return the next item."""
        if not self.has_item and not await self.read():
            raise StopAsyncIteration
        return self.take()

    async def read(self) -> bool:
        """Read pages until there is an item.

        Returns:
            Whether there is one; False at the end of the list.
        """
        while not self.has_item and self._next is not None:
            number = self._next
            answer = await self._caller.call(
                self._operation, **self._arguments, page_number=number
            )
            items = cast("list[T] | None", _member(answer, self._pages.items)) or []
            paging = _member(answer, self._pages.paging)
            self.total_count = cast("int | None", _member(paging, ("total_count",)))
            has_next = paging is None or _member(paging, ("has_next",)) is not False
            self.page, self._next = number, number + 1 if items and has_next else None
            self._items.extend(each for each in items if self._is_new(each))
            if number == 1:
                self._fix_end(items)
        return self.has_item

    @property
    def has_item(self) -> bool:
        """Whether the next item was already read."""
        return bool(self._items)

    def take(self) -> T:
        """Return the next item of the page that was read last."""
        return self._items.popleft()

    def skip(self, identities: Iterable[object]) -> None:
        """Take items of these ids as repeats, such as those read before a resume."""
        self._seen.update(dict.fromkeys(identities))

    def _fix_end(self, items: Sequence[T]) -> None:
        """Keep items that are added from now on out of the list, if it has no end.

        That the newest item comes first is no promise of the service.
        """
        if self._pages.until is None or self._pages.time is None or self.until:
            return
        times = [cast("datetime", _member(each, (self._pages.time,))) for each in items]
        if times and times[0] > times[-1]:
            self.until = self._arguments[self._pages.until] = times[0] + _END_AFTER

    def _is_new(self, item: T) -> bool:
        identity = _member(item, (self._pages.id,))
        if identity in self._seen:
            return False
        self._seen[identity] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True


class SyncPages(Generic[T]):
    """Yields every item of a list that has pages; see `AsyncPages`."""

    def __init__(
        self,
        pages: AsyncPages[T],
        run: Callable[[Coroutine[object, object, bool]], bool],
    ) -> None:
        """Read the pages of `pages` with `run`, which waits for a coroutine."""
        self._pages = pages
        self._run = run

    @property
    def page(self) -> int:
        """Number of the page of the last item, counted from 1."""
        return self._pages.page

    @property
    def until(self) -> datetime | None:
        """The end of the time span; None without one, and before a page was read."""
        return self._pages.until

    @property
    def total_count(self) -> int | None:
        """The number of items as the service counts them; None before a page."""
        return self._pages.total_count

    def __iter__(self) -> "SyncPages[T]":
        """Return the iterator itself."""
        return self

    def __next__(self) -> T:
        """Return the next item."""
        if not self._pages.has_item and not self._run(self._pages.read()):
            raise StopIteration
        return self._pages.take()


def _member(value: object, names: tuple[str, ...]) -> object:
    """Follow attributes; None where one of them is missing."""
    for name in names:
        value = getattr(value, name, None)
    return value
