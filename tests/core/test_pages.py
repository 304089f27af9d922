"""Iterators over pages yield every item once, while the list grows and calls fail."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ManagementClient,
    Options,
    ServerError,
    models,
)
from configcat_mgmt.api.operations.tags import GET_TAG
from configcat_mgmt.core.pages import AsyncPages
from configcat_mgmt.emulator import Emulator, Exchange, Fault
from tests.fault_server import FaultServer, answer
from tests.other_threads import in_thread
from tests.quick_client import PRODUCT, quick_client

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""An end of the time span that does not keep new entries out."""


class Log:
    """The audit log of a product with nine entries about tags, in pages of two."""

    def __init__(self, emulator: Emulator, client: AsyncManagementClient) -> None:
        self.emulator = emulator
        self.client = client
        self.product = UUID(int=0)
        self.reads = 0
        self.ahead = timedelta()
        """How far the clock of the service is ahead of the one here."""
        emulator.observe(self._count)
        emulator.state.clock = lambda: datetime.now(UTC) + self.ahead

    def _count(self, exchange: Exchange) -> None:
        self.reads += exchange.operation == "get-auditlogs-v2"

    async def start(self, name: str = "Shop") -> None:
        (organization,) = await self.client.organizations.get_organizations()
        product = await self.client.products.create_product(
            organization.organization_id, models.CreateProductRequest(name=name)
        )
        self.product = product.product_id
        await self.grow("old", 9)

    async def grow(self, name: str, count: int) -> None:
        for number in range(count):
            body = models.CreateTagModel(name=f"{name} {number}")
            await self.client.tags.create_tag(self.product, body)
            self.ahead += timedelta(minutes=1)

    def pages(
        self, *, until: datetime | None = LATER, first_page: int = 1
    ) -> AsyncPages[models.AuditLogItemModel]:
        return self.client.audit_logs.iter_product_audit_logs(
            self.product,
            audit_log_type=models.AuditLogType.TAG_ADDED,
            to_utc_date_time=until,
            page_size=2,
            first_page=first_page,
        )


@pytest.fixture
async def log() -> AsyncIterator[Log]:
    async with Emulator(rate_policy=None) as emulator:
        options = Options(limits=None, max_attempts=1)
        async with AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=options,
        ) as client:
            log = Log(emulator, client)
            await log.start()
            yield log


async def targets(pages: AsyncPages[models.AuditLogItemModel]) -> list[str]:
    return [item.action_target async for item in pages]


def old(*numbers: int) -> list[str]:
    return [f"old {number}" for number in numbers]


async def test_a_page_is_read_when_an_item_of_it_is_needed(log: Log) -> None:
    pages = log.pages()
    assert log.reads == 0
    for step in range(1, 10):
        assert (await anext(pages)).action_target == f"old {9 - step}"
        assert log.reads == pages.page == (step + 1) // 2
    assert await targets(pages) == []
    assert log.reads == 5


async def test_items_that_new_ones_shift_come_once(log: Log) -> None:
    pages = log.pages()
    found = [(await anext(pages)).action_target]
    await log.grow("new", 3)
    found += await targets(pages)
    assert found == [*old(8, 7), "new 0", *old(6, 5, 4, 3, 2, 1, 0)]


@pytest.mark.parametrize("hours", [-5, 5])
async def test_without_an_end_the_list_ends_with_the_newest_item_of_the_service(
    log: Log, hours: int
) -> None:
    """The clock here may be behind or ahead; the service's alone counts."""
    log.ahead = timedelta(hours=hours)
    await log.start("Other shop")
    pages = log.pages(until=None)
    assert pages.until is None
    found = [(await anext(pages)).action_target]
    assert pages.until is not None
    await log.grow("new", 5)
    assert found + await targets(pages) == old(8, 7, 6, 5, 4, 3, 2, 1, 0)
    assert log.reads == 5


async def test_a_list_with_the_oldest_item_first_comes_whole(log: Log) -> None:
    log.emulator.state.audit._entries.reverse()
    assert await targets(log.pages(until=None)) == old(0, 1, 2, 3, 4, 5, 6, 7, 8)


async def test_an_iteration_resumes_at_a_page(log: Log) -> None:
    pages = log.pages()
    for _ in range(5):
        await anext(pages)
    again = log.pages(until=pages.until, first_page=pages.page)
    assert await targets(again) == old(4, 3, 2, 1, 0)
    assert await targets(log.pages(first_page=50)) == []


async def test_a_failed_step_reads_the_same_page_again(log: Log) -> None:
    pages = log.pages()
    found = [(await anext(pages)).action_target, (await anext(pages)).action_target]
    log.emulator.faults.add(Fault("status", operation="get-auditlogs-v2", status=500))
    with pytest.raises(ServerError):
        await anext(pages)
    assert found + await targets(pages) == old(8, 7, 6, 5, 4, 3, 2, 1, 0)


async def test_the_blocking_iterator_yields_the_same(log: Log) -> None:
    def walk() -> tuple[list[str], int, datetime | None]:
        with ManagementClient(
            log.emulator.username,
            log.emulator.password,
            base_url=log.emulator.base_url,
            options=Options(limits=None),
        ) as client:
            pages = client.audit_logs.iter_product_audit_logs(
                log.product, page_size=4, to_utc_date_time=LATER, first_page=2
            )
            return [item.action_target for item in pages], pages.page, pages.until

    found, page, until = await in_thread(walk)
    assert found[-1] == "Shop"
    assert found[:-1] == old(4, 3, 2, 1, 0)[: len(found) - 1]
    assert (page, until) == (3, LATER)


async def test_a_page_without_items_and_without_paging_ends_the_list() -> None:
    page = {"paging": None, "data": None}
    async with FaultServer(answer(200, {"changeRequests": page})) as server:
        async with quick_client(server) as client:
            pages = client.change_requests.iter_change_requests(
                str(PRODUCT["productId"])
            )
            assert [item async for item in pages] == []
            assert pages.until is None
        assert len(server.seen) == 1


async def test_an_operation_without_pages_cannot_be_walked_over(log: Log) -> None:
    with pytest.raises(TypeError, match="get-tag returns no pages"):
        AsyncPages(log.client._caller, GET_TAG, 1)
