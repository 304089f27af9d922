"""The blocking client: the same surface, performed on a thread of its own."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, Unpack, cast
from uuid import UUID

from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.api.sync.groups import Groups
from configcat_mgmt.client import AsyncManagementClient, load_lookup
from configcat_mgmt.core.auth import Credentials, Secret, hide
from configcat_mgmt.core.exchange import RawResponse
from configcat_mgmt.core.options import OptionChanges, Options
from configcat_mgmt.errors import (
    ClientClosed,
    ConfigurationError,
    ConflictError,
    UnknownOutcome,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.lazy import lazy_property
from configcat_mgmt.portal import Portal
from configcat_mgmt.unset import UNSET

if TYPE_CHECKING:
    from configcat_mgmt.api.model_index import SettingFormulaModel
    from configcat_mgmt.value_change import ValueEditor


class ManagementClient(Groups):
    """Client for the ConfigCat Public Management API, for callers that block.

    The same groups, methods and errors as `AsyncManagementClient`. Any number of
    threads may share one client, also threads that run an event loop of their own, such
    as a notebook. Ctrl-C cancels the call that waits. A forked child can use the client
    too: it gets its own connections, but does not share the pace with its parent (give
    both a `share`, or a `pace`).

    ```python
    with ManagementClient() as client:
        for product in client.products.get_products():
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
        """Make a client; nothing is sent and no thread is started yet.

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
        if options is not None and options.session is not None:
            msg = (
                "Options(session=...): only for async clients, because a session "
                "belongs to one event loop"
            )
            raise ConfigurationError(msg)
        self._aio = self._client = AsyncManagementClient(
            hidden_username,
            hidden_password,
            credentials=cast("Credentials | None", given),
            base_url=cast("str | None", hidden_url),
            options=options,
        )
        self._portal = Portal(self._client.close, self._client.options.loop_factory)
        self._is_view = False

    @property
    def aio(self) -> AsyncManagementClient:
        """The async client that does the work; awaited on the loop of `portal`.

        Its groups are loaded here rather than on the loop thread.
        """
        for name, member in vars(AsyncGroups).items():
            if isinstance(member, lazy_property):
                getattr(self._client, name)
        return self._client

    @property
    def portal(self) -> Portal:
        """The thread that the work is done on."""
        return self._portal

    @property
    def base_url(self) -> str:
        """The base URL of all calls, without a slash at the end."""
        return self._client.base_url

    @property
    def options(self) -> Options:
        """The options in force."""
        return self._client.options

    @property
    def closed(self) -> bool:
        """Whether the client was closed."""
        return self._client.closed or self._portal.closed

    def with_options(self, **changes: "Unpack[OptionChanges]") -> "Self":
        """Return a view of this client with some options changed.

        The view shares thread, session, limiter and retry budget with the client;
        closing it does nothing, and it ends with the client.

        Args:
            changes: Fields of `Options` by name.

        Raises:
            ConfigurationError: No such option, a value out of range, an option that
                belongs to the shared session, or limits above those of the client.
        """
        view = type(self).__new__(type(self))
        view._aio = view._client = self._client.with_options(**changes)
        view._portal = self._portal
        view._is_view = True
        return view

    def call(
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
        call = self._client.call(operation_id, body=body, **arguments)
        # A traceback that shows local variables must not show a secret.
        del body, arguments
        return self._portal.run(call)

    def call_raw(
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
        call = self._client.call_raw(operation_id, body=body, **arguments)
        del body, arguments
        return self._portal.run(call)

    def request(
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
        call = self._client.request(
            method,
            path,
            query=query,
            headers=headers,
            body=body,
        )
        del headers, body
        return self._portal.run(call)

    def find_created(self, error: UnknownOutcome) -> list[object]:
        """Find the entities that a call with unknown outcome may have created.

        See `AsyncManagementClient.find_created`.

        Args:
            error: The error of the call; it may come from another process.

        Returns:
            list of models, of the type that the list operation returns.

        Raises:
            RequestBuildError: The created entity has no natural key, like a webhook.
        """
        load_lookup()
        return self._portal.run(self._client.find_created(error))

    def change_value(
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


        client.change_value(environment_id, setting_id, switch_on)
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
            read = value_in(self.call_raw(READ, **place))
            body = changed_body(read, change)
            if body is None:
                return read
            try:
                return values.replace_setting_value_v2(
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
                time.sleep(wait_after_conflict(conflicts))

    def close(self) -> None:
        """Close the session and end the thread. A second call does nothing.

        Calls in progress end with `ClientClosed`, or with `UnknownOutcome` if they may
        have made a change.
        """
        if not self._is_view:
            self._portal.close()

    def __enter__(self) -> "Self":
        if self.closed:
            raise ClientClosed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_portal"):
            # A traceback shows it half made.
            return f"<{type(self).__name__}>"
        state = " closed" if self.closed else ""
        return f"<{type(self).__name__} {self.base_url}{state}>"

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        msg = f"{name} is neither copied nor pickled; make one where you need it"
        raise TypeError(msg)
