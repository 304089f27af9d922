"""The blocking operations of the group `me`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from configcat_mgmt.api.aio.me import AsyncMe
from configcat_mgmt.api.models.me import MeModel
from configcat_mgmt.portal import Portal


class Me:
    """Me: the blocking operations.

    Read the user whose credentials are used.
    """

    def __init__(self, aio: AsyncMe, portal: Portal) -> None:
        """Make the operations that `aio` performs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_me(self) -> MeModel:
        """Get the calling user.

        Reads e-mail address and full name of the user whose credentials are used.

        GET /v1/me

        Returns:
            MeModel: E-mail address and full name of the calling user.

        Raises:
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return self._portal.run(self._aio.get_me())
