"""The asynchronous operations of the group `me`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from configcat_mgmt.api.models.me import MeModel
from configcat_mgmt.api.operations import me as operations
from configcat_mgmt.core.operation import Caller


class AsyncMe:
    """Me: the asynchronous operations.

    Read the user whose credentials are used.
    """

    def __init__(self, caller: Caller) -> None:
        """Make the operations that `caller` performs."""
        self._caller = caller

    async def get_me(self) -> MeModel:
        """Get the calling user.

        Reads e-mail address and full name of the user whose credentials are used.

        GET /v1/me

        Returns:
            MeModel: E-mail address and full name of the calling user.

        Raises:
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return await self._caller.call(operations.GET_ME)
