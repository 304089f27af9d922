"""Access to the server: hosts, origins, credentials and paths."""

import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.raw import (
    authorization,
    exchange,
    head,
    host_of,
)


def port_of(emulator: Emulator) -> str:
    return host_of(emulator).rsplit(":", 1)[1]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{}", "localhost:{}", "LocalHost:{}", "[::1]:{}"]
)
async def test_loopback_names_are_served(emulator: Emulator, host: str) -> None:
    headers: dict[str, str | None] = {"Host": host.format(port_of(emulator))}
    answer = await exchange(emulator, head(emulator, "GET /v1/me", headers))
    assert answer.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{}",
        "localhost.evil:{}",
        "localhost",
        "localhost:1",
        "127.0.0.1.evil:{}",
        "127.0.0.1:{}.evil",
        "evil@localhost:{}",
        "",
    ],
)
async def test_other_hosts_are_refused(emulator: Emulator, host: str) -> None:
    headers: dict[str, str | None] = {"Host": host.format(port_of(emulator))}
    answer = await exchange(emulator, head(emulator, "GET /v1/me", headers))
    assert answer.status == 403


async def test_more_host_names_can_be_allowed() -> None:
    async with Emulator(host_names=["emulator.test"]) as emulator:
        name = f"emulator.test:{port_of(emulator)}"
        answer = await exchange(emulator, head(emulator, "GET /v1/me", {"Host": name}))
        assert answer.status == 200


async def test_no_page_of_another_origin_is_let_in(emulator: Emulator) -> None:
    headers: dict[str, str | None] = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "DELETE",
        "Authorization": None,
    }
    for line in ("OPTIONS /v1/me", "GET /v1/me"):
        answer = await exchange(emulator, head(emulator, line, headers))
        assert answer.status in {401, 405}
        assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic ZW11bGF0b3I=",  # only a user name
        "Basic ZW11bGF0b3I6d3Jvbmc=",  # a wrong password
        "Basic bm9ib2R5OmVtdWxhdG9yLXBhc3N3b3Jk",  # an unknown user
        "Basic Og==",  # a lone colon
        "Basic /////w==",
        "Bearer abc",
        "Basic " + "A" * 6000,
    ],
)
async def test_credentials_are_needed(emulator: Emulator, value: str | None) -> None:
    request = head(emulator, "GET /v1/me", {"Authorization": value})
    answer = await exchange(emulator, request)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert emulator.counts.total_calls == 0


@pytest.mark.parametrize("scheme", ["basic", "BASIC"])
async def test_the_scheme_is_written_in_any_case(
    emulator: Emulator, scheme: str
) -> None:
    value = authorization(emulator).replace("Basic", scheme)
    request = head(emulator, "GET /v1/me", {"authorization": value})
    request = request.replace(b"Authorization", b"X-Other")
    assert (await exchange(emulator, request)).status == 200


async def test_passwords_may_hold_colons_and_letters_of_all_kinds() -> None:
    async with Emulator(username="łą", password="a:b: ł") as emulator:
        answer = await exchange(emulator, head(emulator, "GET /v1/me"))
        assert answer.status == 200


async def test_unknown_paths_and_methods_are_told_apart(emulator: Emulator) -> None:
    for line, status in (
        ("GET /v1/nothing", 404),
        ("GET /", 404),
        ("GET /v1/tags/abc", 404),
        ("POST /v1/me", 405),
        ("PROPFIND /v1/me", 405),
    ):
        answer = await exchange(emulator, head(emulator, line))
        assert answer.status == status
        assert answer.body
    assert answer.headers["allow"] == "GET"
    assert emulator.counts.total_calls == 0


async def test_a_whole_address_in_the_request_line_is_understood(
    emulator: Emulator,
) -> None:
    line = f"GET {emulator.base_url}/v1/me?x=1"
    answer = await exchange(emulator, head(emulator, line))
    assert answer.status == 200


async def test_trailing_slashes_and_other_cases_are_tolerated(
    emulator: Emulator,
) -> None:
    answer = await exchange(emulator, head(emulator, "GET /V1/Me/"))
    assert answer.status == 200


async def test_an_answer_is_json_in_utf_8(emulator: Emulator) -> None:
    answer = await exchange(emulator, head(emulator, "GET /v1/me"))
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
