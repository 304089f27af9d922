"""Calls and outcomes as lines of a file."""

import io
import json

import pytest

from configcat_mgmt import ConfigurationError, NotFoundError, models
from configcat_mgmt.jobs.bulk.calls import Call, Outcome, read_calls, write_outcome


def test_a_file_of_calls_is_read_line_by_line_and_lazily() -> None:
    def lines() -> "list[str]":
        yield '{"operation": "get-me"}\n'  # type: ignore[misc]
        yield "\n"
        yield '{"operation": "update-tag", "arguments": {"tag_id": 5}, "body": {}}\n'
        yield "not JSON"

    calls = read_calls(lines())
    assert next(calls) == Call("get-me")
    assert next(calls) == Call("update-tag", {"tag_id": 5}, {})
    with pytest.raises(ConfigurationError, match="line 4: must be a JSON object"):
        next(calls)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[]", "must be a JSON object"),
        ('{"operation": 5}', "needs an 'operation'"),
        ('{"arguments": {}}', "needs an 'operation'"),
        ('{"operation": "get-me", "arguments": []}', "'arguments' must be an object"),
        ('{"operation": "get-me", "args": {}}', "unknown field 'args'"),
        ('{"operation": "get-me", "label": 1}', "'label' must be text"),
        ("[" * 100_000, "must be a JSON object"),
    ],
)
def test_a_bad_line_is_named_with_its_number(line: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=f"calls.jsonl, line 1: {problem}"):
        list(read_calls([line], "calls.jsonl"))


def test_a_call_survives_its_own_line() -> None:
    body = models.UpdateTagModel(name="x")
    call = Call("update-tag", {"tag_id": 5}, body, "mine")
    (read,) = read_calls([json.dumps(call.to_json())])
    assert read == Call("update-tag", {"tag_id": 5}, {"name": "x"}, "mine")
    assert read.digest() == call.digest()
    assert read.digest() != Call("update-tag", {"tag_id": 6}, body, "mine").digest()


@pytest.mark.parametrize("name", ["sdk_key", "sdkkey"])
def test_a_secret_among_the_arguments_does_not_show(name: str) -> None:
    arguments = {name: "configcat-sdk-1/canary", "setting_key_or_id": "flag"}
    outcome = Outcome(0, Call("get-setting-value-by-sdkkey", arguments))
    assert "canary" not in repr(outcome)
    assert "flag" in repr(outcome)


def test_an_outcome_is_one_line_with_result_or_error() -> None:
    file = io.StringIO()
    write_outcome(file, Outcome(0, Call("get-me", label="who"), {"email": "ä@x"}))
    error = NotFoundError("get-tag", 404, body="gone")
    write_outcome(file, Outcome(1, Call("get-tag", {"tag_id": 1}), error=error))
    first, second = map(json.loads, file.getvalue().splitlines())
    assert first == {
        "number": 0,
        "operation": "get-me",
        "ok": True,
        "ending": "done",
        "label": "who",
        "result": {"email": "ä@x"},
    }
    assert second["ok"] is False
    assert second["error"] == "NotFoundError"
    assert "gone" in second["message"]
