"""Tests of the check of webhook requests, with the service's own documented example."""

import hmac
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from configcat_mgmt import webhooks
from configcat_mgmt.errors import ConfigurationError, WebhookVerificationError
from configcat_mgmt.webhooks import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    sign,
    verify,
)

# Key, id, time, body and signature as printed in the documentation:
# https://configcat.com/docs/advanced/notifications-webhooks/
KEY = "configcat_whsk_VN3juirnVh5pNvCKd81RYRYchxUX4j3NykbZG2fAy88="
SENT = 1669629035
BODY = b"examplebody"
SIGNATURE = "Ks3cYsu9Lslfo+hVxNC3oQWnsF9e5d73TI5t94D9DRA="
WEBHOOK_ID = "b616ca659d154a5fb907dd8475792eeb"
HEADERS = {
    ID_HEADER: WEBHOOK_ID,
    TIMESTAMP_HEADER: str(SENT),
    SIGNATURE_HEADER: SIGNATURE,
}
OTHER_KEY = "configcat_whsk_another"


def refused(headers: webhooks.Headers, body: bytes = BODY, *keys: str | None) -> str:
    with pytest.raises(WebhookVerificationError) as caught:
        verify(headers, body, *(keys or (KEY,)), now=SENT)
    return str(caught.value)


def test_the_documented_example_is_accepted() -> None:
    request = verify(HEADERS, BODY, KEY, now=SENT)
    assert request.webhook_id == WEBHOOK_ID
    assert request.sent_at == datetime(2022, 11, 28, 9, 50, 35, tzinfo=UTC)
    assert request.sent_at.utcoffset() == timedelta(0)
    assert request.body == BODY


def test_signing_gives_the_documented_headers() -> None:
    assert sign(BODY, KEY, webhook_id=WEBHOOK_ID, timestamp=SENT) == HEADERS


def test_two_keys_give_two_signatures_in_their_order() -> None:
    both = sign(BODY, KEY, OTHER_KEY, webhook_id=WEBHOOK_ID, timestamp=SENT)
    first, second = both[SIGNATURE_HEADER].split(",")
    assert first == SIGNATURE
    assert second != SIGNATURE


@pytest.mark.parametrize("held", [(KEY,), (OTHER_KEY,), (OTHER_KEY, KEY), (None, KEY)])
@pytest.mark.parametrize("used", [(KEY, OTHER_KEY), (OTHER_KEY, KEY)])
def test_during_a_rotation_one_common_key_is_enough(
    used: tuple[str, ...],
    held: tuple[str | None, ...],
) -> None:
    headers = sign(BODY, *used, webhook_id="1", timestamp=SENT)
    assert verify(headers, BODY, *held, now=SENT).webhook_id == "1"


def test_white_space_after_the_comma_does_not_matter() -> None:
    headers = HEADERS | {SIGNATURE_HEADER: f"AAAA, {SIGNATURE} "}
    assert verify(headers, BODY, KEY, now=SENT).body == BODY


def test_every_signature_is_compared_with_every_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0
    real = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        nonlocal compared
        compared += 1
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    headers = HEADERS | {SIGNATURE_HEADER: f"{SIGNATURE},AAAA,BBBB"}
    verify(headers, BODY, KEY, OTHER_KEY, now=SENT)
    assert compared == 6


@pytest.mark.parametrize(
    "headers",
    [
        {name.lower(): value for name, value in HEADERS.items()},
        {name.upper(): value for name, value in HEADERS.items()},
        CIMultiDict(HEADERS),
    ],
)
def test_header_names_are_found_in_any_case(headers: webhooks.Headers) -> None:
    assert verify(headers, BODY, KEY, now=SENT).webhook_id == WEBHOOK_ID


def test_headers_of_the_standard_library_are_taken() -> None:
    headers: Message[str, str] = Message()
    for name, value in HEADERS.items():
        headers[name.title()] = value
    assert verify(headers, BODY, KEY, now=SENT).webhook_id == WEBHOOK_ID


class PairsOnly:
    """Headers with `items()` that are no mapping, as Werkzeug has them."""

    def items(self) -> Iterable[tuple[str, str]]:
        return iter([("Host", "example.com"), *HEADERS.items()])


