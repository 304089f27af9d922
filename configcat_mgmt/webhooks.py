"""Checks that a webhook request really comes from ConfigCat, and reads it.

A handler for `aiohttp.web`; `KEY2` is None while there is no secondary signing key:

    async def changed(request: web.Request) -> web.Response:
        try:
            verify(request.headers, await request.read(), KEY1, KEY2)
        except WebhookVerificationError:
            return web.Response(status=401)
        return web.Response(status=204)

The keys are those of `get_webhook_signing_keys`. Notifications of proxy profiles are
signed in the same way. ConfigCat sends a request again, up to five times, if the
answer is not 2xx, so the same change may be reported more than once.

Source: https://configcat.com/docs/advanced/notifications-webhooks/
"""

import base64
import hmac
import math
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol, TypeAlias, cast

import attrs

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import ConfigurationError, WebhookVerificationError
from configcat_mgmt.json_value import JsonValue

__all__ = [
    "ID_HEADER",
    "SIGNATURE_HEADER",
    "TIMESTAMP_HEADER",
    "ChangeDetail",
    "HeaderItems",
    "Headers",
    "Moment",
    "Placeholder",
    "WebhookRequest",
    "parse_change_details",
    "sign",
    "verify",
]

ID_HEADER: Final = "X-ConfigCat-Webhook-ID"
"""Header with the id of the request, unique for each request."""
TIMESTAMP_HEADER: Final = "X-ConfigCat-Webhook-Timestamp"
"""Header with the time of sending, in Unix seconds."""
SIGNATURE_HEADER: Final = "X-ConfigCat-Webhook-Signature-V1"
"""Header with one signature per signing key, separated by a comma."""

Moment: TypeAlias = datetime | float
"""A point in time: an aware `datetime`, or Unix seconds."""

# The signed text is id, timestamp and body without anything in between, so where one
# ends is not signed. The narrow forms leave little room for moving the borders.
_ID: Final = re.compile(r"[!-~]{1,200}")
_TIMESTAMP: Final = re.compile(r"[1-9][0-9]{0,10}")
_LATEST: Final = 99_999_999_999


class HeaderItems(Protocol):
    """Headers of a framework that has a type of its own for them."""

    def items(self) -> Iterable[tuple[str | bytes, object]]:
        """Return the pairs of name and value."""
        ...


Headers: TypeAlias = HeaderItems | Iterable[tuple[str | bytes, object]]
"""Request headers: a mapping, pairs of name and value, or the environ of WSGI.

Names and values are text or bytes, names in any case.
"""


class Placeholder(OpenEnum):
    """The placeholders in the `content` of a webhook."""

    CONFIG_NAME = "##ConfigName##"
    """Name of the config that was changed."""
    CONFIG_ID = "##ConfigId##"
    """Id of the config that was changed."""
    ENVIRONMENT_NAME = "##EnvironmentName##"
    """Name of the environment that was changed."""
    ENVIRONMENT_ID = "##EnvironmentId##"
    """Id of the environment that was changed."""
    URL = "##URL##"
    """Address of the config on the dashboard."""
    CHANGE_NOTES = "##ChangeNotes##"
    """The reason given for the change."""
    CHANGED_BY = "##ChangedBy##"
    """Name and email address of the person who made the change."""
    CHANGE_DETAILS = "##ChangeDetails##"
    """The changes as a JSON array; `parse_change_details` reads it."""
    CHANGE_DETAILS_TEAMS = "##ChangeDetailsTeams##"
    """The changes as text for Microsoft Teams."""
    CHANGE_DETAILS_SLACK = "##ChangeDetailsSlack##"
    """The changes as text for Slack."""


@attrs.frozen
class WebhookRequest:
    """A request that is proven to come from ConfigCat."""

    webhook_id: str
    """Id of the request; keep it to notice a request that arrives twice."""
    sent_at: datetime
    """When ConfigCat sent it; aware, UTC, whole seconds."""
    body: bytes = attrs.field(repr=False)
    """The body as received; empty if the webhook has no content."""

    def json(self) -> JsonValue:
        """Read the body as JSON.

        Returns:
            The data.

        Raises:
            WebhookVerificationError: The body is not JSON.
        """
        return _read_json(self.body)


@attrs.frozen
class ChangeDetail:
    """One entry of the text that replaces `##ChangeDetails##`."""

    setting_key: str
    """Key of the setting that was changed."""
    event: str
    """The kind of change, such as `changed`."""
    details: str
    """The change in words, in several lines."""


