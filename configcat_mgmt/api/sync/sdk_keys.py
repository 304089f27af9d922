"""The blocking operations of the group `sdk_keys`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.sdk_keys import AsyncSdkKeys
from configcat_mgmt.api.models.sdk_keys import SdkKeysModel
from configcat_mgmt.portal import Portal


class SdkKeys:
    """SDK Keys: the blocking operations.

    Read the SDK keys of a config in an environment.
    """

    def __init__(self, aio: AsyncSdkKeys, portal: Portal) -> None:
        """Make the operations that `aio` performs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_sdk_keys(
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
        return self._portal.run(self._aio.get_sdk_keys(config_id, environment_id))