PAIRS = list(HEADERS.items())
RAW = [(name.lower().encode(), value.encode()) for name, value in PAIRS]
ENVIRON: dict[str, object] = {
    f"HTTP_{name.upper().replace('-', '_')}": value for name, value in PAIRS
}
TAKEN: dict[str, webhooks.Headers] = {
    "items": PairsOnly(),
    "pairs": [("Host", "example.com"), *PAIRS],
    "iterator": iter(PAIRS),
    "ASGI": [(b"host", b"example.com"), *RAW],
    "mapping of bytes": dict(RAW),
    "bytes and text": [(name, value.encode()) for name, value in PAIRS],
    "WSGI": {"wsgi.version": (1, 0), "HTTP_HOST": "example.com", **ENVIRON},
    "pairs of the environ": list(ENVIRON.items()),
    "read only": MappingProxyType(HEADERS),
}


@pytest.mark.parametrize("form", TAKEN)
def test_headers_are_taken_in_the_forms_of_all_frameworks(form: str) -> None:
    assert verify(TAKEN[form], BODY, KEY, now=SENT).webhook_id == WEBHOOK_ID


def test_headers_as_lists_are_taken() -> None:
    lists: Any = [list(pair) for pair in PAIRS]
    assert verify(lists, BODY, KEY, now=SENT).webhook_id == WEBHOOK_ID


@pytest.mark.parametrize(
    "headers",
    [
        None,
        5,
        "X: y",
        b"X: y",
        ["X", "y"],
        ["ab"],
        [("X", "y", "z")],
        [(1, "y")],
        {5: 6},
    ],
)
def test_headers_of_any_other_form_are_a_mistake_of_the_caller(headers: object) -> None:
    with pytest.raises(TypeError, match="headers must be a mapping, an object with"):
        verify(headers, BODY, KEY, now=SENT)  # type: ignore[arg-type]


@pytest.mark.parametrize("spelling", ["X_ConfigCat_Webhook_ID", "HTTP-X", "ID"])
def test_a_name_that_only_looks_like_the_header_is_another_one(spelling: str) -> None:
    headers = {**HEADERS, spelling: "other"}
    assert verify(headers, BODY, KEY, now=SENT).webhook_id == WEBHOOK_ID
    del headers[ID_HEADER]
    assert refused(headers) == f"{ID_HEADER} is missing"


def test_a_header_given_as_such_and_as_a_variable_is_refused() -> None:
    both = {**HEADERS, **ENVIRON}
    assert refused(both) == f"{ID_HEADER} is given twice, or not as text"


@pytest.mark.parametrize("name", list(HEADERS))
def test_a_missing_header_is_refused_by_name(name: str) -> None:
    headers = {key: value for key, value in HEADERS.items() if key != name}
    assert refused(headers) == f"{name} is missing"


@pytest.mark.parametrize("name", list(HEADERS))
def test_a_header_given_twice_is_refused(name: str) -> None:
    headers = CIMultiDict(HEADERS)
    headers.add(name, HEADERS[name])
    assert refused(headers) == f"{name} is given twice, or not as text"


@pytest.mark.parametrize(
    "signature", ["", ",", "AAAA", SIGNATURE.lower(), "\xff\udc80"]
)
def test_a_signature_of_no_key_is_refused(signature: str) -> None:
    assert "no signature" in refused(HEADERS | {SIGNATURE_HEADER: signature})


def test_a_signature_is_not_accepted_for_another_body_id_or_time() -> None:
    assert "no signature" in refused(HEADERS, BODY + b" ")
    assert "no signature" in refused(HEADERS | {ID_HEADER: WEBHOOK_ID + "1"})
    assert "no signature" in refused(HEADERS | {TIMESTAMP_HEADER: str(SENT + 1)})


def test_a_signature_of_another_key_is_refused() -> None:
    assert "no signature" in refused(HEADERS, BODY, OTHER_KEY)


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "0",
        "-1669629035",
        "+1669629035",
        "01669629035",
        " 1669629035",
        "1669629035\n",
        "1669629035.0",
        "1_669_629_035",
        "1e9",
        "0x638484ab",
        "١٦٦٩٦٢٩٠٣٥",
        "\uff11\uff16\uff16\uff19\uff16\uff12\uff19\uff10\uff13\uff15",
        "9" * 12,
        "9" * 5000,
        "2022-11-28T09:50:35Z",
    ],
)
def test_a_malformed_timestamp_is_refused(timestamp: str) -> None:
    reason = refused(HEADERS | {TIMESTAMP_HEADER: timestamp})
    assert reason == f"{TIMESTAMP_HEADER} is not in Unix seconds"