class _SigningKeys:
    """Holds keys so that no `repr`, and so no traceback with locals, shows them."""

    __slots__ = ("_problem", "_values")

    def __init__(self, keys: tuple[object, ...]) -> None:
        self._values: list[bytes] = []
        self._problem = ""
        for key in keys:
            if key is None or key == "":
                continue
            if not isinstance(key, str):
                self._problem = "a signing key must be text"
            elif key != key.strip():
                self._problem = "a signing key has white space around it"
            else:
                self._values.append(key.encode("utf-8", "surrogatepass"))
        if not self._values and not self._problem:
            self._problem = "no signing key is given, so nothing can be trusted"

    def check(self) -> None:
        # Not done in __init__, whose frame still holds the bare keys.
        if self._problem:
            raise ConfigurationError(self._problem)

    def signatures(self, message: bytes) -> list[bytes]:
        return [
            base64.b64encode(hmac.digest(key, message, "sha256"))
            for key in self._values
        ]

    def match(self, message: bytes, given: list[bytes]) -> bool:
        found = False
        for expected in self.signatures(message):
            for signature in given:
                # No early exit: the time must not tell which key or signature fits.
                found |= hmac.compare_digest(expected, signature)
        return found


def verify(
    headers: Headers,
    body: bytes | str,
    *keys: str | None,
    tolerance_seconds: float = 300.0,
    now: Moment | None = None,
) -> WebhookRequest:
    """Check the signature and the age of a webhook request.

    Args:
        headers: Headers of the request, as text or bytes, names in any case: a mapping,
            any object with `items()`, pairs of name and value (as ASGI has them), or
            the environ of WSGI. Other headers do not matter.
        body: The body exactly as received, before any parsing; bytes, or text if the
            framework gives no bytes (it is taken as UTF-8). Empty if there is none.
        *keys: Signing keys, whole, as the service gives them. None and empty ones are
            skipped; during a rotation give both.
        tolerance_seconds: How far the time of sending may be from `now`, in seconds,
            in either direction, 0 or more.
        now: Time of receipt, if that is not the present.

    Returns:
        The request; it was signed with one of the keys.

    Raises:
        WebhookVerificationError: A header is missing, given twice or malformed, no
            signature belongs to a key, or the request is too old or from the future.
        ConfigurationError: No usable key, a bad tolerance, or a body that is parsed.
        TypeError: `headers` has none of these forms.
    """
    signing_keys = _SigningKeys(keys)
    del keys
    signing_keys.check()
    if not _is_tolerance(tolerance_seconds):
        message = "tolerance_seconds must be a number of seconds, 0 or more"
        raise ConfigurationError(message)
    current = time.time() if now is None else _unix_seconds(now, "now")
    raw = _raw_body(body)
    pairs = _pairs(headers)
    webhook_id = _header(pairs, ID_HEADER)
    timestamp = _header(pairs, TIMESTAMP_HEADER)
    if not _ID.fullmatch(webhook_id):
        raise WebhookVerificationError(f"{ID_HEADER} is malformed")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise WebhookVerificationError(f"{TIMESTAMP_HEADER} is not in Unix seconds")
    given = [
        part.strip().encode("utf-8", "replace")
        for part in _header(pairs, SIGNATURE_HEADER).split(",")
    ]
    if not signing_keys.match(_signed(webhook_id, timestamp, raw), given):
        reason = "no signature of the request belongs to a given signing key"
        raise WebhookVerificationError(reason)
    age = current - int(timestamp)
    if abs(age) > tolerance_seconds:
        when = f"{age:.0f} s ago" if age > 0 else f"{-age:.0f} s in the future"
        reason = (
            f"the request was sent {when}; the tolerance is {tolerance_seconds:g} s"
        )
        raise WebhookVerificationError(reason)
    sent_at = datetime.fromtimestamp(int(timestamp), tz=UTC)
    return WebhookRequest(webhook_id, sent_at, raw)


