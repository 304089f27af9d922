"""Exports the audit log of a product or an organization to a file."""

import csv
import io
import logging
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import AuditLogItemModel, AuditLogType
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.exporting.export_file import ExportFile
from configcat_mgmt.jobs.snapshotting.find_named import Candidate, one_named
from configcat_mgmt.jobs.snapshotting.find_part import find_config, find_environment
from configcat_mgmt.jobs.snapshotting.find_product import find_product
from configcat_mgmt.json_value import JsonValue

AuditForm: TypeAlias = Literal["jsonl", "csv"]
"""JSON lines, or comma-separated values with a heading."""

ExportListener: TypeAlias = Callable[[int, int | None], None]
"""Receives the number of entries written and, once known, of all entries.

Its exceptions are logged and change nothing.
"""

_log: Final = logging.getLogger("configcat_mgmt")

COLUMNS: Final = (
    "auditLogId",
    "auditLogDateTime",
    "auditLogTypeEnum",
    "auditLogType",
    "userEmail",
    "userName",
    "where",
    "actionTarget",
    "details",
    "why",
    "truncated",
)
"""The fields of an entry in the columns of a CSV file."""


@checked
@attrs.frozen(kw_only=True)
class AuditQuery:
    """The entries to export.

    Attributes:
        product: Id or name of the product; None for an organization.
        organization: Id or name of the organization; None for a product. Its audit log
            is readable for Organization Admins.
        config: Id or name of a config of the product; None for all.
        environment: Id or name of an environment of the product; None for all.
        kind: Only entries of this type; None for all.
        since: Start of the time span, aware; None for no start.
        until: End of the time span, aware; None for the present.
    """

    product: UUID | str | None = None
    """Id or name of the product; None for an organization."""
    organization: UUID | str | None = None
    """Id or name of the organization; None for a product."""
    config: UUID | str | None = None
    """Id or name of a config of the product; None for all."""
    environment: UUID | str | None = None
    """Id or name of an environment of the product; None for all."""
    kind: AuditLogType | None = None
    """Only entries of this type; None for all."""
    since: datetime | None = None
    """Start of the time span, aware; None for no start."""
    until: datetime | None = None
    """End of the time span, aware; None for the present."""


@attrs.frozen
class AuditExport:
    """The result of an export."""

    path: Path
    count: int
    """Number of entries in the file."""
    resumed: bool
    """Whether an earlier run had written a part of them."""


@checked
async def export_audit_log(
    client: AsyncManagementClient,
    query: AuditQuery,
    path: str | os.PathLike[str],
    *,
    form: AuditForm = "jsonl",
    progress: ExportListener | None = None,
) -> AuditExport:
    """Write audit log entries to a file, newest first, each once.

    Entries that arrive during the export are not part of it. The memory used does not
    depend on the number of entries. An interrupted export leaves `FILE.part`, and the
    same call continues it.

    Args:
        client: The client to read with.
        query: The entries to export.
        path: The file; it is replaced at the end, and only its owner can read it.
        form: JSON lines with all fields, or CSV with `COLUMNS`.
        progress: Called after each page.

    Returns:
        The file, and the number of entries in it.

    Raises:
        ConfigurationError: The query names nothing or too much, its time span ends
            before it begins, a name is unknown or ambiguous, or the file cannot be
            written.
        ApiError: A call failed.
    """
    if query.since and query.until and query.since > query.until:
        raise ConfigurationError("the time span ends before it begins")
    product, organization = await _owner(client, query)
    config, environment = None, None
    if product is not None:
        if query.config is not None:
            config = (await find_config(client, product, query.config)).config_id
        if query.environment is not None:
            found = await find_environment(client, product, query.environment)
            environment = found.environment_id
    filters = {
        "product": product,
        "organization": organization,
        "config": config,
        "environment": environment,
        "kind": query.kind,
        "since": query.since.isoformat() if query.since else None,
        "until": query.until.isoformat() if query.until else None,
        "form": form,
    }
    shown = {name: str(one) for name, one in filters.items() if one is not None}
    with ExportFile(Path(path), shown) as file:
        resumed = file.position.page > 0
        if not file.position.size and form == "csv":
            file.add(_csv_lines([COLUMNS]), 0, (), None)
        logs = client.audit_logs
        if product is not None:
            read = partial(logs.iter_product_audit_logs, product)
        else:
            owner = cast("UUID", organization)
            read = partial(logs.iter_organization_audit_logs, owner)
        pages = read(
            config_id=config,
            environment_id=environment,
            audit_log_type=query.kind,
            from_utc_date_time=query.since,
            to_utc_date_time=file.position.until or query.until,
            first_page=file.position.page + 1,
        )
        pages.skip(file.position.ids)
        while await pages.read():
            items: list[AuditLogItemModel] = []
            while pages.has_item:
                items.append(pages.take())
            ids = [one.audit_log_id for one in items]
            file.add(_lines(items, form), pages.page, ids, pages.until)
            if progress is not None:
                try:
                    progress(file.position.count, pages.total_count)
                except Exception:
                    _log.exception("the progress callback raised; the export continues")
        file.finish()
        return AuditExport(Path(path), file.position.count, resumed)


async def _owner(
    client: AsyncManagementClient, query: AuditQuery
) -> tuple[UUID | None, UUID | None]:
    """Return the id of the product or that of the organization."""
    if query.product is not None and query.organization is None:
        product = await find_product(client, query.product)
        return product.product_id, None
    if query.organization is None or query.product is not None:
        message = "name either a product or an organization"
        raise ConfigurationError(message)
    if query.config is not None or query.environment is not None:
        message = "name the product of the config or environment"
        raise ConfigurationError(message)
    organizations = await client.organizations.get_organizations()
    named = [Candidate(one.organization_id, one.name) for one in organizations]
    return None, one_named("organization", query.organization, named)


def _lines(items: Sequence[AuditLogItemModel], form: AuditForm) -> bytes:
    documents = [cast("dict[str, JsonValue]", to_json(one)) for one in items]
    if form == "csv":
        rows = [[document.get(name) for name in COLUMNS] for document in documents]
        return _csv_lines(rows)
    return b"".join(dump_json(document) + b"\n" for document in documents)


def _csv_lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
