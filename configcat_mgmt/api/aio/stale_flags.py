"""The asynchronous operations of the group `stale_flags`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.models.stale_flags import (
    StaleFlagProductModel,
    StaleFlagReminderScope,
    StaleFlagStaleInEnvironmentsType,
)
from configcat_mgmt.api.operations import stale_flags as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncStaleFlags(OperationGroup):
    """Zombie (stale) flags: the asynchronous operations.

    Find feature flags that have not changed for a long time.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_staleflags(
        self,
        product_id: UUID | str,
        *,
        scope: StaleFlagReminderScope | str | None = None,
        stale_flag_age_days: int | None = None,
        stale_flag_stale_in_environments_type: StaleFlagStaleInEnvironmentsType
        | str
        | None = None,
        ignored_environment_ids: Sequence[UUID | str] | None = None,
        ignored_tag_ids: Sequence[int] | None = None,
    ) -> StaleFlagProductModel:
        """List the stale flags of a product.

        Reports feature flags that have not changed for a long time. The response lists
        configs with their stale settings and says for every environment whether the
        setting is stale there and when it was last updated. The report can ignore
        environments and tags.

        GET /v1/products/{productId}/staleflags

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            scope: Flags to examine: `all`, or `watchedByMe` for the flags that the
                calling user watches. A `StaleFlagReminderScope` or its value. None
                omits it.
            stale_flag_age_days: Minimum age of a stale flag in days, 7 to 90. None
                omits it.
            stale_flag_stale_in_environments_type: Whether to report flags that are
                stale in any environment (`staleInAnyEnvironments`) or in all of them
                (`staleInAllEnvironments`). A `StaleFlagStaleInEnvironmentsType` or its
                value. None omits it.
            ignored_environment_ids: Ids (UUID) of environments to ignore, sent as a
                repeated query parameter; none by default. A string is accepted. None
                omits it.
            ignored_tag_ids: Ids of tags to ignore, sent as a repeated query parameter;
                none by default. None omits it.

        Returns:
            StaleFlagProductModel: The product with its stale settings by config, and
                its environments.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_STALEFLAGS,
            product_id=product_id,
            scope=scope,
            stale_flag_age_days=stale_flag_age_days,
            stale_flag_stale_in_environments_type=stale_flag_stale_in_environments_type,
            ignored_environment_ids=ignored_environment_ids,
            ignored_tag_ids=ignored_tag_ids,
        )
