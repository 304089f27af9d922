"""Audit log and deleted settings."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    AuditLogItemModel,
    AuditLogItemModelPagedList,
    AuditLogType,
    DeletedSettingModel,
)
from configcat_mgmt.api.operations import audit_logs as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.paging import page_of
from configcat_mgmt.emulator.domain.records import AuditEntry
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import deleted_setting_view

MEMORY: Final = timedelta(days=180)
"""How long a deleted setting is listed. Source: configcat/cli."""

USUAL_PAGE: Final = 100
USUAL_SPAN: Final = timedelta(days=7)
LONGEST_SPAN: Final = timedelta(days=30)
"""Source: the descriptions of the audit log operations in the API's documentation."""


@handles(operations.GET_AUDITLOGS)
def get_auditlogs(
    state: State,
    product_id: UUID,
    *,
    config_id: UUID | None = None,
    environment_id: UUID | None = None,
    audit_log_type: AuditLogType | None = None,
    from_utc_date_time: datetime | None = None,
    to_utc_date_time: datetime | None = None,
) -> list[AuditLogItemModel]:
    """List what happened in a product, newest first."""
    product = state.product(product_id)
    access.require(state, product, "can_view_product_audit_log")
    span = _span(state, from_utc_date_time, to_utc_date_time)
    filters = _Filters(product_id, config_id, environment_id, audit_log_type)
    entries = _entries(state, product.organization_id, span, filters)
    return [_audit_log_item(state, entry) for entry in entries]


@handles(operations.GET_ORGANIZATION_AUDITLOGS)
def get_organization_auditlogs(
    state: State,
    organization_id: UUID,
    *,
    product_id: UUID | None = None,
    config_id: UUID | None = None,
    environment_id: UUID | None = None,
    audit_log_type: AuditLogType | None = None,
    from_utc_date_time: datetime | None = None,
    to_utc_date_time: datetime | None = None,
) -> list[AuditLogItemModel]:
    """List what happened in an organization, newest first; for admins only."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    span = _span(state, from_utc_date_time, to_utc_date_time)
    filters = _Filters(product_id, config_id, environment_id, audit_log_type)
    entries = _entries(state, organization_id, span, filters)
    return [_audit_log_item(state, entry) for entry in entries]


@handles(operations.GET_AUDITLOGS_V2)
def get_auditlogs_v2(
    state: State,
    product_id: UUID,
    *,
    config_id: UUID | None = None,
    environment_id: UUID | None = None,
    audit_log_type: AuditLogType | None = None,
    from_utc_date_time: datetime | None = None,
    to_utc_date_time: datetime | None = None,
    page_number: int | None = None,
    page_size: int | None = None,
) -> AuditLogItemModelPagedList:
    """List what happened in a product, newest first, in pages."""
    product = state.product(product_id)
    access.require(state, product, "can_view_product_audit_log")
    span = _open_span(from_utc_date_time, to_utc_date_time)
    filters = _Filters(product_id, config_id, environment_id, audit_log_type)
    entries = _entries(state, product.organization_id, span, filters)
    return _paged(state, entries, page_number, page_size)


@handles(operations.GET_ORGANIZATION_AUDITLOGS_V2)
def get_organization_auditlogs_v2(
    state: State,
    organization_id: UUID,
    *,
    product_id: UUID | None = None,
    config_id: UUID | None = None,
    environment_id: UUID | None = None,
    audit_log_type: AuditLogType | None = None,
    from_utc_date_time: datetime | None = None,
    to_utc_date_time: datetime | None = None,
    page_number: int | None = None,
    page_size: int | None = None,
) -> AuditLogItemModelPagedList:
    """List what happened in an organization in pages; for admins only."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    span = _open_span(from_utc_date_time, to_utc_date_time)
    filters = _Filters(product_id, config_id, environment_id, audit_log_type)
    entries = _entries(state, organization_id, span, filters)
    return _paged(state, entries, page_number, page_size)


@handles(operations.GET_DELETED_SETTINGS)
def get_deleted_settings(state: State, config_id: UUID) -> list[DeletedSettingModel]:
    """List the settings of a config that were deleted not too long ago."""
    config = state.config(config_id)
    since = state.clock() - MEMORY
    return [
        deleted_setting_view(setting)
        for setting in config.deleted_settings
        if setting.deleted_at >= since
    ]


def _span(
    state: State, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    """Complete a time span: by default it ends now and lasts a week."""
    if end is None:
        end = state.clock()
    if start is None:
        try:
            start = end - USUAL_SPAN
        except OverflowError:
            start = end
    if start > end:
        raise Refused("from_utc_date_time", "The time span ends before it begins.")
    if end - start > LONGEST_SPAN:
        message = f"The time span may be at most {LONGEST_SPAN.days} days long."
        raise Refused("from_utc_date_time", message)
    return start, end


def _open_span(
    start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    """Complete a time span, which is open at both ends and as long as any (assumed)."""
    start = start or datetime.min.replace(tzinfo=UTC)
    end = end or datetime.max.replace(tzinfo=UTC)
    if start > end:
        raise Refused("from_utc_date_time", "The time span ends before it begins.")
    return start, end


def _paged(
    state: State, entries: list[AuditEntry], number: int | None, size: int | None
) -> AuditLogItemModelPagedList:
    page = page_of(entries, number, size or USUAL_PAGE)
    return AuditLogItemModelPagedList(
        paging=page.info, data=[_audit_log_item(state, entry) for entry in page.items]
    )


@attrs.frozen
class _Filters:
    """The filters of a request; None selects everything."""

    product_id: UUID | None
    config_id: UUID | None
    environment_id: UUID | None
    kind: AuditLogType | None


def _entries(
    state: State,
    organization_id: UUID,
    span: tuple[datetime, datetime],
    filters: _Filters,
) -> list[AuditEntry]:
    """Return the entries of an organization that pass the filters, newest first."""
    return [
        entry
        for entry in state.audit.between(*span)
        if entry.organization_id == organization_id
        and filters.product_id in {None, entry.product_id}
        and filters.config_id in {None, entry.config_id}
        and filters.environment_id in {None, entry.environment_id}
        and filters.kind in {None, entry.kind}
    ]


def _audit_log_item(state: State, entry: AuditEntry) -> AuditLogItemModel:
    user = state.users.get(entry.user_id)
    return AuditLogItemModel(
        audit_log_id=entry.audit_log_id,
        audit_log_date_time=entry.happened_at,
        audit_log_type_enum=entry.kind,
        change_set_id=entry.change_set_id,
        model_version=1,
        truncated=False,
        audit_log_type=entry.kind.value,
        user_email=user.email if user else None,
        user_name=user.full_name if user else "",
        where=entry.where,
        why=entry.why,
        action_target=entry.target,
        details=entry.details,
    )
