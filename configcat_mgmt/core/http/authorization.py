"""The `Authorization` header of a client, which may change during its life."""

import asyncio
import contextlib

from configcat_mgmt.core.auth import Credentials, Secret, SuppliedCredentials


class Authorization:
    """The header of fixed credentials, or of those that a callable supplies.

    Attributes:
        header: The present value; None before the first call of a callable.
    """

    __slots__ = ("_asking", "_supplied", "header")

    def __init__(self, credentials: Credentials) -> None:
        """Take the header of fixed credentials at once."""
        self.header: Secret | None = None
        self._supplied: SuppliedCredentials | None = None
        self._asking: asyncio.Task[Secret] | None = None
        if isinstance(credentials, SuppliedCredentials):
            self._supplied = credentials
        else:
            self.header = credentials.header()

    async def first(self, seconds: float) -> Secret:
        """Call the callable for the first header, and wait for it that long at most.

        Raises:
            ConfigurationError: The callable failed.
            TimeoutError: It takes longer.
        """
        async with asyncio.timeout(seconds):
            return await self._ask()

    async def renew(self, refused: Secret, seconds: float) -> bool:
        """Call the callable again, unless another call has already done so.

        Args:
            refused: The header that the service did not accept.
            seconds: How long to wait for it at most.

        Returns:
            Whether the header is another one now.

        Raises:
            ConfigurationError: The callable failed.
        """
        if self._supplied is None:
            return False
        if self.header == refused:
            with contextlib.suppress(TimeoutError):
                await self.first(seconds)
        return self.header != refused

    async def _ask(self) -> Secret:
        """Call the callable once for all calls that wait for it."""
        asking = self._asking
        if asking is None or asking.done() or asking.get_loop().is_closed():
            asking = self._asking = asyncio.create_task(self._supply())
        # A caller that is canceled must not cancel it for the others.
        return await asyncio.shield(asking)

    async def _supply(self) -> Secret:
        assert self._supplied is not None  # noqa: S101
        self.header = (await self._supplied.ask()).header()
        return self.header
