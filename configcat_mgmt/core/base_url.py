"""The base URL of the service: its sources, and the addresses that can work."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from configcat_mgmt.core.auth import (
    DEFAULT_PREFIX,
    Environment,
    Secret,
    check_header_text,
    hide,
)
from configcat_mgmt.errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.configcat.com"
"""Source: https://configcat.com/docs/advanced/public-api/"""

MAX_HOST_LENGTH: Final = 253
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_AUTHORITY: Final = re.compile(
    rf"(?:({_LABEL}(?:\.{_LABEL})*\.?)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{{1,5}})?",
)


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
    source, environ = Environment(environ, prefix), None
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
