"""A second address through which programs of any language set up an emulator."""

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Final, cast

import attrs
from aiohttp import web

from configcat_mgmt.emulator.emulator import Emulator
from configcat_mgmt.emulator.seeding.seeds import seed
from configcat_mgmt.emulator.server.faults import Fault
from configcat_mgmt.emulator.server.server import LOOPBACK_NAMES, base_url
from configcat_mgmt.emulator.storage.state_file import MAX_BYTES
from configcat_mgmt.errors import ConfigurationError

_KINDS: Final = ("latency", "drop", "status", "truncate", "not_json")
_SEED_ARGUMENTS: Final = tuple(inspect.signature(seed).parameters)[1:-1]
_FAULT_FIELDS: Final = {
    field.name: field for field in attrs.fields(Fault) if field.init
}


class Control:
    """Serves counts, faults, seeds and the state on the loopback address.

    | call | effect |
    | --- | --- |
    | `GET /counts` | calls and refusals by operation id |
    | `DELETE /counts` | start counting anew |
    | `GET /faults`, `DELETE /faults` | list or clear them |
    | `POST /faults` | add one: the fields of `Fault` as JSON |
    | `POST /seed` | make products: the arguments of `seed` as JSON |
    | `GET /state`, `PUT /state` | the whole state as JSON |
    | `POST /reset` | back to how the emulator began |
    """

    def __init__(self, emulator: Emulator, port: int = 0) -> None:
        """Prepare to control `emulator`; port 0 means any free one."""
        self._emulator = emulator
        self._port = port
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = frozenset()
        self.base_url = ""

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The port cannot be used.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=MAX_BYTES)
        app.router.add_get("/counts", self._counts)
        app.router.add_delete("/counts", self._reset_counts)
        app.router.add_get("/faults", self._faults)
        app.router.add_post("/faults", self._add_fault)
        app.router.add_delete("/faults", self._clear_faults)
        app.router.add_post("/seed", self._seed)
        app.router.add_get("/state", self._state)
        app.router.add_put("/state", self._put_state)
        app.router.add_post("/reset", self._reset)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = cast("tuple[str, int]", self._runner.addresses[0])[1]
        self._hosts = frozenset(f"{name}:{port}" for name in LOOPBACK_NAMES)
        self.base_url = base_url("127.0.0.1", port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        # Exactly these names, so that no web page can get here through a browser.
        if request.headers.get("Host", "").lower() not in self._hosts:
            return web.json_response({"message": "this host is not served"}, status=403)
        try:
            return await handler(request)
        except ConfigurationError as error:
            return web.json_response({"message": str(error)}, status=400)

    async def _counts(self, _: web.Request) -> web.Response:
        counts = self._emulator.counts
        return web.json_response(
            {"calls": dict(counts.calls), "refused": dict(counts.refused)},
        )

    async def _reset_counts(self, _: web.Request) -> web.Response:
        self._emulator.counts.reset()
        return web.Response(status=204)

    async def _faults(self, _: web.Request) -> web.Response:
        faults = [
            {name: getattr(fault, name) for name in (*_FAULT_FIELDS, "struck")}
            for fault in self._emulator.faults
        ]
        return web.json_response(faults)

    async def _add_fault(self, request: web.Request) -> web.Response:
        self._emulator.faults.add(read_fault(await _json(request)))
        return web.Response(status=204)

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._emulator.faults.clear()
        return web.Response(status=204)

    async def _seed(self, request: web.Request) -> web.Response:
        products = self._emulator.seed(
            **read_seed(await _json(request)), only_new=False
        )
        return web.json_response({"products": [str(product) for product in products]})

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(self._emulator.snapshot())

    async def _put_state(self, request: web.Request) -> web.Response:
        self._emulator.restore(await _json(request))
        return web.Response(status=204)

    async def _reset(self, _: web.Request) -> web.Response:
        self._emulator.reset()
        return web.Response(status=204)


def read_fault(data: object) -> Fault:
    """Make a fault of JSON data.

    Raises:
        ConfigurationError: Unknown fields, or values that do not fit.
    """
    fields = _object(data, tuple(_FAULT_FIELDS), "a fault")
    if fields.get("kind") not in _KINDS:
        msg = f"the kind of a fault is one of {', '.join(_KINDS)}"
        raise ConfigurationError(msg)
    for name, kinds in (
        ("operation", (str, type(None))),
        ("count", (int, type(None))),
        ("probability", (int, float)),
        ("seed", (int,)),
        ("after_effect", (bool,)),
        ("seconds", (int, float)),
        ("status", (int,)),
        ("retry_after", (str, type(None))),
    ):
        if name in fields and not isinstance(fields[name], kinds):
            msg = f"{name} of a fault is of another type"
            raise ConfigurationError(msg)
    return cast("Callable[..., Fault]", Fault)(**fields)


def read_seed(data: object) -> dict[str, int]:
    """Read the arguments of `seed` from JSON data.

    Raises:
        ConfigurationError: Unknown arguments, or values that are no whole numbers.
    """
    fields = _object(data, _SEED_ARGUMENTS, "a seed")
    found: dict[str, int] = {}
    for name, value in fields.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            msg = f"{name} of a seed is a whole number from 0 on"
            raise ConfigurationError(msg)
        found[name] = value
    return found


def _object(data: object, known: tuple[str, ...], what: str) -> dict[str, object]:
    if not isinstance(data, dict):
        msg = f"{what} is a JSON object"
        raise ConfigurationError(msg)
    fields = cast("dict[str, object]", data)
    unknown = set(fields) - set(known)
    if unknown:
        msg = f"{what} has no {min(unknown)!r}; it has {', '.join(known)}"
        raise ConfigurationError(msg)
    return fields


async def _json(request: web.Request) -> object:
    try:
        data: object = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        msg = "the body is not JSON"
        raise ConfigurationError(msg) from None
    return data