@pytest.mark.parametrize("webhook_id", ["", "a b", "é", "a\n", "1" * 201])
def test_a_malformed_id_is_refused(webhook_id: str) -> None:
    headers = HEADERS | {ID_HEADER: webhook_id}
    assert refused(headers) == f"{ID_HEADER} is malformed"


@pytest.mark.parametrize("distance", [-300, 0, 299.5, 300])
def test_the_window_reaches_to_both_sides(distance: float) -> None:
    assert verify(HEADERS, BODY, KEY, now=SENT + distance).body == BODY


def test_an_old_request_is_refused() -> None:
    with pytest.raises(WebhookVerificationError, match=r"sent 301 s ago.* 300 s"):
        verify(HEADERS, BODY, KEY, now=SENT + 301)


def test_a_request_from_the_future_is_refused() -> None:
    with pytest.raises(WebhookVerificationError, match="61 s in the future"):
        verify(HEADERS, BODY, KEY, now=SENT - 61, tolerance_seconds=60)


def test_without_a_given_time_the_present_counts() -> None:
    with pytest.raises(WebhookVerificationError, match="ago"):
        verify(HEADERS, BODY, KEY)
    headers = sign(BODY, KEY, webhook_id="1", timestamp=datetime.now(tz=UTC))
    assert verify(headers, BODY, KEY).webhook_id == "1"


def test_only_a_genuine_request_is_refused_for_its_age() -> None:
    forged = HEADERS | {SIGNATURE_HEADER: "AAAA"}
    with pytest.raises(WebhookVerificationError, match="no signature"):
        verify(forged, BODY, KEY, now=SENT + 10_000)


def test_times_may_be_aware_datetimes_of_any_zone() -> None:
    zone = timezone(timedelta(hours=9))
    sent = datetime.fromtimestamp(SENT, tz=zone)
    assert sign(BODY, KEY, webhook_id=WEBHOOK_ID, timestamp=sent) == HEADERS
    assert verify(HEADERS, BODY, KEY, now=sent, tolerance_seconds=0).body == BODY
    assert verify(HEADERS, BODY, KEY, now=sent, tolerance_seconds=10**400).body == BODY


@pytest.mark.parametrize("now", [datetime(2022, 11, 28), float("nan"), 1e300, "now"])  # noqa: DTZ001
def test_a_time_that_is_none_is_a_mistake_of_the_caller(now: webhooks.Moment) -> None:
    with pytest.raises(ConfigurationError, match="now must be"):
        verify(HEADERS, BODY, KEY, now=now)


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf"), "300", None])
def test_a_bad_tolerance_is_a_mistake_of_the_caller(tolerance: object) -> None:
    with pytest.raises(ConfigurationError, match="tolerance_seconds"):
        verify(HEADERS, BODY, KEY, now=SENT, tolerance_seconds=tolerance)  # type: ignore[arg-type]


@pytest.mark.parametrize("keys", [(), (None,), ("",), (None, "")])
def test_without_a_key_nothing_is_trusted(keys: tuple[str | None, ...]) -> None:
    with pytest.raises(ConfigurationError, match="no signing key"):
        verify(HEADERS, BODY, *keys, now=SENT)


def test_an_unusable_key_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigurationError, match="white space") as spaced:
        verify(HEADERS, BODY, KEY + "\n", now=SENT)
    with pytest.raises(ConfigurationError, match="must be text") as binary:
        verify(HEADERS, BODY, KEY.encode(), now=SENT)  # type: ignore[arg-type]
    assert KEY not in str(spaced.value) + str(binary.value)


def shown_by_frames(error: BaseException) -> str:
    shown: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename == webhooks.__file__:
            shown += [frame.f_code.co_name, repr(frame.f_locals)]
        trace = trace.tb_next
    return " ".join(shown)


