"""Finds the proxy of a client, and refuses addresses that no proxy can have."""

from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from configcat_mgmt.core.auth import Secret, check_header_text
from configcat_mgmt.core.base_url import authority_problem
from configcat_mgmt.errors import ConfigurationError

ENVIRONMENT: Final = "environment"
"""The value of `Options(proxy=...)` that asks for the proxy of the environment."""


def check_proxy(origin: str, url: Secret) -> None:
    """Refuse an address that no proxy can have, without showing its password.

    Args:
        origin: The argument or variable that the address comes from.
        url: Absolute http(s) URL, with or without user name and password.

    Raises:
        ConfigurationError: Names the origin and the problem.
    """
    check_header_text(origin, url)
    problem = _problem(url)
    if problem is not None:
        raise ConfigurationError(f"{origin} {problem}")


def environment_proxy(base_url: str) -> Secret | None:
    """Return the proxy that the environment names for a service, if any.

    It is that of `HTTPS_PROXY` (for plain http `HTTP_PROXY`), else that of `ALL_PROXY`,
    in capitals or small letters, unless `NO_PROXY` lists the host. On Windows and macOS
    the settings of the system count too.

    Raises:
        ConfigurationError: The variable holds no address that a proxy can have.
    """
    # Few clients ask for it, and the import takes as long as that of the client.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base_url)
    if proxy_bypass(parts.netloc) or proxy_bypass(parts.hostname or ""):
        return None
    proxies = {scheme: Secret(url) for scheme, url in getproxies().items() if url}
    for scheme in (parts.scheme, "all"):
        if scheme in proxies:
            url = _with_scheme(proxies[scheme])
            check_proxy(f"{scheme.upper()}_PROXY", url)
            return url
    return None


def _with_scheme(url: Secret) -> Secret:
    """Complete a bare host and port, which other programs accept in a variable too."""
    return url if "://" in url.reveal() else Secret(f"http://{url.reveal()}")


def _problem(secret: Secret) -> str | None:
    try:
        parts = urlsplit(secret.reveal())
        is_absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
        port = parts.port
    except ValueError:
        return "holds an invalid address or port"
    if not is_absolute:
        return "must be an http(s) URL, such as http://proxy.example:3128"
    if port == 0:
        return "holds an invalid address or port"
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return "must not hold a path, a query or a fragment"
    return _login_problem(parts) or authority_problem(parts.netloc.rpartition("@")[2])


def _login_problem(parts: SplitResult) -> str | None:
    """Say why HTTP Basic cannot carry user name and password, if so."""
    try:
        user, word = (
            unquote(text or "", errors="strict")
            for text in (parts.username, parts.password)
        )
        (user + word).encode("latin-1")
    except UnicodeError:
        return "holds a user name or password that is not in Latin-1"
    return "holds a user name with a colon" if ":" in user else None
