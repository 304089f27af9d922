"""API credentials: where they come from, and how they stay out of sight."""

import base64
import hashlib
import hmac
import ipaddress
import os
import secrets
from collections.abc import Mapping
from typing import Final, NoReturn
from urllib.parse import SplitResult, urlsplit

from configcat_mgmt.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.configcat.com"
"""Source: https://configcat.com/docs/advanced/public-api/"""

USER_VARIABLES: Final = ("API_USER", "BASIC_AUTH_USERNAME")
PASSWORD_VARIABLES: Final = ("API_PASS", "BASIC_AUTH_PASSWORD")
DEFAULT_PREFIX: Final = "CONFIGCAT"

_SALT: Final = secrets.token_bytes(32)
"""Makes digests of credentials worthless outside this process and its children."""


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
        mine, theirs = self._text.encode(), other._text.encode()
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((_SALT, self._text))

    def __reduce__(self) -> NoReturn:
        msg = "a secret is not pickled"
        raise TypeError(msg)


def check_header_text(what: str, text: str | Secret) -> None:
    """Refuse text that cannot stand in a header, without showing it.

    Raises:
        ConfigurationError: Control characters, or text that is not valid Unicode.
    """
    shown = text.reveal() if isinstance(text, Secret) else text
    text = Secret("")
    bad = any(ord(character) < 0x20 or ord(character) == 0x7F for character in shown)  # noqa: PLR2004
    try:
        shown.encode()
    except UnicodeEncodeError:
        bad = True
    shown = ""
    if bad:
        msg = f"{what} holds a control character or invalid Unicode (not shown here)"
        raise ConfigurationError(msg) from None


class Credentials:
    """User name and password of API credentials, made on the ConfigCat dashboard.

    Not the account's own password. Compared in constant time, never shown and never
    pickled.

    Source: https://configcat.com/docs/advanced/public-api/
    """

    __slots__ = ("_password", "_username")

    def __init__(self, username: str | Secret, password: str | Secret) -> None:
        """Check both; raise `ConfigurationError` for what no header can carry."""
        # Rebinding hides both from tracebacks that show local variables.
        username = username if isinstance(username, Secret) else _text(username)
        password = password if isinstance(password, Secret) else _text(password)
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

        Raises:
            ConfigurationError: None of the pairs is complete.
        """
        return cls.resolve(None, None, environ, prefix)

    @classmethod
    def resolve(
        cls,
        username: str | Secret | None,
        password: str | Secret | None,
        environ: Mapping[str, str] | None = None,
        prefix: str = DEFAULT_PREFIX,
    ) -> "Credentials":
        """Take each of the two from the argument, else from the environment."""
        if username is not None:
            username = username if isinstance(username, Secret) else _text(username)
        if password is not None:
            password = password if isinstance(password, Secret) else _text(password)
        source, environ = _Environment(environ, prefix), None
        username = username or source.first(USER_VARIABLES)
        password = password or source.first(PASSWORD_VARIABLES)
        if username is None or password is None:
            missing = "user name" if username is None else "password"
            first, second = (
                f"{prefix}_{user} and {prefix}_{word}"
                for user, word in zip(USER_VARIABLES, PASSWORD_VARIABLES, strict=True)
            )
            msg = (
                f"no {missing}: give username and password, or set {first} "
                f"(or {second})"
            )
            raise ConfigurationError(msg)
        return cls(username, password)

    def header(self) -> Secret:
        """Return the value of the `Authorization` header."""
        pair = f"{self._username.reveal()}:{self._password.reveal()}".encode()
        return Secret("Basic " + base64.b64encode(pair).decode("ascii"))

    def digest(self) -> bytes:
        """Return what tells credentials apart in this process without naming them."""
        return hashlib.blake2b(
            self.header().reveal().encode(),
            key=_SALT,
            digest_size=16,
        ).digest()

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


class _Environment:
    """Variables with one prefix; its `repr` shows none of them in a traceback."""

    __slots__ = ("_environ", "_prefix")

    def __init__(self, environ: Mapping[str, str] | None, prefix: str) -> None:
        self._environ = os.environ if environ is None else environ
        self._prefix = prefix

    def first(self, names: tuple[str, ...]) -> Secret | None:
        for name in names:
            if self._environ.get(f"{self._prefix}_{name}"):
                return Secret(self._environ[f"{self._prefix}_{name}"])
        return None


def _text(value: object) -> Secret:
    if isinstance(value, str):
        return Secret(value)
    kind, value = type(value).__name__, None
    msg = f"user name and password must be text, not {kind}"
    raise ConfigurationError(msg)


def resolve_base_url(
    base_url: str | None,
    *,
    allow_insecure: bool = False,
    environ: Mapping[str, str] | None = None,
    prefix: str = DEFAULT_PREFIX,
) -> str:
    """Return the base URL to use, without a slash at its end.

    The argument, else `{prefix}_BASE_URL`, else `{prefix}_API_HOST` (a bare host), else
    the service's own.

    Raises:
        ConfigurationError: Not an absolute http(s) URL, with credentials, query or
            fragment in it, or plain http to a host that is not this machine.
    """
    source, environ = _Environment(environ, prefix), None
    named = source.first(("BASE_URL",))
    host = source.first(("API_HOST",))
    if base_url is None and named is not None:
        base_url = named.reveal()
    elif base_url is None and host is not None:
        base_url = f"https://{host.reveal()}"
    parts = _split(DEFAULT_BASE_URL if base_url is None else base_url)
    if parts.scheme == "http" and not allow_insecure and not _is_loopback(parts):
        msg = (
            f"plain http to {parts.hostname} would send the credentials in the clear; "
            "use https, or Options(allow_insecure=True) if you must"
        )
        raise ConfigurationError(msg)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _split(url: str) -> SplitResult:
    check_header_text("the base URL", url)
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        port_is_sound, parts = False, urlsplit("")
    if "@" in parts.netloc:
        msg = "the base URL must not hold credentials; give username and password"
        raise ConfigurationError(msg)
    absolute = parts.scheme in ("http", "https") and parts.hostname
    if not absolute or not port_is_sound or " " in url or "\\" in url:
        msg = (
            "the base URL must be absolute, such as https://api.configcat.com "
            "(CONFIGCAT_BASE_URL), or a bare host in CONFIGCAT_API_HOST"
        )
        raise ConfigurationError(msg)
    if parts.query or parts.fragment or "?" in url or "#" in url:
        msg = "the base URL must not hold a query or a fragment"
        raise ConfigurationError(msg)
    return parts


def _is_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
