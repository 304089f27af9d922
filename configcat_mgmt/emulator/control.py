"""A second address through which programs in any language set up an emulator."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias, cast
from uuid import UUID

import attrs
from aiohttp import web

from configcat_mgmt.emulator.domain.records import User
from configcat_mgmt.emulator.domain.refusals import Refusal
from configcat_mgmt.emulator.emulator import Emulator
from configcat_mgmt.emulator.server.faults import Fault
from configcat_mgmt.emulator.server.server import LOOPBACK_NAMES, base_url
from configcat_mgmt.emulator.storage.state_file import MAX_BYTES
from configcat_mgmt.errors import ConfigurationError

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FAULT: Final = tuple(field.name for field in attrs.fields(Fault) if field.init)
_SEED: Final = ("products", "environments", "configs", "flags", "seed")
_SEED_IN: Final = (*_SEED, "organization_id")
_OWN_USER: Final = ("email", "full_name", "username", "password")
_USER: Final = (*_OWN_USER, "admin", "organization_id")
_ORGANIZATION: Final = ("name", *_OWN_USER)
_MEMBER: Final = ("product_id", "user_id", "permission_group_id")
_AGE: Final = ("product_id", "days")


class Control:
    """Serves counts, faults, seeds, people and the state on the loopback address.

    | call | effect |
    | --- | --- |
    | `GET /` | this list as JSON |
    | `GET /counts` | calls and refusals by operation id |
    | `DELETE /counts` | start counting anew |
    | `GET /faults`, `DELETE /faults` | list the faults or remove them all |
    | `POST /faults` | add a fault: the fields of `Fault` as JSON |
    | `POST /seed` | make products: the arguments of `Emulator.seed` as JSON |
    | `POST /organizations` | add an organization, with a user of its own if given |
    | `POST /users` | add a user: the arguments of `Emulator.add_user` as JSON |
    | `POST /members` | add a member: the arguments of `Emulator.add_member` as JSON |
    | `POST /age` | make a product older: `{"product_id": "...", "days": 90}` |
    | `GET /state`, `PUT /state` | the whole state as JSON |
    | `POST /reset` | back to the empty organization of the start |
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
        for method, path, _, handler in self._routes():
            app.router.add_route(method, path, handler)
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

    def _routes(self) -> list[tuple[str, str, str, _Handler]]:
        """Return method, path, effect and handler of each call."""
        return [
            ("GET", "/", "list these calls", self._index),
            ("GET", "/counts", "calls and refusals by operation id", self._counts),
            ("DELETE", "/counts", "start counting anew", self._reset_counts),
            ("GET", "/faults", "list the faults", self._faults),
            ("POST", "/faults", f"add a fault: {_names(_FAULT)}", self._add_fault),
            ("DELETE", "/faults", "remove all faults", self._clear_faults),
            ("POST", "/seed", f"make products: {_names(_SEED_IN)}", self._seed),
            (
                "POST",
                "/organizations",
                f"add an organization: {_names(_ORGANIZATION)}; all but name describe "
                f"a user who sees only this organization",
                self._add_organization,
            ),
            ("POST", "/users", f"add a user: {_names(_USER)}", self._add_user),
            ("POST", "/members", f"add a member: {_names(_MEMBER)}", self._add_member),
            (
                "POST",
                "/age",
                f"make a product older, so that its flags are stale: {_names(_AGE)}",
                self._age,
            ),
            ("GET", "/state", "the whole state as JSON", self._state),
            ("PUT", "/state", "replace the whole state", self._put_state),
            ("POST", "/reset", "back to the empty organization", self._reset),
        ]

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        # No web page can get here through a browser: not under another name, and not
        # with a POST, for which a browser does not ask but names the page.
        if request.headers.get("Host", "").lower() not in self._hosts:
            return web.json_response(
                {"message": "this emulator does not serve this host"}, status=403
            )
        if "Origin" in request.headers:
            return web.json_response(
                {"message": "this address does not serve web pages"}, status=403
            )
        try:
            return await handler(request)
        except (ConfigurationError, Refusal) as error:
            return web.json_response({"message": str(error)}, status=400)

    async def _index(self, _: web.Request) -> web.Response:
        calls = {f"{method} {path}": text for method, path, text, _ in self._routes()}
        return web.json_response(calls)

    async def _add_user(self, request: web.Request) -> web.Response:
        user = add_user(self._emulator, await _json(request))
        return web.json_response({"user_id": user.user_id})

    async def _add_organization(self, request: web.Request) -> web.Response:
        fields = _fields(await _json(request), _ORGANIZATION, "an organization")
        name = _text(fields, "name")
        texts = {key: _text(fields, key) for key in _OWN_USER if len(fields) > 1}
        organization = str(self._emulator.add_organization(name))
        made = {"organization_id": organization}
        if texts:
            own = {**texts, "admin": True, "organization_id": organization}
            made["user_id"] = add_user(self._emulator, own).user_id
        return web.json_response(made)

    async def _add_member(self, request: web.Request) -> web.Response:
        fields = _fields(await _json(request), _MEMBER, "a member")
        self._emulator.add_member(
            _uuid(fields, "product_id"),
            _text(fields, "user_id"),
            _number(fields, "permission_group_id"),
        )
        return web.Response(status=204)

    async def _age(self, request: web.Request) -> web.Response:
        fields = _fields(await _json(request), _AGE, "an age")
        product_id, days = _uuid(fields, "product_id"), _number(fields, "days")
        if days is None:
            msg = "days is required"
            raise ConfigurationError(msg)
        self._emulator.age_product(product_id, days=days)
        return web.Response(status=204)

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
            {name: getattr(fault, name) for name in (*_FAULT, "struck")}
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
        fields = _fields(await _json(request), _SEED_IN, "a seed")
        organization = _optional_uuid(fields, "organization_id")
        fields.pop("organization_id", None)
        products = self._emulator.seed(
            **read_seed(fields), only_new=False, organization_id=organization
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


def add_user(emulator: Emulator, data: object) -> User:
    """Add a user with credentials from JSON data: the arguments of `Emulator.add_user`.

    Raises:
        ConfigurationError: A field is unknown, missing or has a value that is not
            possible.
    """
    fields = _fields(data, _USER, "a user")
    try:
        return emulator.add_user(
            _text(fields, "email"),
            _text(fields, "full_name"),
            username=_text(fields, "username"),
            password=_text(fields, "password"),
            admin=_boolean(fields, "admin"),
            organization_id=_optional_uuid(fields, "organization_id"),
        )
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def read_fault(data: object) -> Fault:
    """Make a fault of JSON data.

    Raises:
        ConfigurationError: A field is unknown or has a value that is not possible.
    """
    fields = _fields(data, _FAULT, "a fault")
    if "kind" not in fields:
        msg = "a fault needs a kind"
        raise ConfigurationError(msg)
    return cast("Callable[..., Fault]", Fault)(**fields)


def read_seed(data: object) -> dict[str, int]:
    """Read the arguments of `seed` from JSON data.

    Raises:
        ConfigurationError: Unknown arguments, or values that are no whole numbers.
    """
    fields = _fields(data, _SEED, "a seed")
    found: dict[str, int] = {}
    for name, value in fields.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            msg = f"{name} of a seed must be a whole number from 0"
            raise ConfigurationError(msg)
        found[name] = value
    return found


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _fields(data: object, known: tuple[str, ...], kind: str) -> dict[str, object]:
    if not isinstance(data, dict):
        msg = f"{kind} must be a JSON object"
        raise ConfigurationError(msg)
    fields = cast("dict[str, object]", data)
    unknown = set(fields) - set(known)
    if unknown:
        msg = f"{kind} has no {min(unknown)!r}; it has {_names(known)}"
        raise ConfigurationError(msg)
    return fields


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        msg = f"{name} is required and must be a non-empty string"
        raise ConfigurationError(msg)
    return value


def _boolean(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        msg = f"{name} must be true or false"
        raise ConfigurationError(msg)
    return value


def _number(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if value is not None and type(value) is not int:
        msg = f"{name} must be a whole number"
        raise ConfigurationError(msg)
    return value


def _uuid(fields: Mapping[str, object], name: str) -> UUID:
    try:
        return UUID(_text(fields, name))
    except ValueError:
        msg = f"{name} must be a UUID"
        raise ConfigurationError(msg) from None


def _optional_uuid(fields: Mapping[str, object], name: str) -> UUID | None:
    return None if fields.get(name) is None else _uuid(fields, name)


async def _json(request: web.Request) -> object:
    try:
        data: object = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        msg = "the body is not JSON"
        raise ConfigurationError(msg) from None
    return data
