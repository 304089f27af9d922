"""Backs up all products of an organization to a folder of stable files."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias
from uuid import UUID

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import (
    ConfigCatManagementError,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
)
from configcat_mgmt.jobs.model.snapshot import LEFT_OUT, Gap
from configcat_mgmt.jobs.model.snapshot_file import snapshot_text
from configcat_mgmt.jobs.organizations.backup_folder import (
    BackupFolder,
    BackupIndex,
    BackupProduct,
    backup_products,
)
from configcat_mgmt.jobs.organizations.proxy_profiles import read_proxy_profiles
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls, ReadListener
from configcat_mgmt.jobs.snapshotting.find_organization import look_up_organization
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.task_group import task_group

BackupState: TypeAlias = Literal["new", "changed", "unchanged", "removed", "failed"]
"""How a file differs from the last backup. `removed`: the product does not exist any
more, so its file is removed. `failed`: the product could not be read or saved, so the
file of the last backup stays."""

_AT_ONCE: Final = 4
"""Products that are read at the same time; the limiter sets the pace."""


@attrs.frozen
class ProductBackup:
    """The result of one product in a backup."""

    product: BackupProduct
    state: BackupState
    problem: str = ""
    """The error of a failed product."""
    gaps: tuple[Gap, ...] = ()
    """Parts that the credentials cannot read, and those that they cannot change."""


@attrs.frozen
class OrganizationBackup:
    """The result of a backup."""

    folder: Path
    organization: str
    """Name of the organization."""
    organization_id: UUID
    products: tuple[ProductBackup, ...]
    """Sorted by file."""
    proxy_profiles: int | None
    """Number of saved proxy profiles; None if they could not be read."""
    proxy_profiles_problem: str = ""
    """The reason why the proxy profiles could not be read."""

    @property
    def is_complete(self) -> bool:
        """Whether all products were read and saved."""
        return not any(one.state == "failed" for one in self.products)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the result as plain JSON data."""
        return {
            "folder": str(self.folder),
            "organization": self.organization,
            "organization_id": str(self.organization_id),
            "complete": self.is_complete,
            "products": [
                {
                    "product": one.product.name,
                    "product_id": str(one.product.id),
                    "file": one.product.file,
                    "state": one.state,
                    "problem": one.problem or None,
                    "gaps": [
                        {"entity": gap.entity, "key": gap.key, "reason": gap.reason}
                        for gap in one.gaps
                    ],
                }
                for one in self.products
            ],
            "proxy_profiles": self.proxy_profiles,
            "proxy_profiles_problem": self.proxy_profiles_problem or None,
        }


@checked
async def back_up_organization(
    client: AsyncManagementClient,
    organization: UUID | str | None,
    folder: str | os.PathLike[str],
    *,
    secrets: bool = False,
    members: bool = False,
    progress: ReadListener | None = None,
) -> OrganizationBackup:
    """Save every product of an organization to a file of its own, and an index.

    The files of unchanged products do not change, as version control wants it. Each
    file is replaced as a whole, so a killed backup leaves an older or a newer one. A
    product that the credentials do not see any more loses its file. One that cannot be
    read keeps the file of the last backup, and the others are saved.

    Args:
        client: Reads the organization.
        organization: Id of the organization, or its name in any case. None means the
            only organization that the credentials see.
        folder: The folder, which is made if it is missing; it may have other files,
            such as those of version control.
        secrets: Whether the files may contain the secrets of webhooks and integrations,
            and SDK keys.
        members: Whether to save the members too, with their e-mail addresses.
        progress: Receives the number of finished calls and of calls known to be needed.

    Returns:
        The result for each product. Proxy profiles are saved without secrets, if the
        credentials may read them.

    Raises:
        ConfigurationError: The organization does not exist or more than one matches,
            the folder has a backup of another one, is in use by another backup or
            cannot be written, or the credentials see none of the products that the last
            backup has.
        ApiError: The organizations or products cannot be listed.
    """
    part = _parts(progress)
    calls = ReadingCalls(part())
    owner = await look_up_organization(client, organization, calls)
    models = await calls.call(client.products.get_products)
    products = backup_products(
        (one.product_id, one.name)
        for one in models
        if one.organization.organization_id == owner.organization_id
    )
    with BackupFolder(folder) as backup:
        before = backup.begin(owner.name, owner.organization_id)
        if before.products and not products:
            raise ConfigurationError(
                f"these credentials see no product of {owner.name!r}, and the backup "
                f"in {backup.path} has {len(before.products):,}; it is unchanged"
            )
        old = {one.id: one for one in before.products}
        slots = asyncio.Semaphore(_AT_ONCE)

        async def save(product: BackupProduct) -> ProductBackup:
            async with slots:
                try:
                    snapshot = await take_snapshot(
                        client,
                        product.id,
                        secrets=secrets,
                        members=members,
                        progress=part(),
                    )
                    is_changed = backup.save_product(
                        product, snapshot_text(snapshot, stable=True)
                    )
                except ConfigCatManagementError as error:
                    kept = old.get(product.id, product)
                    return ProductBackup(kept, "failed", str(error))
            state: BackupState = "changed" if is_changed else "unchanged"
            if product.id not in old:
                state = "new"
            gaps = tuple(gap for gap in snapshot.gaps if gap.reason != LEFT_OUT)
            return ProductBackup(product, state, gaps=gaps)

        async with task_group() as group:
            tasks = [group.create_task(save(product)) for product in products]
        saved = [task.result() for task in tasks]
        count, problem = await _save_profiles(
            client, owner.organization_id, calls, backup
        )
        kept = [one.product for one in saved if one.state != "failed"]
        kept += [
            one.product
            for one in saved
            if one.state == "failed" and one.product.id in old
        ]
        kept.sort(key=lambda one: one.file)
        backup.save_index(BackupIndex(owner.name, owner.organization_id, tuple(kept)))
        backup.remove_others({one.file for one in kept})
        there = {one.id for one in products}
        removed = [
            ProductBackup(one, "removed")
            for one in before.products
            if one.id not in there
        ]
        return OrganizationBackup(
            folder=backup.path,
            organization=owner.name,
            organization_id=owner.organization_id,
            products=tuple(
                sorted([*saved, *removed], key=lambda one: one.product.file)
            ),
            proxy_profiles=count,
            proxy_profiles_problem=problem,
        )


async def _save_profiles(
    client: AsyncManagementClient,
    organization_id: UUID,
    calls: ReadingCalls,
    backup: BackupFolder,
) -> tuple[int | None, str]:
    """Save the proxy profiles; return their number, or why they cannot be read."""
    try:
        profiles = await read_proxy_profiles(client, organization_id, calls)
    except (PermissionDeniedError, NotFoundError) as error:
        return None, str(error)
    backup.save_profiles(profiles)
    return len(profiles), ""


def _parts(progress: ReadListener | None) -> Callable[[], ReadListener | None]:
    """Return a function that gives each part of the work a listener of its own."""
    if progress is None:
        return lambda: None
    counts: list[tuple[int, int]] = []

    def part() -> ReadListener:
        place = len(counts)
        counts.append((0, 0))

        def told(done: int, known: int) -> None:
            counts[place] = (done, known)
            progress(sum(one for one, _ in counts), sum(one for _, one in counts))

        return told

    return part
