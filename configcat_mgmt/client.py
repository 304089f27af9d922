"""The asynchronous client: the generated operations with credentials and options."""

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, Unpack, cast
from uuid import UUID

import attrs

from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.core.auth import Credentials, Secret, hide
from configcat_mgmt.core.base_url import resolve_base_url
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.exchange import RawResponse
from configcat_mgmt.core.http.transport import AiohttpTransport
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.core.options import OptionChanges, Options
from configcat_mgmt.core.pacing.fleet.redis_pace import VARIABLE, RedisPace
from configcat_mgmt.core.pacing.limiter import Limiter
from configcat_mgmt.core.pacing.limits import rules_for, unreachable
from configcat_mgmt.core.pipeline import Core, Pipeline
from configcat_mgmt.core.proxy import ENVIRONMENT, check_proxy, environment_proxy
from configcat_mgmt.core.redirect import Redirects
from configcat_mgmt.core.response import raw
from configcat_mgmt.endpoints import template_of
from configcat_mgmt.errors import (
    ClientClosed,
    ConfigurationError,
    ConflictError,
    RequestBuildError,
    UnknownOutcome,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.lazy import load_module
from configcat_mgmt.unset import UNSET

if TYPE_CHECKING:
    from configcat_mgmt.api.model_index import SettingFormulaModel
    from configcat_mgmt.value_change import ValueEditor


class AsyncManagementClient(AsyncGroups):
    """Asynchronous client for the ConfigCat Public Management API.

    Every operation is a coroutine of one of the 21 groups, such as
    `client.tags.get_tags(product_id)`. Calls are paced so that the service has no
    reason to answer 429, and retried where that cannot do harm. One client belongs to
    one event loop; clients with the same credentials share one pace, also across
    threads and loops.

    ```python
    async with AsyncManagementClient() as client:
        for product in await client.products.get_products():
            print(product.name)
    ```
    """

    def __init__(
        self,
        username: str | Secret | None = None,
        password: str | Secret | None = None,
        *,
        credentials: Credentials | None = None,
        base_url: str | None = None,
        options: Options | None = None,
    ) -> None:
        """Make a client; nothing is sent and no connection is made yet.

        Args:
            username: User name of API credentials; else `CONFIGCAT_API_USER`, else
                `CONFIGCAT_BASIC_AUTH_USERNAME` from the environment.
            password: Their password; else `CONFIGCAT_API_PASS`, else
                `CONFIGCAT_BASIC_AUTH_PASSWORD` from the environment.
            credentials: Both in one value, instead of the two.
            base_url: Absolute URL; else `CONFIGCAT_BASE_URL`, else
                `CONFIGCAT_BASE_PATH`, else the host in `CONFIGCAT_API_HOST`, else
                `https://api.configcat.com`. Plain http only to this machine, unless
                the options allow more.
            options: How to pace, retry, wait and connect.

        Raises:
            ConfigurationError: Something is missing or unusable; names the variables.
        """
        # A traceback that shows local variables must not show these.
        hidden_username = None if username is None else hide(username)
        hidden_password = None if password is None else hide(password)
        hidden_url = None if base_url is None else hide(base_url)
        given = hide(credentials)
        del username, password, base_url, credentials
        credentials = _chosen(given, hidden_username, hidden_password)
        options = with_pace(options or Options())
        url = resolve_base_url(hidden_url, allow_insecure=options.allow_insecure)
        transport = AiohttpTransport(
            url,
            credentials,
            options.session,
            proxy=_proxy(url, options),
        )
        make_limiter = partial(_make_limiter, url, credentials)
        core = Core(
            transport,
            make_limiter,
            Redirects(url, template_of).follow,
            rules_for(options.limits or (), options.share),
        )
        self._start(Pipeline(core, options), url)

    def _start(
        self,
        pipeline: Pipeline,
        base_url: str,
        *,
        is_view: bool = False,
    ) -> None:
        self._caller = self._pipeline = pipeline
        self._base_url = base_url
        self._is_view = is_view

    @property
    def base_url(self) -> str:
        """The base URL of all calls, without a slash at the end."""
        return self._base_url

    @property
    def options(self) -> Options:
        """The options in force."""
        return self._pipeline.options

    @property
    def closed(self) -> bool:
        """Whether the client was closed."""
        return self._pipeline.core.lifetime.closed

    def with_options(self, **changes: "Unpack[OptionChanges]") -> "Self":
        """Return a view of this client with some options changed.

        The view shares session, limiter and retry budget with the client; closing it
        does nothing, and it ends with the client.

        Args:
            changes: Fields of `Options` by name.

        Raises:
            ConfigurationError: No such option, a value out of range, an option that
                belongs to the shared session, or limits above those of the client.
        """
        for name in changes:
            if name not in OptionChanges.__annotations__:
                allowed = ", ".join(OptionChanges.__annotations__)
                msg = f"with_options({name}=...): a view can change {allowed}"
                raise ConfigurationError(msg)
        options = attrs.evolve(self.options, **changes)
        rules = rules_for(options.limits or (), options.share)
        too_high = unreachable(rules, self._pipeline.core.rules)
        if too_high is not None:
            msg = (
                f"with_options(limits=...): {too_high}; make a client with the highest "
                "limits first, and views of it with lower ones"
            )
            raise ConfigurationError(msg)
        view = type(self).__new__(type(self))
        pipeline = Pipeline(self._pipeline.core, options)
        view._start(pipeline, self._base_url, is_view=True)
        return view

    async def call(
        self,
        operation_id: str,
        /,
        *,
        body: object = UNSET,
        **arguments: object,
    ) -> JsonValue:
        """Perform an operation by its id, with plain JSON values in and out.

        Args:
            operation_id: A key of `OPERATIONS`, such as `update-tag`.
            body: Plain JSON data, or a model; checked like a model, and unknown fields
                are refused.
            arguments: By Python name; ids, enums and times also as text.

        Returns:
            The response as plain JSON data in the form of the model, None for no body.

        Raises:
            RequestBuildError: No such operation, or an argument does not fit.
        """
        load_lookup()
        from configcat_mgmt.lookup import prepared

        operation, body = prepared(operation_id, arguments, body)
        return to_json(await self._pipeline.call(operation, body=body, **arguments))

    async def call_raw(
        self,
        operation_id: str,
        /,
        *,
        body: object = UNSET,
        **arguments: object,
    ) -> RawResponse:
        """Perform an operation like `call`, and return the response undecoded.

        Args:
            operation_id: A key of `OPERATIONS`, such as `update-tag`.
            body: Plain JSON data, or a model; checked like a model, and unknown fields
                are refused.
            arguments: By Python name; ids, enums and times also as text.

        Returns:
            Status, headers and text, with the links of HAL and with fields that the
            models do not know.

        Raises:
            RequestBuildError: No such operation, or an argument does not fit.
        """
        load_lookup()
        from configcat_mgmt.lookup import prepared

        operation, body = prepared(operation_id, arguments, body)
        return await self._pipeline.call_raw(operation, arguments, body)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = UNSET,
    ) -> RawResponse:
        """Call an endpoint that this version does not know, paced and retried as usual.

        Args:
            method: GET, POST, PUT, PATCH or DELETE. A POST counts as a creation, which
                is not sent a second time if it may have taken effect.
            path: Path after the base URL, such as `/v2/products/{id}/auditlogs` with
                the id filled in and percent-encoded.
            query: Names and values: text, numbers, bools, UUIDs, or lists of these.
            headers: Further headers; treated as secrets.
            body: JSON data or a model; `None` sends null.

        Returns:
            Status, headers and text of the response.

        Raises:
            RequestBuildError: A method, path, name or value that cannot be sent.
        """
        load_lookup()
        from configcat_mgmt.lookup import build_request, hide_headers

        hidden_headers = hide_headers(headers)
        del headers
        request = build_request(method, path, query, hidden_headers, body)
        return await self._pipeline.perform(request, partial(raw, request))

    async def find_created(self, error: UnknownOutcome) -> list[object]:
        """Find the entities that a call with unknown outcome may have created.

        Lists the siblings and returns those in the same parent with the same name or
        key, compared without case. None: it is safe to call again. One: compare it
        with the body you sent, and use it. More than one: a person should look.

        Args:
            error: The error of the call; it may come from another process.

        Returns:
            list of models, of the type that the list operation returns.

        Raises:
            RequestBuildError: The created entity has no natural key, like a webhook.
        """
        load_lookup()
        from configcat_mgmt.lookup import find_operation, matching

        if not isinstance(cast("object", error), UnknownOutcome):
            problem = f"error must be an UnknownOutcome, not {type(error).__name__}"
            raise RequestBuildError("find_created", [problem])
        operation = find_operation(error.operation_id)
        if operation.find_created is None or error.natural_key is None:
            problem = "the entity that it creates has no natural key"
            raise RequestBuildError(error.operation_id, [problem])
        listing = find_operation(operation.find_created.operation)
        names = {parameter.name for parameter in listing.parameters}
        arguments = {k: v for k, v in error.arguments.items() if k in names}
        found = await self._pipeline.call(listing, **arguments)
        return matching(found, *error.natural_key, error.arguments)

    async def change_value(
        self,
        environment_id: UUID | str,
        setting_id: int,
        change: "ValueEditor",
        *,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        attempts: int = 5,
    ) -> "SettingFormulaModel":
        """Change a value of a V2 config, without losing the changes of others.

        The client reads the value, calls `change`, and writes the result only if nobody
        has written meanwhile. Otherwise it starts again after a short random wait. The
        write replaces the whole value as `values.to_update` describes: a field that
        this version does not know, inside a known rule or condition, is lost. Send a
        `JsonPatch` to keep it.

        ```python
        def switch_on(value: models.UpdateEvaluationFormulaModel) -> None:
            value.default_value = values.make_value(True)


        await client.change_value(environment_id, setting_id, switch_on)
        ```

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Id of the setting, an integer of 32 bits.
            change: Changes the value that it receives, or returns another one. It is
                called again with the new value after each conflict.
            reason: Note for the audit log; some environments require one.
            bypass_approval: Whether to write past a required approval, which needs the
                right to do so.
            attempts: How often to try in all, at least 1.

        Returns:
            SettingFormulaModel: The value after the change, or as it was if the
            function changed nothing; then nothing is written.

        Raises:
            ConflictError: Somebody else wrote the value before each attempt.
            RequestBuildError: The value has a rule, a condition or a field that this
                version does not know and the write would lose, or `attempts` is less
                than 1.
            NotFoundError: The environment or the setting does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The write was sent and may have been done; read the value.
        """
        from configcat_mgmt.value_change import (
            READ,
            changed_body,
            check_arguments,
            value_in,
            wait_after_conflict,
        )

        check_arguments(change, attempts)
        conflicts = 0
        values = self.setting_values_v2
        place = {"environment_id": environment_id, "setting_id": setting_id}
        while True:
            read = value_in(await self.call_raw(READ, **place))
            body = changed_body(read, change)
            if body is None:
                return read
            try:
                return await values.replace_setting_value_v2(
                    environment_id,
                    setting_id,
                    body,
                    reason=reason,
                    bypass_approval=bypass_approval,
                    latest_version_id=read.last_version_id,
                )
            except ConflictError:
                conflicts += 1
                if conflicts == attempts:
                    raise
                await asyncio.sleep(wait_after_conflict(conflicts))

    async def close(self) -> None:
        """Close the session, if it is the client's own. A second call does nothing.

        Calls in progress end with `ClientClosed`, or with `UnknownOutcome` if they may
        have made a change.

        Raises:
            WrongLoopError: The client has calls in progress on another event loop.
        """
        core = self._pipeline.core
        if not self._is_view and not core.lifetime.closed:
            core.transport.check_loop()
            core.lifetime.close()
            await core.transport.close()

    async def __aenter__(self) -> "Self":
        if self.closed:
            raise ClientClosed
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_pipeline"):
            # A traceback shows it half made.
            return f"<{type(self).__name__}>"
        state = " closed" if self.closed else ""
        return f"<{type(self).__name__} {self._base_url}{state}>"

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        msg = f"{name} is neither copied nor pickled; make one where you need it"
        raise TypeError(msg)


