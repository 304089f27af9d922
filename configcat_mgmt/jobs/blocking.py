"""The jobs for the blocking client, with the same names and arguments.

The client's own thread runs callbacks such as `progress` and `confirm`, so a callback
must not use the client.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Unpack
from uuid import UUID

from configcat_mgmt.api.model_index import (
    ConfigModel,
    EnvironmentModel,
    OrganizationModel,
    ProductModel,
)
from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.applying import apply as applying
from configcat_mgmt.jobs.applying.options import ApplyChoices
from configcat_mgmt.jobs.applying.report import Report, RequestState
from configcat_mgmt.jobs.bulk import run as bulk
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkListener, BulkOptions, OutcomeListener
from configcat_mgmt.jobs.compare.differences import Difference
from configcat_mgmt.jobs.exporting import audit_log
from configcat_mgmt.jobs.exporting.audit_log import (
    AuditExport,
    AuditForm,
    AuditQuery,
    ExportListener,
)
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.organizations import backup, restore_profiles
from configcat_mgmt.jobs.organizations.backup import OrganizationBackup
from configcat_mgmt.jobs.organizations.proxy_profiles import ProxyProfile
from configcat_mgmt.jobs.organizations.restore_profiles import RestoredProfiles
from configcat_mgmt.jobs.snapshotting import find_organization as find_organizations
from configcat_mgmt.jobs.snapshotting import find_part, new_product, stale
from configcat_mgmt.jobs.snapshotting import find_product as finding
from configcat_mgmt.jobs.snapshotting import product as reading
from configcat_mgmt.jobs.snapshotting.calls import ReadListener
from configcat_mgmt.jobs.snapshotting.stale import (
    USUAL_DAYS,
    InEnvironments,
    StaleReport,
)
from configcat_mgmt.jobs.verifying import verify as verifying
from configcat_mgmt.jobs.verifying.verify import (
    IssueListener,
    ProposalListener,
    UnknownFieldsListener,
)
from configcat_mgmt.sync import ManagementClient

__all__ = [
    "apply",
    "back_up_organization",
    "export_audit_log",
    "find_config",
    "find_environment",
    "find_organization",
    "find_product",
    "find_stale",
    "read_new_product",
    "restore_proxy_profiles",
    "run_calls",
    "take_snapshot",
    "verify",
]


@checked
def take_snapshot(
    client: ManagementClient,
    product: UUID | str,
    *,
    secrets: bool = False,
    members: bool = False,
    only: Selection | None = None,
    progress: ReadListener | None = None,
) -> Snapshot:
    """Take a snapshot of a product; see `jobs.take_snapshot`."""
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


@checked
def read_new_product(
    client: ManagementClient,
    name: str,
    organization: UUID | str | None = None,
    progress: ReadListener | None = None,
) -> NewProduct:
    """Describe a product that a plan will create; see `jobs.read_new_product`."""
    work = new_product.read_new_product(client.aio, name, organization, progress)
    return client.portal.run(work)


@checked
def apply(
    client: ManagementClient,
    plan: Plan,
    journal_path: str | os.PathLike[str],
    **options: "Unpack[ApplyChoices]",
) -> Report:
    """Apply a plan; an interrupted run can resume. See `jobs.apply`."""
    work = applying.apply(client.aio, plan, journal_path, **options)
    return client.portal.run(work)


@checked
def verify(
    client: ManagementClient,
    wanted: Plan | Snapshot,
    product: UUID | str,
    *,
    selection: Selection | None = None,
    progress: ReadListener | None = None,
    unknown_fields: UnknownFieldsListener | None = None,
    requests: Iterable[RequestState] = (),
    waiting: ProposalListener | None = None,
    issues: IssueListener | None = None,
) -> tuple[Difference, ...]:
    """Compare a product with a plan or snapshot; see `jobs.verify`."""
    work = verifying.verify(
        client.aio,
        wanted,
        product,
        selection=selection,
        progress=progress,
        unknown_fields=unknown_fields,
        requests=requests,
        waiting=waiting,
        issues=issues,
    )
    return client.portal.run(work)


@checked
def export_audit_log(
    client: ManagementClient,
    query: AuditQuery,
    path: str | os.PathLike[str],
    *,
    form: AuditForm = "jsonl",
    progress: ExportListener | None = None,
) -> AuditExport:
    """Write audit log entries to a file; see `jobs.export_audit_log`."""
    work = audit_log.export_audit_log(
        client.aio, query, path, form=form, progress=progress
    )
    return client.portal.run(work)


@checked
def back_up_organization(
    client: ManagementClient,
    organization: UUID | str | None,
    folder: str | os.PathLike[str],
    *,
    secrets: bool = False,
    members: bool = False,
    progress: ReadListener | None = None,
) -> OrganizationBackup:
    """Save every product of an organization; see `jobs.back_up_organization`."""
    return client.portal.run(
        backup.back_up_organization(
            client.aio,
            organization,
            folder,
            secrets=secrets,
            members=members,
            progress=progress,
        )
    )


@checked
def find_product(client: ManagementClient, product: UUID | str) -> ProductModel:
    """Read a product by its id or name; see `jobs.find_product`."""
    return client.portal.run(finding.find_product(client.aio, product))


@checked
def find_config(
    client: ManagementClient, product_id: UUID, config: UUID | str
) -> ConfigModel:
    """Find a config of a product by its id or name; see `jobs.find_config`."""
    return client.portal.run(find_part.find_config(client.aio, product_id, config))


@checked
def find_environment(
    client: ManagementClient, product_id: UUID, environment: UUID | str
) -> EnvironmentModel:
    """Find an environment by its id or name; see `jobs.find_environment`."""
    work = find_part.find_environment(client.aio, product_id, environment)
    return client.portal.run(work)


@checked
def find_organization(
    client: ManagementClient, organization: UUID | str | None = None
) -> OrganizationModel:
    """Read an organization by its id or name; see `jobs.find_organization`."""
    work = find_organizations.find_organization(client.aio, organization)
    return client.portal.run(work)


@checked
def restore_proxy_profiles(
    client: ManagementClient,
    organization_id: UUID,
    profiles: Collection[ProxyProfile],
    ids: Mapping[str, str],
    record: str | os.PathLike[str],
) -> RestoredProfiles:
    """Create the proxy profiles of a backup; see `jobs.restore_proxy_profiles`."""
    return client.portal.run(
        restore_profiles.restore_proxy_profiles(
            client.aio, organization_id, profiles, ids, record
        )
    )


@checked
def find_stale(
    client: ManagementClient,
    snapshot: Snapshot,
    *,
    selection: Selection = EVERYTHING,
    days: int = USUAL_DAYS,
    stale_in: InEnvironments = "any",
    progress: ReadListener | None = None,
) -> StaleReport:
    """Find stale flags and their dependents; see `jobs.find_stale`."""
    work = stale.find_stale(
        client.aio,
        snapshot,
        selection=selection,
        days=days,
        stale_in=stale_in,
        progress=progress,
    )
    return client.portal.run(work)


@checked
def run_calls(
    client: ManagementClient,
    calls: Iterable[Call],
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
    progress: BulkListener | None = None,
    left: OutcomeListener | None = None,
) -> Iterator[Outcome]:
    """Make many calls concurrently; see `jobs.run_calls`.

    The caller's thread reads the iterable and runs `left`.
    """
    return bulk.run_calls_blocking(
        client,
        calls,
        options=options,
        journal=journal,
        progress=progress,
        left=left,
    )
