"""`configcat-mgmt call`: all operations, and what is refused before it is sent."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator.server import endpoints
from tests.api.planned_call import PlannedCall, Planner
from tests.api.service import Service, running
from tests.cli.here import Here
from tests.documents import STYLES, normal
from tests.jobs.shapes import product_named, products_named
from tests.schema import described

SDK_KEY = "sdk_key"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running(described()) as service:
        yield service


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(described())


def options(call: PlannedCall) -> Iterator[str]:
    """Give the command line of a call."""
    for name, value in call.plain.items():
        if value is None or name == SDK_KEY:
            continue
        option = f"--{name.replace('_', '-')}"
        if name == "body":
            yield f"{option}={json.dumps(value)}"
            continue
        for item in value if isinstance(value, list) else [value]:
            text = json.dumps(item) if isinstance(item, bool) else str(item)
            yield f"{option}={text}"


@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_every_operation_is_sent_and_answered_as_described(
    operation: str,
    here: Here,
    monkeypatch: pytest.MonkeyPatch,
    service: Service,
    planner: Planner,
) -> None:
    monkeypatch.setenv("CONFIGCAT_BASE_URL", service.url)
    endpoint = planner.description.endpoints[operation]
    agreed = ("--yes",) if OPERATIONS[operation].effect == "delete" else ()
    for style in STYLES:
        call = planner.call(endpoint, style)
        key: Any = call.plain.get(SDK_KEY)
        monkeypatch.setenv("CONFIGCAT_SDK_KEY", key or "")
        for status, data, text in planner.answers(endpoint, style):
            service.plan(status, text)
            done = here.run("call", operation, *options(call), *agreed)
            assert done.code == 0, done.text
            assert call.differences(service.only_request()) == []
            assert normal(done.json) == normal(data)


def test_no_operation_has_a_parameter_called_like_an_option_of_the_command() -> None:
    names = {one.name for o in OPERATIONS.values() for one in o.parameters}
    assert names & {"body", "json", "profile", "yes", "help"} == set()


def test_secrets_are_no_options(here: Here) -> None:
    text = here.run("call", "get-setting-value-by-sdkkey", "--help").out
    assert "--sdk-key" not in text
    assert "PREFIX_SDK_KEY" in text


def test_a_body_comes_from_a_file_or_from_standard_input(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = product_named(here.emulator, "Web shop").product_id
    create = ("call", "create-tag", "--product-id", product)
    (here.folder / "tag.json").write_text('{"name": "from a file"}')
    assert here.run(*create, "--body", "@tag.json").json["name"] == "from a file"
    source = io.TextIOWrapper(io.BytesIO(b'{"name": "from a pipe"}'))
    monkeypatch.setattr(sys, "stdin", source)
    assert here.run(*create, "--body", "-").json["name"] == "from a pipe"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("update-tag", "--tag-id", "x", "--body", "{}"), "'x' is not a valid integer"),
        (("update-tag", "--tag-id", "5"), "error: missing option '--body'"),
        (("update-tag", "--tag-id", "5", "--body", "{"), "--body is not valid JSON"),
        (
            ("update-tag", "--tag-id", "5", "--body", '{"nam": 1}'),
            'did you mean "name"',
        ),
        (
            ("update-tag", "--tag-id", "5", "--body", "@gone.json"),
            "there is no file gone.json",
        ),
        (("get-tags", "--product-id", "x"), "must be a UUID"),
        (("get-tags",), "error: missing option '--product-id'"),
        (("get-tagz",), "did you mean get-tag"),
        (("get-tags", "--colour", "x"), "error: no such option"),
        (("delete-tag", "--tag-id", "5"), "pass --yes"),
    ],
)
def test_bad_input_is_an_error_before_anything_is_sent(
    here: Here, arguments: tuple[str, ...], words: str
) -> None:
    done = here.run("call", *arguments)
    assert done.code == 1
    assert words in done.err
    assert done.out == ""
    assert here.emulator.counts.calls.total() == 0


def test_what_the_service_refuses_is_said_field_by_field(here: Here) -> None:
    product = product_named(here.emulator, "Web shop").product_id
    body = '{"name": "frontend"}'
    done = here.run("call", "create-tag", "--product-id", product, "--body", body)
    assert done.code == 1
    assert "create-tag returned 400\n  name: There is already" in done.err


def test_a_field_that_this_version_does_not_know_is_printed(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_owner(found: dict[str, Any]) -> bytes:
        return dump_json({**found, "owner": {"id": 1}})

    monkeypatch.setattr(endpoints, "dump_json", with_owner)
    assert here.run("call", "get-me").json["owner"] == {"id": 1}


def test_a_deletion_goes_through_when_agreed(here: Here) -> None:
    product = product_named(here.emulator, "Web shop").product_id
    done = here.run("call", "delete-product", "--product-id", product, "--yes")
    assert done.code == 0, done.text
    assert done.json is None
    assert products_named(here.emulator, "Web shop") == []
