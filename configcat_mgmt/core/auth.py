"""API credentials: their sources, and how they stay hidden."""

import base64
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from typing import Final, NoReturn, cast
from urllib.parse import SplitResult, urlsplit

from configcat_mgmt.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.configcat.com"
"""Source: https://configcat.com/docs/advanced/public-api/"""

PAIRS: Final = (
    ("API_USER", "API_PASS"),
    ("BASIC_AUTH_USERNAME", "BASIC_AUTH_PASSWORD"),
)
"""Variables of a user name and its password; the first complete pair is used."""
MAX_HOST_LENGTH: Final = 253
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_AUTHORITY: Final = re.compile(
    rf"(?:({_LABEL}(?:\.{_LABEL})*\.?)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{{1,5}})?",
)
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

        Raises:
            ConfigurationError: None of the pairs is complete.
        """
        source, environ = _Environment(environ, prefix), None
        return cls._from(None, None, source, "set")

    @classmethod
    def resolve(
        cls,
        username: str | Secret | None,
        password: str | Secret | None,
        environ: Mapping[str, str] | None = None,
        prefix: str = DEFAULT_PREFIX,
    ) -> "Credentials":
        """Take each of the two from the argument, else from the environment.

        Raises:
            ConfigurationError: No pair is complete, or one holds unusable text.
        """
        source, environ = _Environment(environ, prefix), None
        username = None if username is None else hide(username)
        password = None if password is None else hide(password)
        remedy = "give username and password, or set"
        return cls._from(username, password, source, remedy)

    @classmethod
    def _from(
        cls,
        username: Secret | None,
        password: Secret | None,
        source: "_Environment",
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


def resolve_base_url(
    base_url: str | Secret | None,
    *,
    allow_insecure: bool = False,
    environ: Mapping[str, str] | None = None,
    prefix: str = DEFAULT_PREFIX,
) -> str:
    """Return the base URL to use, without a slash at its end.

    The argument, else `{prefix}_BASE_URL`, else `{prefix}_BASE_PATH` (the name that the
    Terraform provider uses for it), else `{prefix}_API_HOST` (a bare host, or an
    absolute URL), else the service's own.

    Raises:
        ConfigurationError: Not an absolute http(s) URL in ASCII, with credentials,
            query or fragment in it, or plain http to a host that is not this machine.
    """
    source, environ = _Environment(environ, prefix), None
    # Somebody may have put credentials into it.
    url, base_url = None if base_url is None else hide(base_url), None
    origin = "the base URL"
    if url is None:
        origin, url = source.first("BASE_URL", "BASE_PATH") or (origin, None)
    host = source.first("API_HOST")
    if url is None and host is not None:
        origin, url = host[0], _url_of_host(*host)
    url = url or Secret(DEFAULT_BASE_URL)
    check_header_text(origin, url)
    problem = _url_problem(url)
    if problem is not None:
        raise ConfigurationError(f"{origin} {problem}")
    parts = urlsplit(url.reveal())
    if parts.scheme == "http" and not allow_insecure and not _is_loopback(parts):
        msg = (
            f"plain http to {parts.hostname} would send the credentials in the clear; "
            "use https, or Options(allow_insecure=True) if you must"
        )
        raise ConfigurationError(msg)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _url_of_host(variable: str, host: Secret) -> Secret:
    """Return the URL of a bare host; an absolute URL stays as it is."""
    text = host.reveal()
    if "://" in text:
        return host
    if "/" in text:
        del text
        msg = f"{variable} must be a bare host or an absolute URL, not a path"
        raise ConfigurationError(msg)
    return Secret(f"https://{text}")


def _url_problem(secret: Secret) -> str | None:
    url = secret.reveal()
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        port_is_sound, parts = False, urlsplit("")
    if "@" in parts.netloc:
        return "must not hold credentials; give username and password"
    absolute = parts.scheme in ("http", "https") and parts.hostname
    if not absolute or not port_is_sound or " " in url or "\\" in url:
        return (
            "must be absolute, such as https://api.configcat.com "
            "(CONFIGCAT_BASE_URL), or a bare host in CONFIGCAT_API_HOST"
        )
    if "?" in url or "#" in url:
        return "must not hold a query or a fragment"
    if not url.isascii():
        return "must be in ASCII; spell the host as xn--..., the path as %.."
    return authority_problem(parts.netloc)


def authority_problem(authority: str) -> str | None:
    """Say why no connection can be made to the host and port of a URL, if so.

    Source: RFC 3986, section 3.2.2, and RFC 1035, section 2.3.4.
    """
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        return "names no host that can exist: labels of 1 to 63 letters, digits and -"
    host, address = match.groups()
    if address is not None:
        try:
            ipaddress.IPv6Address(address)
        except ValueError:
            return "holds an invalid IPv6 address"
    if host is not None and len(host) > MAX_HOST_LENGTH:
        return f"has a host of more than {MAX_HOST_LENGTH} characters"
    return None


def _is_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