@pytest.mark.parametrize(
    ("keys", "body", "now"),
    [
        ((KEY,), b"changed", SENT),
        ((KEY,), BODY, 1),
        ((KEY + " ",), BODY, SENT),
        ((KEY, 5), BODY, SENT),
        ((KEY,), BODY, "never"),
        ((KEY,), None, SENT),
    ],
)
def test_no_traceback_shows_a_key(
    keys: tuple[str, ...],
    body: bytes,
    now: float,
) -> None:
    with pytest.raises((ConfigurationError, WebhookVerificationError)) as verifying:
        verify(HEADERS, body, *keys, now=now)
    shown = shown_by_frames(verifying.value)
    assert "verify" in shown
    assert KEY not in shown
    assert KEY not in repr(pickle.loads(pickle.dumps(verifying.value)))  # noqa: S301


def test_no_traceback_of_signing_shows_a_key() -> None:
    with pytest.raises(ConfigurationError) as signing:
        sign(BODY, KEY, webhook_id="1", timestamp=-1)
    shown = shown_by_frames(signing.value)
    assert "sign" in shown
    assert KEY not in shown


def test_refusals_show_neither_key_nor_signature() -> None:
    reasons = refused(HEADERS, b"other") + refused(HEADERS, BODY, OTHER_KEY)
    assert SIGNATURE not in reasons
    assert KEY not in reasons
    assert OTHER_KEY not in reasons


def test_a_body_may_be_text_or_absent() -> None:
    assert verify(HEADERS, BODY.decode(), KEY, now=SENT).body == BODY
    headers = sign("", KEY, webhook_id="1", timestamp=SENT)
    assert verify(headers, b"", KEY, now=SENT).body == b""


def test_a_parsed_body_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ConfigurationError, match="not parsed"):
        verify(HEADERS, {"parsed": True}, KEY, now=SENT)  # type: ignore[arg-type]


def test_a_body_with_invalid_text_is_refused() -> None:
    with pytest.raises(WebhookVerificationError, match="not valid Unicode"):
        verify(HEADERS, "\ud800", KEY, now=SENT)


@pytest.mark.parametrize(
    "timestamp",
    [0, -5, 10**11, float("inf"), datetime(9999, 1, 1, tzinfo=UTC)],
)
def test_signing_refuses_a_time_that_verifying_would_not_take(
    timestamp: webhooks.Moment,
) -> None:
    with pytest.raises(ConfigurationError, match="timestamp"):
        sign(BODY, KEY, webhook_id="1", timestamp=timestamp)


def test_signing_refuses_an_id_that_verifying_would_not_take() -> None:
    with pytest.raises(ConfigurationError, match="webhook_id"):
        sign(BODY, KEY, webhook_id="a b", timestamp=SENT)


@given(
    body=st.binary(max_size=60),
    key=st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=80),
    webhook_id=st.from_regex(r"[!-~]{1,40}", fullmatch=True),
    timestamp=st.integers(1, 99_999_999_999),
)
def test_a_signed_body_verifies(
    body: bytes,
    key: str,
    webhook_id: str,
    timestamp: int,
) -> None:
    headers = sign(body, key, webhook_id=webhook_id, timestamp=timestamp)
    request = verify(headers, body, key, now=timestamp)
    assert (request.webhook_id, request.body) == (webhook_id, body)
    assert request.sent_at.timestamp() == timestamp


async def test_a_handler_of_aiohttp_can_verify_as_documented() -> None:
    async def changed(request: web.Request) -> web.Response:
        try:
            verify(request.headers, await request.read(), KEY, None)
        except WebhookVerificationError:
            return web.Response(status=401)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", changed)
    now = datetime.now(tz=UTC)
    good = sign(b"{}", KEY, webhook_id="1", timestamp=now)
    bad = sign(b"{}", OTHER_KEY, webhook_id="1", timestamp=now)
    async with TestClient(TestServer(app)) as client:
        accepted = await client.post("/hook", data=b"{}", headers=good)
        rejected = await client.post("/hook", data=b"{}", headers=bad)
    assert accepted.status == HTTPStatus.NO_CONTENT
    assert rejected.status == HTTPStatus.UNAUTHORIZED


def test_the_repr_of_a_request_leaves_out_the_body() -> None:
    assert "examplebody" not in repr(verify(HEADERS, BODY, KEY, now=SENT))
