"""How published configs are asked for, and how the official SDK fares with that."""

from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest
import requests

from configcat_mgmt.emulator import Emulator, RatePolicy, RateRule
from configcat_mgmt.emulator.server.published import Published
from tests.emulator.published.managed import Managed, Manager, sdk
from tests.emulator.published.plans import Kind, Plan

Json = Any

PLAN: Final = Plan(
    segments=[],
    v1=[{"kind": Kind("boolean"), "value": {"value": True}}],
    v2=[
        {
            "kind": Kind("string"),
            "value": {"defaultValue": {"stringValue": "first"}},
        }
    ],
    users=[],
)


@pytest.fixture
def pair(manager: Manager) -> list[Managed]:
    """Return a V1 config and a V2 config."""
    return manager.manage(PLAN)


@pytest.fixture
def managed(pair: list[Managed]) -> Managed:
    """Return a V2 config."""
    return pair[1]


def path_of(sdk_key: str) -> str:
    return f"/configuration-files/{sdk_key}/config_v6.json"


def ask(
    emulator: Emulator, sdk_key: str, method: str = "GET", **headers: str
) -> requests.Response:
    """Send a request without credentials."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = emulator.base_url + path_of(sdk_key)
    return requests.request(method, url, headers=named, timeout=60)


def write(manager: Manager, managed: Managed, text: str) -> None:
    """Change what the setting of the V2 config serves."""
    config = managed.values["config"]["configId"]
    environment = managed.values["environment"]["environmentId"]
    setting = managed.values["settingFormulas"][0]["setting"]["settingId"]
    body = {"defaultValue": {"stringValue": text}, "settingId": setting}
    path = f"/v2/configs/{config}/environments/{environment}/values"
    manager.call("POST", path, {"updateFormulas": [body]})


def test_an_sdk_key_is_all_that_is_needed(
    running: Emulator, pair: list[Managed]
) -> None:
    for managed in pair:
        response = ask(running, managed.sdk_key)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert list(response.json()) == ["p", "s", "f"]
    assert pair[0].sdk_key.count("/") == 1
    assert pair[1].sdk_key.count("/") == 2


def test_a_secondary_key_leads_to_the_same_text(
    running: Emulator, managed: Managed
) -> None:
    keys = running.state.sdk_key_owners[managed.sdk_key]
    keys.secondary = f"configcat-sdk-1/{'a' * 22}/{'b' * 22}"
    running.state.sdk_key_owners[keys.secondary] = keys
    first, second = ask(running, managed.sdk_key), ask(running, keys.secondary)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content


def test_percent_encoded_keys_are_understood(
    running: Emulator, managed: Managed
) -> None:
    assert ask(running, quote(managed.sdk_key, safe="")).status_code == 200


def test_an_unknown_key_is_not_found(running: Emulator, managed: Managed) -> None:
    for key in ("x", "", managed.sdk_key[:-1], managed.sdk_key + "/x", "%FF/%00"):
        assert ask(running, key).status_code == 404


def test_the_key_of_a_deleted_environment_is_not_found(
    running: Emulator, manager: Manager, managed: Managed
) -> None:
    assert ask(running, managed.sdk_key).status_code == 200
    environment = managed.values["environment"]["environmentId"]
    manager.call("DELETE", f"/v1/environments/{environment}")
    assert ask(running, managed.sdk_key).status_code == 404


@pytest.mark.parametrize("form", ["{}", "W/{}", '"old", {}', "{} , empty", "*"])
def test_a_text_that_the_sdk_has_is_not_sent_again(
    running: Emulator, managed: Managed, form: str
) -> None:
    etag = ask(running, managed.sdk_key).headers["ETag"]
    again = ask(running, managed.sdk_key, If_None_Match=form.format(etag))
    assert again.status_code == 304
    assert again.headers["ETag"] == etag
    assert again.content == b""


@pytest.mark.parametrize("form", ["empty", '"old"', "", '""'])
def test_an_sdk_without_the_text_is_sent_it(
    running: Emulator, managed: Managed, form: str
) -> None:
    assert ask(running, managed.sdk_key, If_None_Match=form).status_code == 200


def test_a_change_is_published_under_a_new_etag(
    running: Emulator, manager: Manager, managed: Managed
) -> None:
    before = ask(running, managed.sdk_key)
    write(manager, managed, "second")
    after = ask(running, managed.sdk_key, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json()["f"]["setting0"]["v"] == {"s": "second"}
    write(manager, managed, "first")
    assert ask(running, managed.sdk_key).content == before.content


def test_what_sdks_do_not_see_is_no_change(
    running: Emulator, manager: Manager, managed: Managed
) -> None:
    etag = ask(running, managed.sdk_key).headers["ETag"]
    setting = managed.values["settingFormulas"][0]["setting"]["settingId"]
    config = managed.values["config"]["configId"]
    manager.call("PUT", f"/v1/settings/{setting}", {"name": "Other", "order": 9})
    manager.call("PUT", f"/v1/configs/{config}", {"name": f"Other {config}"})
    condition = {"comparisonAttribute": "a", "comparator": "isOneOf"}
    manager.new("segments", "segmentId", **condition, comparisonValue="b")
    manager.new("environments", "environmentId")
    assert ask(running, managed.sdk_key, If_None_Match=etag).status_code == 304


def test_a_config_is_written_once_for_each_version_of_it(
    running: Emulator, manager: Manager, managed: Managed
) -> None:
    published, state = Published(), running.state

    def body() -> bytes:
        path = path_of(managed.sdk_key)
        return published.answer(state, "GET", path, {}, "http://one").body

    first = body()
    manager.manage(PLAN)
    assert body() is first
    write(manager, managed, "second")
    second = body()
    assert second != first
    assert body() is second


def test_texts_of_removed_configs_are_forgotten(
    running: Emulator, manager: Manager
) -> None:
    published = Published()
    for _ in range(3):
        managed = manager.manage(PLAN)[1]
        path = path_of(managed.sdk_key)
        published.answer(running.state, "GET", path, {}, "http://one")
        config = managed.values["config"]["configId"]
        manager.call("DELETE", f"/v1/configs/{config}")
    assert len(published) == 1


def test_only_get_and_head_are_known(running: Emulator, managed: Managed) -> None:
    whole, head = ask(running, managed.sdk_key), ask(running, managed.sdk_key, "HEAD")
    assert head.status_code == 200
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(whole.content))
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        refused = ask(running, managed.sdk_key, method)
        assert refused.status_code == 405
        assert refused.headers["Allow"] == "GET, HEAD"


def test_other_hosts_are_refused(running: Emulator, managed: Managed) -> None:
    assert ask(running, managed.sdk_key, Host="evil.example").status_code == 403


def test_the_text_names_the_address_that_it_was_asked_from(
    running: Emulator, managed: Managed
) -> None:
    port = urlsplit(running.base_url).port
    for host in ("LocalHost", "127.0.0.1", "localhost"):
        url = f"http://{host}:{port}{path_of(managed.sdk_key)}"
        preferences = requests.get(url, timeout=60).json()["p"]
        assert preferences["u"] == f"http://{host.lower()}:{port}"


def test_the_rate_policy_does_not_count_downloads() -> None:
    with Emulator(rate_policy=RatePolicy((RateRule(1, 60),))) as emulator:
        statuses = [ask(emulator, "no key").status_code for _ in range(5)]
    assert statuses == [404] * 5


def test_the_official_sdk_is_neither_redirected_nor_troubled(
    running: Emulator, manager: Manager, managed: Managed
) -> None:
    with sdk(running.base_url + "/", managed.sdk_key) as official:
        assert official.outcome("setting0", None, str).value == "first"
        official.refresh()
        write(manager, managed, "second")
        assert official.outcome("setting0", None, str).value == "first"
        official.refresh()
        assert official.outcome("setting0", None, str).value == "second"
    path = path_of(managed.sdk_key)
    asked = [one for one in running.requests if one.path == path]
    assert [one.status for one in asked] == [200, 304, 200]
    assert {one.operation for one in asked} == {None}
