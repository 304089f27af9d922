"""The jobs for blocking callers: same names, same arguments, the other client.

Callbacks such as `progress` and `confirm` are called on the client's own thread, and
must not make calls of the client themselves.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Unpack
from uuid import UUID

from configcat_mgmt.jobs.applying import apply as applying
from configcat_mgmt.jobs.applying.options import ApplyChoices
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.bulk import run as bulk
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkListener, BulkOptions, OutcomeListener
from configcat_mgmt.jobs.compare.differences import Difference
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.snapshotting import new_product, stale
from configcat_mgmt.jobs.snapshotting import product as reading
from configcat_mgmt.jobs.snapshotting.calls import ReadListener
from configcat_mgmt.jobs.snapshotting.stale import (
    USUAL_DAYS,
    InEnvironments,
    StaleReport,
)
from configcat_mgmt.jobs.verifying import verify as verifying
from configcat_mgmt.sync import ManagementClient


def take_snapshot(
    client: ManagementClient,
    product: UUID | str,
    *,
    secrets: bool = False,
    members: bool = False,
    only: Selection | None = None,
    progress: ReadListener | None = None,
) -> Snapshot:
    """Read a product; as `jobs.take_snapshot`."""
    return client.portal.run(
        reading.take_snapshot(
            client.aio,
            product,
            secrets=secrets,
            members=members,
            only=only,
            progress=progress,
        )
    )


def read_new_product(
    client: ManagementClient,
    name: str,
    organization: UUID | str | None = None,
    progress: ReadListener | None = None,
) -> NewProduct:
    """Return a product to be made as a target; as `jobs.read_new_product`."""
    work = new_product.read_new_product(client.aio, name, organization, progress)
    return client.portal.run(work)


def apply(
    client: ManagementClient,
    plan: Plan,
    journal_path: str | os.PathLike[str],
    **options: "Unpack[ApplyChoices]",
) -> Report:
    """Do what a plan says, so that it can be gone on with; as `jobs.apply`."""
    work = applying.apply(client.aio, plan, journal_path, **options)
    return client.portal.run(work)


def verify(
    client: ManagementClient,
    wanted: Plan | Snapshot,
    product: UUID | str,
    *,
    selection: Selection | None = None,
    progress: ReadListener | None = None,
) -> tuple[Difference, ...]:
    """Read a product and say what is not as it should be; as `jobs.verify`."""
    work = verifying.verify(
        client.aio, wanted, product, selection=selection, progress=progress
    )
    return client.portal.run(work)


def find_stale(
    client: ManagementClient,
    snapshot: Snapshot,
    *,
    selection: Selection = EVERYTHING,
    days: int = USUAL_DAYS,
    stale_in: InEnvironments = "any",
    progress: ReadListener | None = None,
) -> StaleReport:
    """Read which flags are stale, and what still needs them; as `jobs.find_stale`."""
    work = stale.find_stale(
        client.aio,
        snapshot,
        selection=selection,
        days=days,
        stale_in=stale_in,
        progress=progress,
    )
    return client.portal.run(work)


def run_calls(
    client: ManagementClient,
    calls: Iterable[Call],
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
    progress: BulkListener | None = None,
    left: OutcomeListener | None = None,
) -> Iterator[Outcome]:
    """Make many calls side by side; as `jobs.run_calls`.

    The iterable is read in the caller's own thread, where `left` is called as well.
    """
    return bulk.run_calls_blocking(
        client,
        calls,
        options=options,
        journal=journal,
        progress=progress,
        left=left,
    )