def observed(
    client: AsyncManagementClient,
    observe: Callable[[Operation[Any], bytes], None],
) -> AsyncManagementClient:
    """Return a view of a client that shows the body of each successful response.

    Args:
        client: The client; the view ends with it.
        observe: Receives the operation and the body, after the body was decoded.
    """
    return _Access.observed(client, observe)


def pipeline_of(client: AsyncManagementClient) -> Pipeline:
    """Return the pipeline of a client, for jobs that watch each request."""
    return _Access.pipeline(client)


class _Access(AsyncManagementClient):
    """Reads the internals of a client for the functions of this module."""

    @staticmethod
    def pipeline(client: AsyncManagementClient) -> Pipeline:
        return client._pipeline

    @staticmethod
    def observed(
        client: AsyncManagementClient,
        observe: Callable[[Operation[Any], bytes], None],
    ) -> AsyncManagementClient:
        view = AsyncManagementClient.__new__(AsyncManagementClient)
        pipeline = client._pipeline.observed(observe)
        view._start(pipeline, client._base_url, is_view=True)
        return view


def _chosen(
    given: Secret,
    username: Secret | None,
    password: Secret | None,
) -> Credentials:
    # An argument passed by mistake can have any type, such as a tuple.
    credentials, kind = cast("object", given.reveal()), type(given.reveal()).__name__
    if credentials is None:
        return Credentials.resolve(username, password)
    if not isinstance(credentials, Credentials):
        credentials = None
        msg = f"credentials must be made with Credentials(...), not {kind}"
        raise ConfigurationError(msg)
    if username is not None or password is not None:
        msg = "give either credentials or username and password, not both"
        raise ConfigurationError(msg)
    return credentials


