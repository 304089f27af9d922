"""Tests of building requests: everything is checked before anything is sent."""

import math
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import OPERATIONS, UNSET, JsonPatch, models
from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.exchange import Request
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter
from configcat_mgmt.core.request import build, hide_secrets
from configcat_mgmt.errors import RequestBuildError
from tests.quick_client import UUID_TEXT

SOME_UUID = UUID(UUID_TEXT)
TIME = datetime(2026, 5, 4, 10, tzinfo=UTC)


def built(operation_id: str, body: object = UNSET, **arguments: object) -> Request:
    operation = OPERATIONS[operation_id]
    return build(operation, hide_secrets(operation, arguments), body)


def problems(
    operation_id: str,
    body: object = UNSET,
    **arguments: object,
) -> tuple[str, ...]:
    with pytest.raises(RequestBuildError) as caught:
        built(operation_id, body, **arguments)
    assert caught.value.operation_id == operation_id
    assert str(caught.value).startswith(f"{operation_id} was not sent: ")
    return caught.value.problems


def test_a_path_holds_ids_as_they_are() -> None:
    request = built("get-tags", product_id=SOME_UUID)
    assert request.target == f"/v1/products/{UUID_TEXT}/tags"
    assert request.template == "/v1/products/{productId}/tags"
    assert (request.method, request.body) == ("GET", None)
    assert built("get-tags", product_id=UUID_TEXT).target == request.target
    assert built("get-tag", tag_id=5).target == "/v1/tags/5"


def test_any_text_in_a_path_stays_one_segment() -> None:
    text = "a/b?c#d%2Fe\\f;g:h@i ä+&="
    request = built("delete-product-member", product_id=SOME_UUID, user_id=text)
    last = request.target.removeprefix(f"/v1/products/{UUID_TEXT}/members/")
    assert last == "a%2Fb%3Fc%23d%252Fe%5Cf%3Bg%3Ah%40i%20%C3%A4%2B%26%3D"


@pytest.mark.parametrize("text", ["", " ", ".", "..", "%2e%2e", "a\nb", "\0"])
def test_a_text_that_would_change_the_path_is_refused(text: str) -> None:
    found = problems("delete-product-member", product_id=SOME_UUID, user_id=text)
    assert found[0].startswith("user_id: must not")


def test_a_query_has_only_the_given_arguments() -> None:
    assert "?" not in built("get-auditlogs", product_id=SOME_UUID).target
    request = built(
        "get-auditlogs",
        product_id=SOME_UUID,
        config_id=None,
        environment_id=UUID_TEXT,
        audit_log_type="productCreated",
        from_utc_date_time=TIME,
    )
    assert request.target.split("?")[1] == (
        f"environmentId={UUID_TEXT}&auditLogType=productCreated"
        "&fromUtcDateTime=2026-05-04T10%3A00%3A00Z"
    )


def test_a_list_in_a_query_repeats_the_name() -> None:
    request = built("get-staleflags", product_id=SOME_UUID, ignored_tag_ids=[1, 2])
    assert request.target.endswith("?ignoredTagIds=1&ignoredTagIds=2")
    empty = built("get-staleflags", product_id=SOME_UUID, ignored_tag_ids=())
    assert "?" not in empty.target


def test_a_secret_header_is_hidden_from_the_request() -> None:
    request = built(
        "get-setting-value-by-sdkkey",
        setting_key_or_id="flag",
        sdk_key="hush/hush",
    )
    assert "hush" not in repr(request)
    assert request.secret_headers == {"X-CONFIGCAT-SDKKEY": Secret("hush/hush")}
    assert request.shown_arguments() == {"setting_key_or_id": "flag"}


@pytest.mark.parametrize("bad", ["", " ", "ä", "a\rb", b"hush", 5, "x" * 9000])
def test_a_secret_that_does_not_fit_is_refused_unseen(bad: object) -> None:
    call = "get-setting-value-by-sdkkey"
    (problem,) = problems(call, setting_key_or_id="flag", sdk_key=bad)
    assert problem.startswith("sdk_key: must")
    assert str(bad) not in problem.removeprefix("sdk_key: ") or str(bad) in ("", " ")


def test_one_error_names_all_problems() -> None:
    found = problems("update-tag", {"name": 5}, tag_id="x", tagId=5, colour="red")
    assert len(found) == 4
    assert "tag_id: must be a whole number, not 'x'" in found
    assert "tagId: is not an argument of this operation; did you mean tag_id?" in found
    assert "colour: is not an argument of this operation; it takes tag_id" in found
    assert any(problem.startswith("body: ") for problem in found)


def test_missing_arguments_are_named() -> None:
    assert problems("update-tag") == ("tag_id: is missing", "body: is missing")
    assert problems("get-me", tag_id=5) == (
        "tag_id: is not an argument of this operation; it takes none",
    )


