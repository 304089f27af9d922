"""Tests of reading the changes that a webhook reports."""

import json

import pytest

from configcat_mgmt.errors import WebhookVerificationError
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.webhooks import (
    ChangeDetail,
    Placeholder,
    parse_change_details,
    sign,
    verify,
)

KEY = "configcat_whsk_key"
SENT = 1669629035

CHANGES: list[JsonValue] = [
    {"settingKey": "one", "event": "changed", "details": "\r\none: false ➔ true"},
    {"settingKey": "two", "event": "deleted", "details": "", "later": 1},
]
DETAILS = [
    ChangeDetail("one", "changed", "\r\none: false ➔ true"),
    ChangeDetail("two", "deleted", ""),
]


def test_change_details_are_read_from_text_bytes_and_parsed_json() -> None:
    text = json.dumps(CHANGES)
    assert parse_change_details(text) == DETAILS
    assert parse_change_details(text.encode()) == DETAILS
    assert parse_change_details(CHANGES) == DETAILS
    assert parse_change_details("[]") == []


def test_change_details_are_found_in_a_body_made_from_the_placeholder() -> None:
    content = f'{{"changes": {Placeholder.CHANGE_DETAILS}}}'
    assert content == '{"changes": ##ChangeDetails##}'
    body = content.replace("##ChangeDetails##", json.dumps(CHANGES)).encode()
    headers = sign(body, KEY, webhook_id="1", timestamp=SENT)
    parsed = verify(headers, body, KEY, now=SENT).json()
    assert isinstance(parsed, dict)
    assert parse_change_details(parsed["changes"]) == DETAILS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "the text is not JSON"),
        ("[", "the text is not JSON"),
        ("[NaN]", "the text is not"),
        ('["\ud800"]', "the text is not UTF-8"),
        (b"\xff\xfe\xfd", "the text is not UTF-8"),
        ("[" * 200_000, "nested too deeply"),
        ("{}", "not a JSON array"),
        ('"text"', "not a JSON array"),
        (None, "not a JSON array"),
        ([1], r"no text @ \$\[0\]\.settingKey"),
        ([CHANGES[0], {"settingKey": "x", "event": "y"}], r"\$\[1\]\.details"),
        ([{"settingKey": "x", "event": None, "details": ""}], r"\$\[0\]\.event"),
    ],
)
def test_other_data_is_no_change_details(data: object, reason: str) -> None:
    with pytest.raises(WebhookVerificationError, match=reason):
        parse_change_details(data)  # type: ignore[arg-type]