def _proxy(base_url: str, options: Options) -> Secret | None:
    """Return the proxy to use: that of the options, else that of the session given.

    No proxy sees plain http, which shows the credentials, unless the options allow it.

    Raises:
        ConfigurationError: No proxy can have the address.
    """
    if base_url.startswith("http:") and not options.allow_insecure:
        return None
    proxy, session = hide(options.proxy), options.session
    if options.proxy is None and session is not None:
        own: object = getattr(session, "_default_proxy", None)
        if own is not None:
            proxy, own = Secret(str(own)), None
            check_proxy("the proxy of Options(session=...)", proxy)
        elif session.trust_env:
            proxy = Secret(ENVIRONMENT)
    if proxy.reveal() == ENVIRONMENT:
        return environment_proxy(base_url)
    return proxy if cast("object", proxy.reveal()) is not None else None


def load_lookup() -> None:
    """Load the table of all operations, which most programs do not need."""
    load_module("configcat_mgmt.lookup")


def with_pace(options: Options) -> Options:
    """Add the shared pace of the environment to options that name none.

    Raises:
        ConfigurationError: The variable holds no usable URL, or redis-py is missing.
    """
    if options.limits is None:
        return options
    url = hide(os.environ.get(VARIABLE) or None)
    if options.pace is None and cast("object", url.reveal()) is not None:
        options = attrs.evolve(options, pace=RedisPace(url))
    if options.pace is not None:
        from configcat_mgmt.core.pacing.fleet.store import load_redis

        load_redis()
    return options


def _make_limiter(
    base_url: str,
    credentials: Credentials,
    options: Options,
) -> Limiter:
    """Return the pace that all clients with these credentials share."""
    fleet = None
    if options.pace is not None:
        fleet = options.pace, credentials.public_digest(base_url)
    return Limiter.shared(
        base_url,
        credentials.digest(),
        limits=options.limits or (),
        share=options.share,
        probe=options.probe,
        longest_hold=options.max_retry_after_seconds,
        fleet=fleet,
        timeout_seconds=options.timeout_seconds,
    )
