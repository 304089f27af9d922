"""API credentials: their sources, and how they stay hidden."""

import asyncio
import base64
import hashlib
import hmac
import inspect
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NoReturn, TypeAlias, cast

from configcat_mgmt.errors import ConfigurationError

PAIRS: Final = (
    ("API_USER", "API_PASS"),
    ("BASIC_AUTH_USERNAME", "BASIC_AUTH_PASSWORD"),
)
"""Variables of a user name and its password; the first complete pair is used."""
DEFAULT_PREFIX: Final = "CONFIGCAT"

_SALT: Final = secrets.token_bytes(32)
"""Makes digests of credentials useless outside this process and its children."""


class Secret:
    """A text that never shows in `repr`, `str`, logs, tracebacks or pickles."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text; call this where it is used, and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Half a surrogate pair must not end in an error that quotes the text.
        mine, theirs = (
            secret._text.encode("utf-8", "surrogatepass") for secret in (self, other)
        )
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((_SALT, self._text))

    def __reduce__(self) -> NoReturn:
        msg = "a secret is not pickled"
        raise TypeError(msg)


def hide(value: object) -> Secret:
    """Wrap a possible secret of any type, because tracebacks show local variables."""
    return value if isinstance(value, Secret) else Secret(cast("str", value))


def check_header_text(what: str, text: str | Secret) -> None:
    """Refuse text that a header cannot hold, without showing it.

    Raises:
        ConfigurationError: Not text, control characters, or invalid Unicode.
    """
    text = hide(text)
    problem = _header_problem(text)
    if problem is not None:
        msg = f"{what} {problem}"
        raise ConfigurationError(msg)


def _header_problem(secret: Secret) -> str | None:
    # An argument passed by mistake can have any type.
    text = cast("object", secret.reveal())
    if not isinstance(text, str):
        return f"must be text, not {type(text).__name__}"
    bad = any(ord(character) < 0x20 or ord(character) == 0x7F for character in text)  # noqa: PLR2004
    try:
        text.encode()
    except UnicodeEncodeError:
        bad = True
    if bad:
        return "holds a control character or invalid Unicode (not shown here)"
    return None


class Environment:
    """Variables with one prefix; its `repr` shows none of them in a traceback."""

    __slots__ = ("_environ", "prefix")

    def __init__(self, environ: Mapping[str, str] | None, prefix: str) -> None:
        self._environ = os.environ if environ is None else environ
        self.prefix = prefix

    def first(self, *names: str) -> tuple[str, Secret] | None:
        """Return the full name and the value of the first variable that is set."""
        for name in names:
            value = self._environ.get(f"{self.prefix}_{name}")
            if value:
                return f"{self.prefix}_{name}", Secret(value)
        return None

    def pair(
        self,
        username: Secret | None,
        password: Secret | None,
    ) -> tuple[Secret, Secret] | None:
        """Return a user name and its own password, or None if no pair is complete.

        A variable completes an argument only if the pair that it belongs to does not
        contradict the argument.
        """
        if username is not None and password is not None:
            return username, password
        for pair in PAIRS:
            found = [self.first(name) for name in pair]
            user, word = (None if one is None else one[1] for one in found)
            if username not in (None, user) and user is not None:
                continue
            if password not in (None, word) and word is not None:
                continue
            user, word = username or user, password or word
            if user is not None and word is not None:
                return user, word
        return None

    def missing(self, username: Secret | None, password: Secret | None) -> str:
        """Name the half of the credentials that no variable supplies."""
        users, words = zip(*PAIRS, strict=True)
        has_user = username is not None or self.first(*users) is not None
        has_word = password is not None or self.first(*words) is not None
        if has_user and has_word:
            return "user name with its own password"
        return "password" if has_user else "user name"


class Credentials:
    """User name and password of API credentials, created on the ConfigCat dashboard.

    These are not those of the account. They are compared in constant time, and never
    shown or pickled.

    Source: https://configcat.com/docs/advanced/public-api/
    """

    __slots__ = ("_password", "_username")

    def __init__(self, username: str | Secret, password: str | Secret) -> None:
        """Check both; raise `ConfigurationError` for text that a header cannot hold."""
        # Rebinding hides both from tracebacks that show local variables.
        username, password = hide(username), hide(password)
        check_header_text("the user name", username)
        check_header_text("the password", password)
        if not username.reveal() or not password.reveal():
            msg = "user name and password must not be empty"
            raise ConfigurationError(msg)
        if ":" in username.reveal():
            msg = "the user name holds a colon, which HTTP Basic cannot carry"
            raise ConfigurationError(msg)
        self._username = username
        self._password = password

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        prefix: str = DEFAULT_PREFIX,
    ) -> "Credentials":
        """Read `{prefix}_API_USER` and `{prefix}_API_PASS`.

        Falls back to the names of the Terraform provider,
        `{prefix}_BASIC_AUTH_USERNAME` and `{prefix}_BASIC_AUTH_PASSWORD`.

        Args:
            environ: Where to read; the environment of the process by default.
            prefix: The start of the names, such as that of another account.

        Returns:
            The credentials of the first complete pair.

        Raises:
            ConfigurationError: None of the pairs is complete.
        """
        source, environ = Environment(environ, prefix), None
        return cls._from(None, None, source, "set")

    @classmethod
    def from_callable(cls, supply: "CredentialsSource") -> "Credentials":
        """Let a callable supply the credentials, so that they can change.

        Each client calls it before its first call, and again when the service answers
        401. A call that was refused is sent once more if the credentials have changed.
        Calls that are refused together share one answer of the callable.

        ```python
        async def from_vault() -> tuple[str, str]:
            secret = await vault.read("configcat")
            return secret["user"], secret["password"]


        credentials = Credentials.from_callable(from_vault)
        client = AsyncManagementClient(credentials=credentials)
        ```

        Args:
            supply: Returns a user name and a password, or `Credentials`. A coroutine
                function is awaited on the client's event loop; any other function is
                called in a thread, so it may block. Its error becomes the cause of the
                `ConfigurationError` of the call, and the next call tries again.

        Returns:
            Credentials that never show what the callable returned. Clients share one
            pace if they were made with the same object; these credentials equal no
            others.

        Raises:
            ConfigurationError: `supply` cannot be called.
        """
        return SuppliedCredentials(supply)

    @classmethod
    def resolve(
        cls,
        username: str | Secret | None,
        password: str | Secret | None,
        environ: Mapping[str, str] | None = None,
        prefix: str = DEFAULT_PREFIX,
    ) -> "Credentials":
        """Take each of the two from the argument, else from the environment.

        Args:
            username: The user name; None reads it from the environment.
            password: The password; None reads it from the environment.
            environ: Where to read; the environment of the process by default.
            prefix: The start of the names, as in `from_environment`.

        Returns:
            The credentials.

        Raises:
            ConfigurationError: No pair is complete, or one holds unusable text.
        """
        source, environ = Environment(environ, prefix), None
        username = None if username is None else hide(username)
        password = None if password is None else hide(password)
        remedy = "give username and password, or set"
        return cls._from(username, password, source, remedy)

    @classmethod
    def _from(
        cls,
        username: Secret | None,
        password: Secret | None,
        source: Environment,
        remedy: str,
    ) -> "Credentials":
        found = source.pair(username, password)
        if found is None:
            first, second = (
                f"{source.prefix}_{user} and {source.prefix}_{word}"
                for user, word in PAIRS
            )
            missing = source.missing(username, password)
            msg = f"no {missing}: {remedy} {first} (or {second})"
            raise ConfigurationError(msg)
        username, password = found
        return cls(username, password)

    def header(self) -> Secret:
        """Return the value of the `Authorization` header."""
        pair = f"{self._username.reveal()}:{self._password.reveal()}".encode()
        return Secret("Basic " + base64.b64encode(pair).decode("ascii"))

    def digest(self) -> bytes:
        """Return a digest that distinguishes credentials without revealing them."""
        return hashlib.blake2b(
            self.header().reveal().encode(),
            key=_SALT,
            digest_size=16,
        ).digest()

    def public_digest(self, base_url: str) -> str:
        """Return a name that every process gives these credentials of a service.

        Others may see it. It reveals nothing about a password that is random, and
        those that the service creates are.
        """
        text = f"{base_url}\n{self.header().reveal()}"
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        return self.header() == other.header()

    def __hash__(self) -> int:
        return hash(self.digest())

    def __repr__(self) -> str:
        return "Credentials(***)"

    def __reduce__(self) -> NoReturn:
        msg = "credentials are not pickled; read them from the environment again"
        raise TypeError(msg)


CredentialsSource: TypeAlias = Callable[
    [],
    Credentials | tuple[str, str] | Awaitable[Credentials | tuple[str, str]],
]
"""Returns a user name and a password, or `Credentials`, at once or as an awaitable."""


class SuppliedCredentials(Credentials):
    """Credentials that a callable supplies; see `Credentials.from_callable`."""

    __slots__ = ("_key", "_supply")

    def __init__(self, supply: CredentialsSource) -> None:
        """Keep the callable, which is not called yet."""
        if not callable(supply):
            kind = type(cast("object", supply)).__name__
            supply = None
            msg = f"Credentials.from_callable takes a function, not {kind}"
            raise ConfigurationError(msg)
        self._supply = supply
        self._key = secrets.token_bytes(16)

    async def ask(self) -> Credentials:
        """Return the credentials of this moment.

        Raises:
            ConfigurationError: The callable failed, or returned something else.
        """
        try:
            given = hide(await self._called())
        except Exception as error:
            msg = f"the callable of the credentials raised {type(error).__name__}"
            raise ConfigurationError(msg) from error
        made = cast("object", given.reveal())
        if isinstance(made, SuppliedCredentials):
            msg = "the callable of the credentials returned another callable's"
            raise ConfigurationError(msg)
        if isinstance(made, Credentials):
            return made
        if isinstance(made, tuple) and len(cast("tuple[object, ...]", made)) == 2:  # noqa: PLR2004
            username, password = map(hide, cast("tuple[object, object]", made))
            made = None
            return Credentials(username, password)
        kind, made = type(given.reveal()).__name__, None
        msg = (
            "the callable of the credentials must return (user name, password) or "
            f"Credentials, not {kind}"
        )
        raise ConfigurationError(msg)

    async def _called(self) -> object:
        if inspect.iscoroutinefunction(self._supply):
            return await self._supply()
        made = await asyncio.to_thread(self._call)
        return await made if inspect.isawaitable(made) else made

    def _call(self) -> object:
        try:
            return self._supply()
        except StopIteration as error:
            # A future cannot carry it, so the caller would wait forever.
            message = "StopIteration"
            raise RuntimeError(message) from error

    def header(self) -> NoReturn:
        """Refuse: only `ask` knows the credentials."""
        msg = "credentials of a callable have no header before it is called"
        raise ConfigurationError(msg)

    def digest(self) -> bytes:
        """Return a key of this object, which keeps its pace when they change."""
        return self._key

    def public_digest(self, base_url: str) -> str:
        """Return one name for all credentials of callables, which may change."""
        return hashlib.blake2b(base_url.encode(), digest_size=12).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self._key)
