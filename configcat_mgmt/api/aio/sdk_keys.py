"""The asynchronous operations of the group `sdk_keys`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.models.sdk_keys import SdkKeysModel
from configcat_mgmt.api.operations import sdk_keys as operations
from configcat_mgmt.core.operation import Caller


class AsyncSdkKeys:
    """SDK Keys: the asynchronous operations.

    Read the SDK keys of a config in an environment.
    """

    def __init__(self, caller: Caller) -> None:
        """Make the operations that `caller` performs."""
        self._caller = caller

    async def get_sdk_keys(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
    ) -> SdkKeysModel:
        """Get the SDK keys of a config and environment.

        Reads the SDK keys that belong to one config in one environment. The primary key
        is always present, the secondary one may be null. Keys cannot be rotated through
        this API.

        GET /v1/configs/{configId}/environments/{environmentId}

        Args:
            config_id: Id (UUID) of the config. Text will do too.
            environment_id: Id (UUID) of the environment. Text will do too.

        Returns:
            SdkKeysModel: The primary and, if there is one, the secondary SDK key.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return await self._caller.call(
            operations.GET_SDK_KEYS,
            config_id=config_id,
            environment_id=environment_id,
        )
