"""The blocking operations of the group `me`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from configcat_mgmt.api.aio.me import AsyncMe
from configcat_mgmt.api.models.me import MeModel
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Me(OperationGroup):
    """Me: the blocking operations.

    Read the user whose credentials are used.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncMe, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_me(self) -> MeModel:
        """Get the calling user.

        Reads e-mail address and full name of the user whose credentials are used.

        GET /v1/me

        Returns:
            MeModel: E-mail address and full name of the calling user.
        """
        return self._portal.run(self._aio.get_me())
