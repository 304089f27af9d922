"""Endpoints of the group `audit_logs`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.audit_logs import (
    AuditLogItemModel,
    AuditLogItemModelPagedList,
    AuditLogType,
    DeletedSettingModel,
)
from configcat_mgmt.core.operation import Operation, Pages, Parameter

GET_ORGANIZATION_AUDITLOGS: Final[Operation[list[AuditLogItemModel]]] = Operation(
    id="get-organization-auditlogs",
    group="audit_logs",
    method="GET",
    path="/v1/organizations/{organizationId}/auditlogs",
    summary="List audit log entries of an organization.",
    effect="read",
    success={200: list[AuditLogItemModel]},
    errors=(400, 404, 429),
    parameters=(
        Parameter("organization_id", "organizationId", "path", UUID),
        Parameter("product_id", "productId", "query", UUID, required=False),
        Parameter("config_id", "configId", "query", UUID, required=False),
        Parameter("environment_id", "environmentId", "query", UUID, required=False),
        Parameter(
            "audit_log_type",
            "auditLogType",
            "query",
            AuditLogType,
            required=False,
        ),
        Parameter(
            "from_utc_date_time",
            "fromUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "to_utc_date_time",
            "toUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
    ),
    may_be_paged=True,
    deprecated=True,
)

GET_ORGANIZATION_AUDITLOGS_V2: Final[Operation[AuditLogItemModelPagedList]] = Operation(
    id="get-organization-auditlogs-v2",
    group="audit_logs",
    method="GET",
    path="/v2/organizations/{organizationId}/auditlogs",
    summary="Get a page of audit log entries of an organization.",
    effect="read",
    success={200: AuditLogItemModelPagedList},
    errors=(400, 404, 429),
    parameters=(
        Parameter("organization_id", "organizationId", "path", UUID),
        Parameter("product_id", "productId", "query", UUID, required=False),
        Parameter("config_id", "configId", "query", UUID, required=False),
        Parameter("environment_id", "environmentId", "query", UUID, required=False),
        Parameter(
            "audit_log_type",
            "auditLogType",
            "query",
            AuditLogType,
            required=False,
        ),
        Parameter(
            "from_utc_date_time",
            "fromUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "to_utc_date_time",
            "toUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "page_number",
            "pageNumber",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
        ),
        Parameter(
            "page_size",
            "pageSize",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
            maximum=100,
        ),
    ),
    pages=Pages(
        ("data",),
        ("paging",),
        "audit_log_id",
        "to_utc_date_time",
        "audit_log_date_time",
    ),
)

GET_AUDITLOGS: Final[Operation[list[AuditLogItemModel]]] = Operation(
    id="get-auditlogs",
    group="audit_logs",
    method="GET",
    path="/v1/products/{productId}/auditlogs",
    summary="List audit log entries of a product.",
    effect="read",
    success={200: list[AuditLogItemModel]},
    errors=(400, 404, 429),
    parameters=(
        Parameter("product_id", "productId", "path", UUID),
        Parameter("config_id", "configId", "query", UUID, required=False),
        Parameter("environment_id", "environmentId", "query", UUID, required=False),
        Parameter(
            "audit_log_type",
            "auditLogType",
            "query",
            AuditLogType,
            required=False,
        ),
        Parameter(
            "from_utc_date_time",
            "fromUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "to_utc_date_time",
            "toUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
    ),
    may_be_paged=True,
    deprecated=True,
)

GET_AUDITLOGS_V2: Final[Operation[AuditLogItemModelPagedList]] = Operation(
    id="get-auditlogs-v2",
    group="audit_logs",
    method="GET",
    path="/v2/products/{productId}/auditlogs",
    summary="Get a page of audit log entries of a product.",
    effect="read",
    success={200: AuditLogItemModelPagedList},
    errors=(400, 404, 429),
    parameters=(
        Parameter("product_id", "productId", "path", UUID),
        Parameter("config_id", "configId", "query", UUID, required=False),
        Parameter("environment_id", "environmentId", "query", UUID, required=False),
        Parameter(
            "audit_log_type",
            "auditLogType",
            "query",
            AuditLogType,
            required=False,
        ),
        Parameter(
            "from_utc_date_time",
            "fromUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "to_utc_date_time",
            "toUtcDateTime",
            "query",
            datetime,
            required=False,
        ),
        Parameter(
            "page_number",
            "pageNumber",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
        ),
        Parameter(
            "page_size",
            "pageSize",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
            maximum=100,
        ),
    ),
    pages=Pages(
        ("data",),
        ("paging",),
        "audit_log_id",
        "to_utc_date_time",
        "audit_log_date_time",
    ),
)

GET_DELETED_SETTINGS: Final[Operation[list[DeletedSettingModel]]] = Operation(
    id="get-deleted-settings",
    group="audit_logs",
    method="GET",
    path="/v1/configs/{configId}/deleted-settings",
    summary="List the deleted settings of a config.",
    effect="read",
    success={200: list[DeletedSettingModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
)
