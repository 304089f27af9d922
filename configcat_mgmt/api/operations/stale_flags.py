"""Endpoints of the group `stale_flags`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.stale_flags import (
    StaleFlagProductModel,
    StaleFlagReminderScope,
    StaleFlagStaleInEnvironmentsType,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_STALEFLAGS: Final[Operation[StaleFlagProductModel]] = Operation(
    id="get-staleflags",
    group="stale_flags",
    method="GET",
    path="/v1/products/{productId}/staleflags",
    summary="List the stale flags of a product.",
    effect="read",
    success={200: StaleFlagProductModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("product_id", "productId", "path", UUID),
        Parameter("scope", "scope", "query", StaleFlagReminderScope, required=False),
        Parameter(
            "stale_flag_age_days",
            "staleFlagAgeDays",
            "query",
            int,
            required=False,
            format="int32",
            minimum=7,
            maximum=90,
        ),
        Parameter(
            "stale_flag_stale_in_environments_type",
            "staleFlagStaleInEnvironmentsType",
            "query",
            StaleFlagStaleInEnvironmentsType,
            required=False,
        ),
        Parameter(
            "ignored_environment_ids",
            "ignoredEnvironmentIds",
            "query",
            list[UUID],
            required=False,
        ),
        Parameter(
            "ignored_tag_ids",
            "ignoredTagIds",
            "query",
            list[int],
            required=False,
            format="int64",
        ),
    ),
)
