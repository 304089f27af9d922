"""A project is read whole from the REST API, whatever happens on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt.errors import (
    BadRequestError,
    ConfigurationError,
    ConnectionFailedError,
    JobError,
)
from configcat_mgmt.jobs.launchdarkly import (
    AccessToken,
    PageJournal,
    RestClient,
    read_export,
    read_project,
    translate,
)
from configcat_mgmt.jobs.launchdarkly.rest import host_of_environment
from tests.jobs.launchdarkly.fake import (
    SECRETS,
    TOKEN,
    FakeLaunchDarkly,
    Reply,
    serving,
)
from tests.jobs.launchdarkly.made import document, flag, segment
from tests.jobs.launchdarkly.reads import Waits, client_of, read

Json = Any

ENVIRONMENTS = ("production", "test", "staging", "qa")


def large(flags: int = 230, segments: int = 120) -> Json:
    """Return a project of several pages and four environments."""
    made = document(
        *(flag(f"flag-{number:03}") for number in range(flags)),
        environments=[{"key": key, "name": key.title()} for key in ENVIRONMENTS],
    )
    for one in made["flags"]:
        (config,) = one["environments"].values()
        one["environments"] = dict.fromkeys(ENVIRONMENTS, config)
    members = [segment(f"s{number}", included=["a"]) for number in range(segments)]
    made["segments"] = dict.fromkeys(ENVIRONMENTS, members)
    return made


@pytest.fixture
def fake() -> Iterator[FakeLaunchDarkly]:
    with serving(large()) as fake:
        yield fake


async def test_all_pages_of_all_environments_are_read(fake: FakeLaunchDarkly) -> None:
    export = await read(fake)
    assert len(export["flags"]) == 230
    for one in export["flags"]:
        assert set(one["environments"]) == set(ENVIRONMENTS)
    assert [len(export["segments"][key]) for key in ENVIRONMENTS] == [120] * 4
    # Two batches of environments, three pages and two other states; three pages of
    # segments for each environment.
    assert fake.calls == {"projects": 2, "flags": 2 * (3 + 1 + 1), "segments": 4 * 3}
    project = read_project(export)
    assert len(project.flags) == 230
    assert translate(project).blockers == ()


async def test_the_result_does_not_depend_on_pages_and_links(
    fake: FakeLaunchDarkly,
) -> None:
    export = await read(fake)
    fake.page = 7
    assert {**await read(fake), "taken_at": export["taken_at"]} == export
    fake.page, fake.has_next = None, False
    assert {**await read(fake), "taken_at": export["taken_at"]} == export


async def test_archived_and_deprecated_flags_are_read_too(
    fake: FakeLaunchDarkly,
) -> None:
    fake.document["flags"][0]["archived"] = True
    fake.document["flags"][1]["deprecated"] = True
    assert len((await read(fake))["flags"]) == 230


async def test_some_environments_suffice(fake: FakeLaunchDarkly) -> None:
    export = await read(fake, environments=["qa"])
    assert [one["key"] for one in export["environments"]] == ["qa"]
    assert set(export["segments"]) == {"qa"}
    with pytest.raises(ConfigurationError, match="no environment 'nowhere'"):
        await read(fake, environments=["nowhere"])


async def test_no_secret_reaches_an_export_or_a_journal(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    with PageJournal(folder, "here") as journal:
        export = await read(fake, journal=journal)
        files = [path.read_text() for path in folder.iterdir()]
    assert len(files) > 10
    for secret in (*SECRETS, TOKEN):
        assert secret not in str(export)
        assert not any(secret in text for text in files)


async def test_a_killed_read_goes_on_where_it_was(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    whole = await read(fake)
    calls = len(fake.requests)
    for place in (1, 5, calls // 2, calls - 1):
        fake.requests.clear()
        fake.replies = {place + 1: Reply(400)}
        folder = tmp_path / str(place)
        with PageJournal(folder, "here") as journal, pytest.raises(BadRequestError):
            await read(fake, journal=journal)
        fake.replies = {}
        with PageJournal(folder, "here") as journal:
            again = await read(fake, journal=journal)
            assert journal.reused == place
            journal.finish()
        assert not folder.exists()
        assert len(fake.requests) == calls + 1
        assert {**again, "taken_at": whole["taken_at"]} == whole


async def test_pages_that_are_old_or_of_another_project_are_read_again(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    with PageJournal(tmp_path, "one") as journal:
        await read(fake, journal=journal)
    with PageJournal(tmp_path, "other") as journal:
        await read(fake, journal=journal)
        assert journal.reused == 0
    with PageJournal(tmp_path, "one", clock=lambda: 1e12) as journal:
        await read(fake, journal=journal)
        assert journal.reused == 0


async def test_a_429_waits_for_the_larger_of_both_headers(
    fake: FakeLaunchDarkly,
) -> None:
    waits = Waits()
    end = str(round((waits.now + 7) * 1000))
    past = str(round((waits.now - 50) * 1000))
    fake.replies = {
        1: Reply(429, {"X-Ratelimit-Reset": end}),
        2: Reply(429, {"X-Ratelimit-Reset": end, "Retry-After": "9"}),
        3: Reply(429, {"X-Ratelimit-Reset": past}),
        4: Reply(429, {"X-Ratelimit-Reset": "soon", "Retry-After": "2"}),
    }
    assert len((await read(fake, waits))["flags"]) == 230
    for wanted, found in zip((7, 9, 1, 2), waits.seconds, strict=True):
        assert wanted <= found < wanted + 1


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e400", "9" * 400, "1_0"])
async def test_a_rate_header_that_is_no_number_counts_as_absent(
    fake: FakeLaunchDarkly, text: str
) -> None:
    usual, waits = Waits(), Waits()
    fake.replies = {1: Reply(429)}
    await read(fake, usual)
    names = ("Retry-After", "X-Ratelimit-Reset", "X-Ratelimit-Global-Remaining")
    fake.replies, fake.requests = {1: Reply(429, dict.fromkeys(names, text))}, []
    assert len((await read(fake, waits))["flags"]) == 230
    (found,) = waits.seconds
    assert found == pytest.approx(usual.seconds[0], abs=1)


async def test_few_calls_left_slow_the_next_one_down(fake: FakeLaunchDarkly) -> None:
    waits = Waits()
    end = str(round((waits.now + 4) * 1000))
    few = {"X-Ratelimit-Route-Remaining": "2", "X-Ratelimit-Reset": end}
    many = {"X-Ratelimit-Global-Remaining": "50", "X-Ratelimit-Reset": end}
    body = b'{"key": "shop", "name": "Shop"}'
    fake.replies = {1: Reply(headers=few, body=body)}
    await read(fake, waits)
    assert waits.seconds == pytest.approx([4.0])
    fake.replies, fake.requests = {1: Reply(headers=many, body=body)}, []
    waits = Waits()
    await read(fake, waits)
    assert waits.seconds == []


async def test_a_progress_callback_that_raises_changes_nothing(
    fake: FakeLaunchDarkly, caplog: pytest.LogCaptureFixture
) -> None:
    def progress(done: int, _: int) -> None:
        raise RuntimeError(done)

    assert len((await read(fake, progress=progress))["flags"]) == 230
    assert "the progress callback raised" in caplog.text


async def test_connections_that_break_are_tried_again(fake: FakeLaunchDarkly) -> None:
    fake.replies = {number: Reply(drops=True) for number in (2, 5, 9)}
    fake.replies[12] = Reply(503)
    assert len((await read(fake))["flags"]) == 230


async def test_a_flag_that_changes_between_pages_is_read_again(
    fake: FakeLaunchDarkly,
) -> None:
    changing = fake.document["flags"][3]

    def change(_: int, target: str) -> None:
        if "env=qa" in target and "offset=0" in target and "filter" not in target:
            changing["_version"] = 2
            configs = changing["environments"]
            for name in configs:
                configs[name] = {**configs[name], "on": False}

    fake.before = change
    export = await read(fake)
    (found,) = [one for one in export["flags"] if one["key"] == changing["key"]]
    assert {config["on"] for config in found["environments"].values()} == {False}
    assert "changed_while_read" not in export
    assert sum(f"/{changing['key']}" in one for one in fake.requests) == 2


async def test_a_flag_that_keeps_changing_is_named(fake: FakeLaunchDarkly) -> None:
    changing = fake.document["flags"][3]

    def change(number: int, _: str) -> None:
        changing["_version"] = number

    fake.before = change
    export = await read(fake)
    assert export["changed_while_read"] == [changing["key"]]
    codes = {one.code for one in translate(read_project(export)).issues}
    assert "D002" in codes


async def test_a_list_that_shifts_is_read_again(fake: FakeLaunchDarkly) -> None:
    flags = fake.document["flags"]
    gone = flags[0]

    def change(_: int, target: str) -> None:
        if "offset=100" in target and gone in flags:
            flags.remove(gone)

    fake.before = change
    export = await read(fake)
    assert [one["key"] for one in export["flags"]] == [one["key"] for one in flags]


async def test_a_list_that_never_rests_is_an_error(fake: FakeLaunchDarkly) -> None:
    def change(number: int, _: str) -> None:
        fake.document["flags"].append(flag(f"new-{number}"))

    fake.before = change
    with pytest.raises(JobError, match="keeps changing"):
        await read(fake)


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("sdk-12345678", "holds an SDK key"),
        ("", "is empty"),
        ("a\nb", "control character"),
    ],
)
def test_what_is_no_access_token_is_refused(token: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        AccessToken(token)
    assert not token or token not in str(caught.value)


async def test_a_wrong_token_or_project_is_explained_without_the_token(
    fake: FakeLaunchDarkly,
) -> None:
    async with RestClient(AccessToken("api-other"), fake.address) as client:
        with pytest.raises(ConfigurationError, match="refuses the access token") as bad:
            await read_export(client, "shop")
        assert "api-other" not in repr(bad.value) + repr(client)
    async with client_of(fake, Waits()) as client:
        with pytest.raises(ConfigurationError, match="has nothing at projects/other"):
            await read_export(client, "other")
    fake.replies, fake.requests = {1: Reply(403)}, []
    with pytest.raises(ConfigurationError, match="may not read projects/shop"):
        await read(fake)


async def test_no_redirect_takes_the_token_elsewhere(fake: FakeLaunchDarkly) -> None:
    with serving(large(1, 1)) as other:
        place = {"Location": f"{other.address}/api/v2/projects/shop"}
        fake.replies = {1: Reply(302, place)}
        with pytest.raises(Exception, match="302"):
            await read(fake)
        assert other.requests == []


async def test_a_server_that_is_gone_is_an_error() -> None:
    with serving(large(1, 1)) as fake:
        address = fake.address
    fake.address = address
    async with client_of(fake, Waits()) as client:
        with pytest.raises(ConnectionFailedError):
            await read_export(client, "shop")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("", "https://app.launchdarkly.com"),
        ("app.eu.launchdarkly.com", "https://app.eu.launchdarkly.com"),
        ("https://app.launchdarkly.us/", "https://app.launchdarkly.us"),
        ("http://127.0.0.1:99", "http://127.0.0.1:99"),
    ],
)
def test_the_host_comes_from_the_environment(
    host: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHDARKLY_API_HOST", host)
    assert host_of_environment() == found


def test_the_token_goes_to_no_host_in_the_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAUNCHDARKLY_API_HOST", "http://example.com")
    with pytest.raises(ConfigurationError, match="in the clear"):
        host_of_environment()
