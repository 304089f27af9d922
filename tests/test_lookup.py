"""Tests of calls that name no method: by operation id, or by method and path."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from configcat_mgmt import OPERATIONS, UNSET, models
from configcat_mgmt.api.models.common import TagModel
from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.exchange import Request
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.lookup import (
    build_request,
    find_operation,
    hide_headers,
    matching,
    plain_body,
    prepared,
)
from tests.quick_client import UUID_TEXT

NO_HEADERS: dict[str, Secret] = {}


def request_of(
    method: str = "GET",
    path: str = "/v1/x",
    query: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
    body: object = UNSET,
) -> Request:
    return build_request(method, path, query, hide_headers(headers), body)


def problems(*arguments: object, **named: object) -> str:
    with pytest.raises(RequestBuildError) as caught:
        request_of(*arguments, **named)  # type: ignore[arg-type]
    return str(caught.value)


def test_every_operation_is_found_by_its_id() -> None:
    assert all(find_operation(name).id == name for name in OPERATIONS)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("update-tags", "did you mean update-tag"),
        ("getTag", "did you mean get-tag"),
        ("", "see OPERATIONS"),
        ("x" * 100_000, "see OPERATIONS"),
        (["get-tag"], "there is no operation"),
    ],
)
def test_an_unknown_id_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(RequestBuildError, match=hint) as caught:
        find_operation(name)
    assert len(str(caught.value)) < 300


def test_plain_data_becomes_the_model_of_the_body() -> None:
    update = find_operation("update-tag")
    assert plain_body(update, {"name": "x"}) == models.UpdateTagModel(name="x")
    model = models.UpdateTagModel(name="y")
    assert plain_body(update, model) is model
    assert plain_body(update, UNSET) is UNSET
    (step,) = plain_body(  # type: ignore[misc]
        find_operation("update-setting"),
        [{"op": "replace", "path": "/name", "value": 1}],
    )
    assert step == models.JsonPatchOperation(op="replace", path="/name", value=1)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"nam": "x"}, 'body: unknown field "nam"'),
        ({"name": 5}, "body.name"),
        ({"name": "x" * 256}, "body.name"),
    ],
)
def test_plain_data_that_does_not_fit_is_refused_with_the_place(
    body: object,
    place: str,
) -> None:
    with pytest.raises(RequestBuildError, match=place):
        plain_body(find_operation("update-tag"), body)


def test_numbers_and_times_may_be_given_as_text() -> None:
    arguments: dict[str, object] = {"tag_id": "5"}
    operation, body = prepared("get-tag", arguments, UNSET)
    assert (operation.id, body) == ("get-tag", UNSET)
    assert arguments == {"tag_id": 5}
    times: dict[str, object] = {"from_utc_date_time": "2026-05-04T10:00:00Z"}
    prepared("get-auditlogs", times, UNSET)
    expected = datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert times == {"from_utc_date_time": expected}


@pytest.mark.parametrize("text", ["", "5.0", "five", "\u0665", "5" * 30, "+5"])
def test_a_text_that_is_no_number_is_left_to_be_refused(text: str) -> None:
    arguments: dict[str, object] = {"tag_id": text}
    prepared("get-tag", arguments, UNSET)
    assert arguments == {"tag_id": text}


def test_secrets_are_hidden_before_anything_can_go_wrong() -> None:
    unknown: dict[str, object] = {"sdk_key": "hush"}
    with pytest.raises(RequestBuildError):
        prepared("no-such-operation", unknown, UNSET)
    misspelled: dict[str, object] = {"sdkKey": "hush", "setting_key_or_id": "flag"}
    prepared("get-setting-value-by-sdkkey", misspelled, UNSET)
    assert "hush" not in f"{unknown} {misspelled}"
    assert misspelled["setting_key_or_id"] == "flag"


@pytest.mark.parametrize(
    ("method", "effect", "repeatable"),
    [
        ("GET", "read", True),
        ("PUT", "set", True),
        ("DELETE", "delete", True),
        ("POST", "create", False),
        ("PATCH", "patch", False),
    ],
)
def test_a_request_is_read_with_care_by_its_method(
    method: str,
    effect: str,
    repeatable: bool,
) -> None:
    request = request_of(method, "/v1/whatever")
    assert (request.effect, request.repeatable) == (effect, repeatable)
    assert request.operation_id == f"{method} /v1/whatever"


@pytest.mark.parametrize("method", ["get", "HEAD", "GET\r\n", "", None, 5])
def test_other_methods_are_refused(method: object) -> None:
    assert "method: must be one of GET, POST, PUT, PATCH, DELETE" in problems(method)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("v1/x", "starts with '/'"),
        ("", "starts with '/'"),
        (None, "starts with '/'"),
        ("//evil.example/x", "empty or dot segments"),
        ("/", "empty or dot segments"),
        ("/v1//x", "empty or dot segments"),
        ("/v1/x/", "empty or dot segments"),
        ("/v1/../x", "empty or dot segments"),
        ("/v1/./x", "empty or dot segments"),
        ("/v1/%2e%2E/x", "empty or dot segments"),
        ("/v1/x?a=b", "percent-encoded"),
        ("/v1/x#a", "percent-encoded"),
        ("/v1/a b", "percent-encoded"),
        ("/v1/ä", "percent-encoded"),
        ("/v1/a\r\nb", "percent-encoded"),
        ("/v1/%zz", "percent-encoded"),
        ("/v1/a\\b", "percent-encoded"),
        ("https://evil.example/", "starts with '/'"),
    ],
)
def test_a_path_that_is_no_plain_path_is_refused(path: object, problem: str) -> None:
    assert problem in problems("GET", path)


def test_a_path_is_sent_as_it_is() -> None:
    path = "/v1/a%2Fb/c;d=e:f@g!$&'()*+,~-._"
    assert request_of("GET", path).target == path


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/tags/5", "/v1/tags/{tagId}"),
        ("/V1/Tags/5", "/v1/tags/{tagId}"),
        (f"/v1/products/{UUID_TEXT}/tags", "/v1/products/{productId}/tags"),
        (f"/v9/things/{UUID_TEXT}/parts/77/x", "/v9/things/{id}/parts/{id}/x"),
        (f"/v9/things/{UUID_TEXT.replace('-', '')}", "/v9/things/{id}"),
        ("/v9/Things/my-key/parts/other.key", "/v9/things/{id}/parts/{id}"),
        ("/things/my-key/5", "/things/{id}/{id}"),
        ("/v9/things", "/v9/things"),
        ("/v9", "/v9"),
    ],
)
def test_calls_that_differ_in_ids_only_share_a_pacing_key(
    path: str,
    template: str,
) -> None:
    assert request_of("GET", path).template == template


def test_query_values_of_all_kinds_are_written_out() -> None:
    query: dict[str, object] = {
        "text": "a b&c",
        "number": 5,
        "half": 0.5,
        "yes": True,
        "id": UUID(UUID_TEXT),
        "at": datetime(2026, 5, 4, tzinfo=UTC),
        "kind": models.SettingType.BOOLEAN,
        "many": [1, "two"],
        "none": None,
        "ä&": "",
    }
    assert request_of(query=query).target.split("?")[1] == (
        f"text=a%20b%26c&number=5&half=0.5&yes=true&id={UUID_TEXT}"
        "&at=2026-05-04T00%3A00%3A00Z&kind=boolean&many=1&many=two&%C3%A4%26="
    )


@pytest.mark.parametrize(
    "value",
    [b"x", {"a": 1}, float("nan"), "\ud800", "a\nb", [None], 2**70],
)
def test_a_query_value_that_cannot_be_written_is_refused(value: object) -> None:
    assert "query name: must" in problems(query={"name": value})


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "HOST", "content-length", "", "a b", "a:b", "ä", "a\n"),
        *("Transfer-Encoding", "Connection", "keep-alive", "TE", "Trailer", "Upgrade"),
        *("Proxy-Authorization", "proxy-connection", "Expect", "Accept-Encoding"),
    ],
)
def test_headers_that_are_the_clients_own_or_no_headers_are_refused(name: str) -> None:
    assert "cannot be set here" in problems(headers={name: "x"})


@pytest.mark.parametrize("value", ["a\r\nb", "a\0", "\ud800", b"x", 5, None])
def test_a_header_value_that_cannot_be_sent_is_refused(value: object) -> None:
    assert "headers: the value of X-Extra" in problems(headers={"X-Extra": value})


def test_headers_are_secrets() -> None:
    request = request_of(headers={"X-Extra": "hush"})
    assert request.secret_headers == {"X-Extra": Secret("hush")}
    assert "hush" not in repr(request)


def test_a_body_may_be_plain_data_a_model_or_null() -> None:
    assert request_of("PUT", body=UNSET).body is None
    assert request_of("PUT", body=None).body == b"null"
    assert request_of("PUT", body={"a": [1, "ä"]}).body == '{"a":[1,"ä"]}'.encode()
    model = models.UpdateTagModel(name="x")
    assert request_of("PUT", body=model).body == b'{"name":"x"}'


@pytest.mark.parametrize("body", [float("nan"), {"a": "\ud800"}, object(), {1, 2}])
def test_a_body_that_is_no_json_is_refused(body: object) -> None:
    assert "body: " in problems("PUT", body=body)


def test_records_are_matched_without_regard_to_case() -> None:
    def tag(name: str) -> TagModel:
        return TagModel(product=None, tag_id=1, name=name, color=None)  # type: ignore[arg-type]

    tags = [tag("Blue"), tag("blue"), tag("bluer")]
    assert matching(tags, "name", "BLUE", {}) == tags[:2]
    assert matching([], "name", "x", {}) == []
    assert matching(SimpleNamespace(), "name", "x", {}) == []


def test_records_are_found_inside_of_a_wrapping_record() -> None:
    profile = SimpleNamespace(name="edge")
    profiles = models.ProxyProfileListModel(profiles=[profile])  # type: ignore[list-item]
    assert matching(profiles, "name", "EDGE", {}) == [profile]


def test_every_natural_key_is_an_attribute_of_listed_objects() -> None:
    for operation in OPERATIONS.values():
        if operation.find_created is None:
            continue
        listing = OPERATIONS[operation.find_created.operation]
        assert operation.find_created.field in ("name", "key")
        own = {p.name for p in operation.parameters}
        assert {p.name for p in listing.parameters if p.required} <= own
