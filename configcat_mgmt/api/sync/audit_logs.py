"""The blocking operations of the group `audit_logs`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from configcat_mgmt.api.aio.audit_logs import AsyncAuditLogs
from configcat_mgmt.api.models.audit_logs import (
    AuditLogItemModel,
    AuditLogItemModelPagedList,
    AuditLogType,
    DeletedSettingModel,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.core.pages import SyncPages
from configcat_mgmt.portal import Portal


class AuditLogs(OperationGroup):
    """Audit logs: the blocking operations.

    Read audit log entries and the deleted settings of a config.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncAuditLogs, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_organization_auditlogs(
        self,
        organization_id: UUID | str,
        *,
        product_id: UUID | str | None = None,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
    ) -> list[AuditLogItemModel]:
        """List audit log entries of an organization.

        Reads audit log entries of the whole organization. Every filter is optional and
        narrows the result. Without a time span, the service covers the last 7 days; a
        span must not exceed 30 days. Treat the list of entry types as open: the service
        adds and removes types over time. Deprecated: since 1 June 2026 the service may
        redirect this operation to a paged one. The result then holds the items of the
        first page, newest first, and the client logs a warning if there are more;
        narrow the time span to get them.

        GET /v1/organizations/{organizationId}/auditlogs

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            product_id: Only entries of this product (UUID); all products by default. A
                string is accepted. None omits it.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. Without a time span, the
                service covers the last 7 days; a span must not exceed 30 days. An aware
                datetime. None omits it.
            to_utc_date_time: End of the time span, in UTC. Without a time span, the
                service covers the last 7 days; a span must not exceed 30 days. An aware
                datetime. None omits it.

        Returns:
            list of AuditLogItemModel, in the service's order: The audit log entries
                that match the filters.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(
            self._aio.get_organization_auditlogs(
                organization_id,
                product_id=product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
            ),
        )

    def get_organization_auditlogs_v2(
        self,
        organization_id: UUID | str,
        *,
        product_id: UUID | str | None = None,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
        page_number: int | None = None,
        page_size: int | None = None,
    ) -> AuditLogItemModelPagedList:
        """Get a page of audit log entries of an organization.

        Reads one page of the audit log of the whole organization. Every filter is
        optional and narrows the result. Newest entries come first. New entries shift
        older ones to later pages: set `to_utc_date_time` to read a stable list. Treat
        the list of entry types as open: the service adds and removes types over time.

        GET /v2/organizations/{organizationId}/auditlogs

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            product_id: Only entries of this product (UUID); all products by default. A
                string is accepted. None omits it.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. An aware datetime. None
                omits it.
            to_utc_date_time: End of the time span, in UTC. A fixed end keeps entries
                that are added meanwhile from shifting the pages. An aware datetime.
                None omits it.
            page_number: Number of the page, counted from 1; the first page by default.
                At least 1. None omits it.
            page_size: Items per page, 1 to 100; 100 by default. None omits it.

        Returns:
            AuditLogItemModelPagedList: One page of the entries that match the filters.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(
            self._aio.get_organization_auditlogs_v2(
                organization_id,
                product_id=product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
                page_number=page_number,
                page_size=page_size,
            ),
        )

    def iter_organization_audit_logs(
        self,
        organization_id: UUID | str,
        *,
        product_id: UUID | str | None = None,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
        page_size: int | None = None,
        first_page: int = 1,
    ) -> SyncPages[AuditLogItemModel]:
        """Iterate over the audit log entries of an organization.

        Reads a page when an item of it is needed, and leaves out repeats. A step of the
        iteration raises what the operation raises. Pass `page` of the iterator as
        `first_page` to resume there. Without `to_utc_date_time`, the list ends with the
        newest item of the first page.

        GET /v2/organizations/{organizationId}/auditlogs

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            product_id: Only entries of this product (UUID); all products by default. A
                string is accepted. None omits it.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. An aware datetime. None
                omits it.
            to_utc_date_time: End of the time span, in UTC. A fixed end keeps entries
                that are added meanwhile from shifting the pages. An aware datetime.
                None omits it.
            page_size: Items per page, 1 to 100; 100 by default. None omits it.
            first_page: Number of the page to begin with, counted from 1.

        Returns:
            iterator of AuditLogItemModel, in the service's order: All items of all
                pages.
        """
        return SyncPages(
            self._aio.iter_organization_audit_logs(
                organization_id,
                product_id=product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
                page_size=page_size,
                first_page=first_page,
            ),
            self._portal.run,
        )

    def get_auditlogs(
        self,
        product_id: UUID | str,
        *,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
    ) -> list[AuditLogItemModel]:
        """List audit log entries of a product.

        Reads audit log entries of one product. Every filter is optional and narrows the
        result. Without a time span, the service covers the last 7 days; a span must not
        exceed 30 days. Treat the list of entry types as open: the service adds and
        removes types over time. Deprecated: since 1 June 2026 the service may redirect
        this operation to a paged one. The result then holds the items of the first
        page, newest first, and the client logs a warning if there are more; narrow the
        time span to get them.

        GET /v1/products/{productId}/auditlogs

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. Without a time span, the
                service covers the last 7 days; a span must not exceed 30 days. An aware
                datetime. None omits it.
            to_utc_date_time: End of the time span, in UTC. Without a time span, the
                service covers the last 7 days; a span must not exceed 30 days. An aware
                datetime. None omits it.

        Returns:
            list of AuditLogItemModel, in the service's order: The audit log entries
                that match the filters.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(
            self._aio.get_auditlogs(
                product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
            ),
        )

    def get_auditlogs_v2(
        self,
        product_id: UUID | str,
        *,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
        page_number: int | None = None,
        page_size: int | None = None,
    ) -> AuditLogItemModelPagedList:
        """Get a page of audit log entries of a product.

        Reads one page of the audit log of one product. Every filter is optional and
        narrows the result. Newest entries come first. New entries shift older ones to
        later pages: set `to_utc_date_time` to read a stable list. Treat the list of
        entry types as open: the service adds and removes types over time.

        GET /v2/products/{productId}/auditlogs

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. An aware datetime. None
                omits it.
            to_utc_date_time: End of the time span, in UTC. A fixed end keeps entries
                that are added meanwhile from shifting the pages. An aware datetime.
                None omits it.
            page_number: Number of the page, counted from 1; the first page by default.
                At least 1. None omits it.
            page_size: Items per page, 1 to 100; 100 by default. None omits it.

        Returns:
            AuditLogItemModelPagedList: One page of the entries that match the filters.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(
            self._aio.get_auditlogs_v2(
                product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
                page_number=page_number,
                page_size=page_size,
            ),
        )

    def iter_product_audit_logs(
        self,
        product_id: UUID | str,
        *,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        audit_log_type: AuditLogType | str | None = None,
        from_utc_date_time: datetime | None = None,
        to_utc_date_time: datetime | None = None,
        page_size: int | None = None,
        first_page: int = 1,
    ) -> SyncPages[AuditLogItemModel]:
        """Iterate over the audit log entries of a product.

        Reads a page when an item of it is needed, and leaves out repeats. A step of the
        iteration raises what the operation raises. Pass `page` of the iterator as
        `first_page` to resume there. Without `to_utc_date_time`, the list ends with the
        newest item of the first page.

        GET /v2/products/{productId}/auditlogs

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            config_id: Only entries of this config (UUID); all configs by default. A
                string is accepted. None omits it.
            environment_id: Only entries of this environment (UUID); all environments by
                default. A string is accepted. None omits it.
            audit_log_type: Only entries of this type; entries of all types by default.
                An `AuditLogType` or its value. None omits it.
            from_utc_date_time: Start of the time span, in UTC. An aware datetime. None
                omits it.
            to_utc_date_time: End of the time span, in UTC. A fixed end keeps entries
                that are added meanwhile from shifting the pages. An aware datetime.
                None omits it.
            page_size: Items per page, 1 to 100; 100 by default. None omits it.
            first_page: Number of the page to begin with, counted from 1.

        Returns:
            iterator of AuditLogItemModel, in the service's order: All items of all
                pages.
        """
        return SyncPages(
            self._aio.iter_product_audit_logs(
                product_id,
                config_id=config_id,
                environment_id=environment_id,
                audit_log_type=audit_log_type,
                from_utc_date_time=from_utc_date_time,
                to_utc_date_time=to_utc_date_time,
                page_size=page_size,
                first_page=first_page,
            ),
            self._portal.run,
        )

    def get_deleted_settings(self, config_id: UUID | str) -> list[DeletedSettingModel]:
        """List the deleted settings of a config.

        Lists feature flags and settings that were deleted from the config. Only key,
        name, hint and type are available; the former ids are not returned.

        GET /v1/configs/{configId}/deleted-settings

        Args:
            config_id: Id (UUID) of the config. A string is accepted.

        Returns:
            list of DeletedSettingModel, in the service's order: The deleted feature
                flags and settings in a short form.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_deleted_settings(config_id))
