"""Follows a redirect of a read that stays on the scheme, host and port it was sent to.

Nothing else is followed, because the credentials would reach another server, or a
change would be made at an address that the caller did not choose.

Source: RFC 9110, section 15.4, and RFC 3986, section 5.2.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import attrs

from configcat_mgmt.core.exchange import Answer, Request

FOLLOWED_STATUSES: Final = frozenset({301, 302, 307, 308})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_URI: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
"""The characters of a URI. Source: RFC 3986, section 2."""


class Redirects:
    """Turns the redirect of a read into the request that it asks for."""

    __slots__ = ("_base", "_origin", "_prefix", "_template_of")

    def __init__(self, base_url: str, template_of: Callable[[str, str], str]) -> None:
        """Bind to a service.

        Args:
            base_url: Absolute, without a slash at the end.
            template_of: Returns the path template that a method and a path after the
                base URL are paced by.
        """
        parts = urlsplit(base_url)
        self._base = base_url
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path
        self._template_of = template_of

    def follow(self, request: Request, answer: Answer) -> Request | None:
        """Return the request to send next, None if the client does not follow.

        Args:
            request: The request that got the response.
            answer: Any response. Only 301, 302, 307 and 308 to a GET are followed, only
                once in a call, and only to the same scheme, host and port.
        """
        if answer.status not in FOLLOWED_STATUSES or request.method != "GET":
            return None
        if request.redirected_to is not None:
            return None
        location = answer.headers.get("Location", "")
        parts = self._resolved(request, location)
        if parts is None:
            return None
        path = parts.path or "/"
        query = f"?{parts.query}" if parts.query else ""
        below = path.startswith(f"{self._prefix}/")
        own_path = path.removeprefix(self._prefix) if below else path
        return attrs.evolve(
            request,
            template=self._template_of(request.method, own_path),
            redirected_to=f"{self._origin}{path}{query}",
        )

    def _resolved(self, request: Request, location: str) -> SplitResult | None:
        """Return the address that `location` names, None if it leads elsewhere."""
        if not _URI.fullmatch(location):
            return None
        try:
            parts = urlsplit(urljoin(self._base + request.target, location))
            same = _origin(parts) == _origin(urlsplit(self._origin))
        except ValueError:
            return None
        # A server may decode a dot segment, and take the path for another one then.
        dots = any(unquote(segment) in (".", "..") for segment in parts.path.split("/"))
        return parts if same and not dots else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None, bool]:
    """Return scheme, host and port, and whether credentials stand before them."""
    port = _DEFAULT_PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, parts.hostname, port, "@" in parts.netloc