def test_a_required_query_parameter_must_be_there() -> None:
    operation: Operation[object] = Operation(
        id="made-up",
        group="tags",
        method="GET",
        path="/v1/x",
        summary="",
        effect="read",
        success={200: object},
        parameters=(Parameter("page", "page", "query", int),),
    )
    with pytest.raises(RequestBuildError, match="page: is missing"):
        build(operation, {"page": None})
    assert build(operation, {"page": 2}).target == "/v1/x?page=2"


def test_a_body_where_none_belongs_is_refused() -> None:
    found = problems("get-tag", {"a": 1}, tag_id=5)
    assert found == ("body: this operation takes none",)


def test_a_body_that_may_be_left_out_may_be_none() -> None:
    optional = [
        operation
        for operation in OPERATIONS.values()
        if operation.body is not None and not operation.body_required
    ]
    for operation in optional:
        names = {p.name: _some(p) for p in operation.parameters if p.required}
        assert build(operation, dict(names), None).body is None
        assert build(operation, dict(names), UNSET).body is None


def _some(parameter: Parameter) -> object:
    return {int: 1, UUID: SOME_UUID}.get(cast("type", parameter.type), "jira")


def test_a_field_left_out_differs_from_null() -> None:
    assert built("update-tag", models.UpdateTagModel(), tag_id=1).body == b"{}"
    with_null = models.UpdateTagModel(color=None)
    assert built("update-tag", with_null, tag_id=1).body == b'{"color":null}'


@pytest.mark.parametrize(
    "value",
    ["x" * 256, "\ud800", 5, b"x", ["x"]],
    ids=["too long", "surrogate", "number", "bytes", "list"],
)
def test_a_body_outside_of_its_limits_is_refused_with_the_place(value: object) -> None:
    body = models.UpdateTagModel(name=value)  # type: ignore[arg-type]
    (problem,) = problems("update-tag", body, tag_id=1)
    assert problem.startswith("body.name: ")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_has_not_is_refused(value: float) -> None:
    body = JsonPatch([models.JsonPatchOperation(op="replace", path="/a", value=value)])
    (problem,) = problems("update-setting", body, setting_id=1)
    assert problem.startswith("body[0].value: ")


def test_a_body_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    body = [models.JsonPatchOperation(op="replace", path="/a", value=loop)]
    assert problems("update-setting", body, setting_id=1)


@pytest.mark.parametrize(
    ("patch", "repeatable", "conditional"),
    [
        (JsonPatch().replace("/a", 1), True, False),
        (JsonPatch().test("/a", 1).replace("/a", 2), True, True),
        (JsonPatch().test("/a", 1).add("/a/0", 2), False, True),
        (JsonPatch().add("/a/-", 1), False, False),
        (JsonPatch().remove("/a/0"), False, False),
        (JsonPatch().move("/a/0", "/a/1"), False, False),
        (JsonPatch().copy("/a", "/b"), False, False),
        (JsonPatch().replace("/a", 1).remove("/b"), False, False),
    ],
)
def test_a_patch_may_be_repeated_if_it_leaves_positions_alone(
    patch: JsonPatch,
    repeatable: bool,
    conditional: bool,
) -> None:
    request = built("update-setting", patch, setting_id=1)
    assert (request.repeatable, request.conditional) == (repeatable, conditional)
    plain = built("update-setting", list(patch), setting_id=1)
    assert plain.body == request.body


def test_a_body_of_endless_depth_is_refused() -> None:
    deep: object = 0
    for _ in range(200_000):
        deep = [deep]
    body = [models.JsonPatchOperation(op="replace", path="/a", value=deep)]
    assert "deep" in problems("update-setting", body, setting_id=1)[0]


def test_the_effect_decides_whether_a_call_is_repeatable() -> None:
    tag = models.CreateTagModel(name="x")
    assert not built("create-tag", tag, product_id=SOME_UUID).repeatable
    changed = models.UpdateTagModel(name="x")
    assert built("update-tag", changed, tag_id=1).repeatable
    assert built("delete-tag", tag_id=1).repeatable
    assert built("get-tag", tag_id=1).repeatable
    assert not built("get-tag", tag_id=1).changes_something
    assert built("delete-tag", tag_id=1).changes_something


def test_the_natural_key_is_read_from_the_body() -> None:
    tag = models.CreateTagModel(name="blue")
    request = built("create-tag", tag, product_id=SOME_UUID)
    assert request.natural_key() == ("name", "blue")
    assert request.shown_arguments() == {"product_id": SOME_UUID}
    changed = models.UpdateTagModel(name="x")
    request = built("update-tag", changed, tag_id=1)
    assert request.natural_key() is None
    for body in (b"[1]", b'{"name": 5}', b"{}"):
        odd = attrs.evolve(request, body=body, find_created=FindCreated("x", "name"))
        assert odd.natural_key() is None
