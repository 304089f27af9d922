"""The web server under an emulator: one listening socket in one event loop."""

import asyncio
import ipaddress
import logging
from collections.abc import Collection
from typing import Final

from aiohttp import web

from configcat_mgmt.emulator.server.app import App

_SHUTDOWN_SECONDS: Final = 0.5
"""How long requests that are under way may take to finish when the server stops.

aiohttp waits this long for them to end by themselves, then again for them to notice
that they are not wanted anymore.
"""

_LINGERING_SECONDS: Final = 2.0
"""How long the rest of a refused body is read, so that the client sees the answer."""

_TURNS_OF_ACCEPT: Final = 4
"""asyncio needs three: a task, the call of the protocol, and the end of the task."""

_LOOPBACK_OF: Final = {
    "": "127.0.0.1",
    "0.0.0.0": "127.0.0.1",  # noqa: S104 - only a name here
    "::": "::1",
}
"""The loopback address for each host that stands for all addresses."""
LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")

logger = logging.getLogger(__name__)


class Server:
    """Listens on one address and hands requests to an `App`."""

    def __init__(
        self, app: App, host: str, port: int, names: Collection[str] = ()
    ) -> None:
        """Remember where to listen.

        Args:
            app: Answers the requests.
            host: Address to listen on.
            port: Port to listen on; 0 means any free one.
            names: Host names that clients may use besides those of the loopback.
        """
        self._app = app
        self._names = names
        # Without a host, each family of addresses would get a port of its own.
        self._host = host or "0.0.0.0"  # noqa: S104 - what an empty host means
        self._port = port
        self._web_server: web.Server | None = None
        self._listener: asyncio.Server | None = None

    async def start(self) -> int:
        """Begin to listen.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be used.
        """
        web_server = web.Server(
            self._app.handle,
            access_log=None,
            lingering_time=_LINGERING_SECONDS,
            auto_decompress=False,
        )
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(web_server, self._host, self._port)
        self._web_server = web_server
        if not _is_loopback(self._host):
            logger.warning("other machines can reach the emulator on %s", self._host)
        port = int(self._listener.sockets[0].getsockname()[1])
        names = {*LOOPBACK_NAMES, _in_url(self._host), *self._names}
        self._app.hosts = frozenset(f"{name}:{port}".lower() for name in names)
        return port

    async def stop(self) -> None:
        """Stop listening, let requests finish for a moment, and cut the rest."""
        if self._listener is None or self._web_server is None:
            return
        # A connection that was just accepted is known a few turns of the loop later,
        # and Python 3.12 fails to finish an accept once the listener is closed.
        await _turns(_TURNS_OF_ACCEPT)
        self._listener.close()
        await _turns(_TURNS_OF_ACCEPT)
        self._web_server.pre_shutdown()
        # Taken now, because a connection that is closed forgets its transport, and a
        # client that does not read would keep it open for ever.
        transports = [one.transport for one in self._web_server.connections]
        await self._web_server.shutdown(_SHUTDOWN_SECONDS)
        for transport in transports:
            if transport is not None:
                transport.abort()
        await self._listener.wait_closed()
        self._listener = self._web_server = None


async def _turns(count: int) -> None:
    """Let the event loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


def base_url(host: str, port: int) -> str:
    """Return the address under which a server on `host` and `port` is reached.

    A host that stands for all addresses of the machine is reached on the loopback.
    """
    return f"http://{_in_url(_LOOPBACK_OF.get(host, host))}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