def sign(
    body: bytes | str,
    *keys: str | None,
    webhook_id: str,
    timestamp: Moment,
) -> dict[str, str]:
    """Sign a request as ConfigCat does, for tests of a webhook handler.

    Args:
        body: The body to send; text is taken as UTF-8.
        *keys: Signing keys; one signature each. None and empty ones are skipped.
        webhook_id: Id of the request, 1 to 200 visible ASCII characters.
        timestamp: Time of sending, after 1970; fractions of a second are dropped.

    Returns:
        The three headers to send with the body.

    Raises:
        ConfigurationError: An argument is unusable.
    """
    signing_keys = _SigningKeys(keys)
    del keys
    signing_keys.check()
    if not _ID.fullmatch(webhook_id):
        message = "webhook_id must have 1 to 200 visible ASCII characters"
        raise ConfigurationError(message)
    seconds = int(_unix_seconds(timestamp, "timestamp"))
    if not 0 < seconds <= _LATEST:
        raise ConfigurationError("timestamp is out of range")
    message_bytes = _signed(webhook_id, str(seconds), _raw_body(body))
    signatures = b",".join(signing_keys.signatures(message_bytes))
    return {
        ID_HEADER: webhook_id,
        TIMESTAMP_HEADER: str(seconds),
        SIGNATURE_HEADER: signatures.decode(),
    }


def parse_change_details(data: JsonValue) -> list[ChangeDetail]:
    """Read the text that replaces `##ChangeDetails##` in the content of a webhook.

    Args:
        data: The JSON array as text or bytes, or already parsed, such as a part of
            `WebhookRequest.json()`.

    Returns:
        The changes, in the order of the array; unknown members are ignored.

    Raises:
        WebhookVerificationError: It is not a JSON array of objects with the texts
            `settingKey`, `event` and `details`.
    """
    parsed = _read_json(data) if isinstance(data, str | bytes) else data
    if not isinstance(parsed, list | tuple):
        raise WebhookVerificationError("the change details are not a JSON array")
    return [_change_detail(entry, index) for index, entry in enumerate(parsed)]


def _change_detail(entry: JsonValue, index: int) -> ChangeDetail:
    texts: list[str] = []
    for name in ("settingKey", "event", "details"):
        text = entry.get(name) if isinstance(entry, Mapping) else None
        if not isinstance(text, str):
            reason = f"the change details have no text @ $[{index}].{name}"
            raise WebhookVerificationError(reason)
        texts.append(text)
    return ChangeDetail(*texts)


def _read_json(text: str | bytes) -> JsonValue:
    try:
        if isinstance(text, str):
            text = text.encode("utf-8", "surrogatepass")
        return parse_json(text)
    except ValueError as error:
        reason = f"the text is {error}"
    raise WebhookVerificationError(reason)


def _raw_body(body: object) -> bytes:
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if not isinstance(body, str):
        message = "body must be the received bytes or text, not parsed JSON"
        raise ConfigurationError(message)
    try:
        return body.encode()
    except UnicodeEncodeError:
        reason = "the body is not valid Unicode text"
    raise WebhookVerificationError(reason)


def _pairs(headers: object) -> list[tuple[str, object]]:
    """Return lowercase names and values; bytes become text."""
    items = getattr(headers, "items", None)
    source: object = items() if callable(items) else headers
    if isinstance(source, Iterable) and not isinstance(source, str | bytes):
        found = [_pair(item) for item in cast("Iterable[object]", source)]
        pairs = [pair for pair in found if pair is not None]
        if len(pairs) == len(found):
            return pairs
    message = (
        "headers must be a mapping, an object with items(), pairs of name and value, "
        f"or the environ of WSGI, not {type(headers).__name__}"
    )
    raise TypeError(message)


def _pair(item: object) -> tuple[str, object] | None:
    if not isinstance(item, tuple | list):
        return None
    parts = [_text(part) for part in cast("Sequence[object]", item)]
    if len(parts) != 2 or not isinstance(parts[0], str):  # noqa: PLR2004
        return None
    return parts[0].lower(), parts[1]


def _text(value: object) -> object:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _header(pairs: list[tuple[str, object]], name: str) -> str:
    # In WSGI the name of a header is that of a variable.
    spellings = (name.lower(), f"HTTP_{name.replace('-', '_')}".lower())
    values = [value for key, value in pairs if key in spellings]
    if len(values) != 1 or not isinstance(values[0], str):
        problem = "given twice, or not as text" if values else "missing"
        raise WebhookVerificationError(f"{name} is {problem}")
    return values[0]


def _is_tolerance(seconds: object) -> bool:
    return isinstance(seconds, int | float) and 0 <= seconds < math.inf


def _unix_seconds(moment: object, name: str) -> float:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ConfigurationError(f"{name} must be aware: it has no time zone")
        return moment.timestamp()
    if isinstance(moment, int | float) and abs(moment) <= _LATEST:
        return moment
    raise ConfigurationError(f"{name} must be a datetime or Unix seconds")


def _signed(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{webhook_id}{timestamp}".encode() + body
