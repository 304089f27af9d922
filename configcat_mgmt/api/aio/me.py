"""The asynchronous operations of the group `me`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from configcat_mgmt.api.models.me import MeModel
from configcat_mgmt.api.operations import me as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncMe(OperationGroup):
    """Me: the asynchronous operations.

    Read the user whose credentials are used.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_me(self) -> MeModel:
        """Get the calling user.

        Reads e-mail address and full name of the user whose credentials are used.

        GET /v1/me

        Returns:
            MeModel: E-mail address and full name of the calling user.
        """
        return await self._caller.call(operations.GET_ME)
