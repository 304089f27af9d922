"""The asynchronous operations of the group `sdk_keys`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.models.sdk_keys import SdkKeysModel
from configcat_mgmt.api.operations import sdk_keys as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncSdkKeys(OperationGroup):
    """SDK Keys: the asynchronous operations.

    Read the SDK keys of a config in an environment.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_sdk_keys(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
    ) -> SdkKeysModel:
        """Get the SDK keys of a config and environment.

        Reads the SDK keys that belong to one config in one environment. The primary key
        is always present; the secondary key may be null. Keys cannot be rotated through
        this API.

        GET /v1/configs/{configId}/environments/{environmentId}

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.

        Returns:
            SdkKeysModel: The primary and, if there is one, the secondary SDK key.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.GET_SDK_KEYS,
            config_id=config_id,
            environment_id=environment_id,
        )
