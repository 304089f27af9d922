"""From method and path to an operation."""

from uuid import UUID

import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.emulator.server.routing import (
    NoSuchPathError,
    Router,
    WrongMethodError,
)

ID = "11111111-2222-4333-8444-555555555555"
VALUES = {"integrationLinkType": "jira", "key": "a", "userId": "u"}


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(OPERATIONS.values())


def find(router: Router, method: str, path: str) -> tuple[str, dict[str, object]]:
    match = router.match(method, path)
    return match.operation.id, dict(match.values)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_found_by_its_path(router: Router, name: str) -> None:
    operation = OPERATIONS[name]
    path = operation.path
    for parameter in operation.parameters:
        value = VALUES.get(parameter.wire_name, ID if parameter.type is UUID else "7")
        path = path.replace(f"{{{parameter.wire_name}}}", value)
    found, values = find(router, operation.method, path)
    assert found == name
    wanted = {p.name for p in operation.parameters if p.location == "path"}
    assert values.keys() == wanted


def test_values_are_read_by_type(router: Router) -> None:
    path = f"/v1/environments/{ID}/settings/12/value"
    _, values = find(router, "GET", path)
    assert values == {"environment_id": UUID(ID), "setting_id": 12}
    _, values = find(router, "GET", "/v1/settings/12/value")
    assert values == {"setting_key_or_id": "12"}


@pytest.mark.parametrize(
    "path",
    [
        "/V1/Products/" + ID,
        f"/v1/products/{ID}/",
        f"/v1/products/{ID.upper()}",
        f"/v1/products/{ID.replace('-', '')}",
        f"/v1/%70roducts/{ID}",
        f"/v1/products/{ID.replace('-', '%2D')}",
    ],
)
def test_paths_may_be_spelled_as_the_router_of_the_service_allows(
    router: Router, path: str
) -> None:
    assert find(router, "GET", path) == ("get-product", {"product_id": UUID(ID)})


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("%C5%82", "ł"),
        ("%zz", "%zz"),
        ("a;b=c", "a;b=c"),
        ("...", "..."),
    ],
)
def test_a_part_is_decoded_exactly_once(router: Router, part: str, value: str) -> None:
    _, values = find(router, "GET", f"/v2/settings/{part}/value")
    assert values == {"setting_key_or_id": value}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "v1/me",
        "/v1",
        "/v1/nothing",
        "/v1/me/more",
        "/v1/me//",
        "//v1/me",
        "/v1//me",
        "/v1/products/5",
        "/v1/products/" + ID[:-1],
        f"/v1/products/{{{ID}}}",
        f"/v1/products/{ID}%20",
        "/v1/products/%2e%2e/configs",
        f"/v1/products/{ID}/../configs",
        "/v1/tags/abc",
        "/v1/tags/1.5",
        "/v1/tags/+1",
        "/v1/tags/%201",
        "/v1/tags/9223372036854775808",
        "/v1/tags/" + "9" * 5000,
        "/v1/settings/2147483648",
        "/v1/tags/\u0661",
        "/v2/settings/a%00b/value",
        "/v2/settings/%ff/value",
        "/v2/settings//value",
        "/v3/me",
    ],
)
def test_what_is_no_path_is_not_found(router: Router, path: str) -> None:
    with pytest.raises(NoSuchPathError):
        router.match("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/me", ("GET",)),
        ("HEAD", "/v1/me", ("GET",)),
        ("OPTIONS", "/v1/tags/5", ("DELETE", "GET", "PUT")),
        ("get", "/v1/me", ("GET",)),
        ("GET", f"/v1/products/{ID}/members/invite", ("DELETE", "POST")),
    ],
)
def test_a_known_path_with_another_method_lists_the_methods(
    router: Router, method: str, path: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(WrongMethodError) as caught:
        router.match(method, path)
    assert caught.value.allowed == allowed


def test_a_spelled_out_part_wins_but_does_not_hide_a_parameter(router: Router) -> None:
    path = f"/v1/products/{ID}/members/invite"
    assert find(router, "POST", path)[0] == "invite-member"
    found, values = find(router, "DELETE", path)
    assert (found, values["user_id"]) == ("delete-product-member", "invite")
