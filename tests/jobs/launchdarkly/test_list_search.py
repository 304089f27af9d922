"""LaunchDarkly is asked which attributes hold lists; values are kept nowhere."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from configcat_mgmt.errors import ConfigurationError, ServerError
from configcat_mgmt.jobs.launchdarkly import (
    PageJournal,
    TranslationOptions,
    generate_contexts,
    load_project,
    read_project,
    save_export,
    translate,
)
from tests.jobs.launchdarkly.fake import (
    FakeLaunchDarkly,
    Reply,
    refusal,
    serving,
)
from tests.jobs.launchdarkly.made import (
    clause,
    codes,
    document,
    flag,
    in_segment,
    rule,
    segment,
    served,
    translated,
)
from tests.jobs.launchdarkly.reads import Waits, read

Json = Any

CANARY: Final = "canary-value"
HERE: Final = "production"
PLACE: Final = "/api/v2/projects/shop/environments/production/context-attributes/"


def project(*tests: Json, environments: tuple[str, ...] = (HERE,)) -> Json:
    """Return a project with a flag that has these clauses."""
    one = flag(rules=[rule(*tests)])
    one["environments"] = dict.fromkeys(environments, one["environments"][HERE])
    shown = [{"key": key, "name": key.title()} for key in environments]
    made = document(one, environments=shown)
    made["segments"] = {key: [] for key in environments}
    return made


@pytest.fixture
def fake() -> Iterator[FakeLaunchDarkly]:
    with serving(project(clause("groups", "in", "a"))) as fake:
        yield fake


def asked(fake: FakeLaunchDarkly) -> list[str]:
    """Return the attributes that were asked about, as they were sent."""
    return [
        one.removeprefix(PLACE).removesuffix("?limit=100")
        for one in fake.requests
        if "/context-attributes/" in one
    ]


async def found(fake: FakeLaunchDarkly, **named: Json) -> tuple[Json, Json]:
    """Return the members about lists of the export."""
    export = await read(fake, find_lists=True, **named)
    return export.get("list_attributes"), export.get("unknown_list_attributes")


@pytest.mark.parametrize(
    ("values", "is_list"),
    [
        (["a", ["a", "b"]], True),
        ([[]], True),
        (['["a", "b"]'], True),
        ([" []"], True),
        (["a", 7, True, None, {"a": ["b"]}, '{"a": []}'], False),
        (["[beta] a", "[", "[" * 100_000, "[\ud800"], False),
        ([], False),
    ],
)
async def test_a_list_is_an_array_or_the_text_of_one(
    fake: FakeLaunchDarkly, values: Json, is_list: bool
) -> None:
    fake.values = {(HERE, "groups"): {"user": values, "device": [["a"]]}}
    assert await found(fake) == (["user.groups"] if is_list else [], None)


async def test_what_was_found_is_translated_as_a_declared_list(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    fake.values = {(HERE, "groups"): {"user": [["a"]]}}
    export = await read(fake, find_lists=True)
    save_export(export, tmp_path / "export.json")
    loaded = load_project(tmp_path / "export.json")
    by_hand = TranslationOptions(list_attributes=("user.groups",))
    plain = read_project(await read(fake))
    assert plain.list_attributes is None
    translation = translate(loaded)
    assert translation.snapshot.configs == translate(plain, by_hand).snapshot.configs
    assert served(translation, groups=["b", "a"]) is True
    assert served(translation, groups=["b"]) is False
    assert list(generate_contexts(loaded, 50, TranslationOptions())) == list(
        generate_contexts(plain, 50, by_hand)
    )
    (note,) = [one for one in translation.issues if one.code == "CC616"]
    assert note.severity == "note"
    assert "user.groups" in note.cause


async def test_options_add_to_what_was_found(fake: FakeLaunchDarkly) -> None:
    fake.document = project(clause("groups", "in", "a"), clause("teams", "in", "b"))
    fake.values = {(HERE, "groups"): {"user": [["a"]]}}
    export = await read(fake, find_lists=True)
    options = TranslationOptions(list_attributes=("user.teams",))
    translation = translate(read_project(export), options)
    assert served(translation, groups=["a"], teams=["b"]) is True
    assert served(translation, groups=["a"], teams=["c"]) is False


async def test_nothing_found_is_said(fake: FakeLaunchDarkly) -> None:
    export = await read(fake, find_lists=True)
    assert export["list_attributes"] == []
    # Nothing was reported for the name, so the path was tried as well.
    assert asked(fake) == ["groups", "%2Fgroups"]
    translation = translate(read_project(export))
    plain = translate(read_project(await read(fake)))
    assert translation.snapshot.configs == plain.snapshot.configs
    assert "CC617" in codes(translation)
    assert not {"CC616", "CC617", "CC618"} & codes(translated(flag()))


@pytest.mark.parametrize(
    ("name", "is_tested"),
    [
        ("user.groups", True),
        ("user./a/b", True),
        ("user.a/b", True),
        ("org.groups", False),
        ("user.grops", False),
    ],
)
@pytest.mark.parametrize("on", [True, False])
def test_a_list_attribute_that_no_rule_tests_is_named(
    name: str, is_tested: bool, on: bool
) -> None:
    tests = clause("groups", "in", "x"), clause("/a/b", "in", "x"), in_segment("vip")
    one = flag(on=on, rules=[rule(*tests)])
    found = translated(one, groups=[segment("vip")], list_attributes=[name])
    causes = [each.cause for each in found.issues if each.code == "CC619"]
    assert [name in cause for cause in causes] == ([] if is_tested else [True])


async def test_a_name_that_is_reported_as_a_path_is_found(
    fake: FakeLaunchDarkly,
) -> None:
    fake.values = {(HERE, "/groups"): {"user": [["a"]]}}
    assert await found(fake) == (["user.groups"], None)
    fake.values[HERE, "groups"] = refusal(404, "no such attribute")
    assert await found(fake) == (["user.groups"], None)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (refusal(400, "bad attribute"), "400"),
        (refusal(403, "forbidden"), "403"),
        (refusal(404, "no such path"), "404"),
        (Reply(body=b"[]"), "unusable response"),
        (Reply(body=b'{"items": {}}'), "unusable response"),
    ],
)
async def test_a_refusal_is_a_note_and_no_error(
    fake: FakeLaunchDarkly, reply: Reply, reason: str
) -> None:
    fake.values = {(HERE, name): reply for name in ("groups", "/groups")}
    export = await read(fake, find_lists=True)
    assert export["list_attributes"] == []
    unknown = {"user.groups": f"{reason} in production"}
    assert export["unknown_list_attributes"] == unknown
    translation = translate(read_project(export))
    (note,) = [one for one in translation.issues if one.code == "CC618"]
    assert note.severity == "note"
    assert f"user.groups ({reason} in production)" in note.cause
    assert "--list-attribute" in note.remedy
    assert "CC617" not in codes(translation), "it was not answered"


async def test_after_a_403_an_environment_is_asked_no_more(
    fake: FakeLaunchDarkly,
) -> None:
    tests = [clause(name, "in", "a") for name in ("a", "b", "c")]
    fake.document = project(*tests, environments=(HERE, "test"))
    fake.values = {
        (HERE, "a"): refusal(403, "forbidden"),
        ("test", "b"): {"user": [["x"]]},
        ("test", "c"): refusal(404, "no such attribute"),
        ("test", "/c"): refusal(404, "no such attribute"),
    }
    lists, unknown = await found(fake)
    assert lists == ["user.b"]
    assert unknown == {
        "user.a": "403 in production",
        "user.c": "403 in production, 404 in test",
    }
    assert sum(HERE in one for one in fake.requests if "context-attr" in one) == 1


async def test_one_environment_with_a_list_is_enough(fake: FakeLaunchDarkly) -> None:
    fake.document = project(clause("groups", "in", "a"), environments=(HERE, "test"))
    fake.values = {(HERE, "groups"): {"user": [["a"]]}}
    assert await found(fake) == (["user.groups"], None)
    assert len(asked(fake)) == 1


async def test_only_attributes_that_can_hold_lists_are_asked_about(
    fake: FakeLaunchDarkly,
) -> None:
    rules = [
        rule(clause("key", "in", "a"), clause("kind", "in", "user")),
        rule(clause("anonymous", "in", True), in_segment("vip")),
        rule(clause("/a//b", "in", "a")),
        rule(clause("groups", "in", "a", kind="organization")),
    ]
    vip = segment("vip", rules=[{"clauses": [clause("teams", "startsWith", "a")]}])
    fake.document = document(flag(rules=rules), segments=[vip])
    fake.values = {
        (HERE, "groups"): {"organization": [["a"]], "user": [["a"]]},
        (HERE, "teams"): {"user": [["a"]]},
    }
    lists, unknown = await found(fake)
    assert (lists, unknown) == (["organization.groups", "user.teams"], None)
    assert asked(fake) == ["groups", "teams"]


@pytest.mark.parametrize(
    ("attribute", "sent", "name"),
    [
        ("/address/tags", "/address/tags", "user./address/tags"),
        ("/a~1b/c~0d", "/a~1b/c~0d", "user./a~1b/c~0d"),
        ("/~1groups", "/~1groups", "user./~1groups"),
        ("a/b", "/a~1b", "user./a~1b"),
        ("a ?#%&ü", "a ?#%&ü", "user.a ?#%&ü"),
        ("..", "/..", "user./.."),
        ("a.b", "a.b", "user.a.b"),
    ],
)
async def test_odd_and_nested_names_are_asked_about_and_found(
    fake: FakeLaunchDarkly, attribute: str, sent: str, name: str
) -> None:
    fake.document = project(clause(attribute, "in", "a"))
    fake.values = {(HERE, sent): {"user": [["a"]]}}
    export = await read(fake, find_lists=True)
    assert export["list_attributes"] == [name]
    (raw,) = asked(fake)
    assert "/" not in raw
    assert raw.isascii()
    translation = translate(read_project(export))
    assert [one.types for one in translation.attributes] == [("list of texts",)]


async def test_a_nested_list_is_not_confused_with_a_name_with_a_slash(
    fake: FakeLaunchDarkly,
) -> None:
    fake.document = project(clause("/a/b", "in", "x"), clause("a/b", "in", "y"))
    fake.values = {(HERE, "/a~1b"): {"user": [["y"]]}}
    translation = translate(read_project(await read(fake, find_lists=True)))
    types = {one.path: one.types for one in translation.attributes}
    assert types == {("a", "b"): ("text",), ("a/b",): ("list of texts",)}


async def test_half_of_a_surrogate_pair_in_a_name_is_no_error(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    fake.document = project(clause("a\ud800", "in", "a"))
    with PageJournal(tmp_path / "pages", "here") as journal:
        export = await read(fake, find_lists=True, journal=journal)
    assert asked(fake) == ["a%ED%A0%80", "%2Fa%ED%A0%80"]
    save_export(export, tmp_path / "export.json")
    assert load_project(tmp_path / "export.json") == read_project(export)


async def test_a_429_is_waited_for(fake: FakeLaunchDarkly) -> None:
    fake.values = {(HERE, "groups"): {"user": [["a"]]}}
    await read(fake, find_lists=True)
    number = len(fake.requests)
    fake.requests.clear()
    fake.replies = {number: Reply(429, {"Retry-After": "3"})}
    waits = Waits()
    assert await found(fake, waits=waits) == (["user.groups"], None)
    (seconds,) = waits.seconds
    assert 3 <= seconds < 4
    assert asked(fake) == ["groups", "groups"]


async def test_no_value_reaches_an_export_a_journal_or_a_log(
    fake: FakeLaunchDarkly, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    values = [CANARY, [CANARY], f'["{CANARY}"]', {CANARY: CANARY}]
    fake.values = {(HERE, "groups"): {"user": values, CANARY: values}}
    with PageJournal(tmp_path / "pages", "here") as journal:
        export = await read(fake, find_lists=True, journal=journal)
        pages = [path.read_text() for path in journal.path.iterdir()]
    save_export(export, tmp_path / "export.json")
    assert "[true]" in pages
    kept = (*pages, (tmp_path / "export.json").read_text(), caplog.text)
    assert not any(CANARY in text for text in kept)


@pytest.mark.parametrize("body", [f'{{"items": ["{CANARY}', f"<p>{CANARY}", "7" * 9999])
async def test_no_value_of_a_broken_response_is_shown(
    fake: FakeLaunchDarkly, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("groups", "/groups"):
        fake.values[HERE, name] = Reply(body=body.encode())
    lists, unknown = await found(fake)
    assert lists == []
    assert unknown == {"user.groups": "unusable response in production"}
    assert CANARY not in caplog.text
    assert "777" not in caplog.text


async def test_a_killed_search_goes_on_where_it_was(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    fake.document = project(*(clause(name, "in", "a") for name in "abc"))
    fake.values = {(HERE, name): {"user": [["x"]]} for name in "ac"}
    fake.values[HERE, "b"] = {"user": ["x"]}
    whole = await read(fake, find_lists=True)
    assert whole["list_attributes"] == ["user.a", "user.c"]
    calls = len(fake.requests)
    fake.requests.clear()
    fake.replies = dict.fromkeys(range(calls, calls + 20), Reply(500))
    with PageJournal(tmp_path, "here") as journal, pytest.raises(ServerError):
        await read(fake, find_lists=True, journal=journal)
    fake.replies, fake.requests = {}, []
    steps: list[tuple[int, int]] = []
    with PageJournal(tmp_path, "here") as journal:
        again = await read(
            fake,
            find_lists=True,
            journal=journal,
            progress=lambda done, known: steps.append((done, known)),
        )
        assert journal.reused == calls - 1
    assert asked(fake) == ["c"]
    assert {**again, "taken_at": whole["taken_at"]} == whole
    assert steps[-1] == (calls, calls)


async def test_what_was_kept_fits_other_environments_too(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    kinds = ("user", "organization")
    tests = [clause("groups", "in", "a", kind=kind) for kind in kinds]
    fake.document = project(*tests, environments=(HERE, "test"))
    fake.values = {
        (HERE, "groups"): {"user": [["a"]]},
        ("test", "groups"): {"organization": [["a"]]},
    }
    with PageJournal(tmp_path, "here") as journal:
        both = await found(fake, journal=journal)
        assert both == (["organization.groups", "user.groups"], None)
        one = await found(fake, journal=journal, environments=["test"])
        assert one == (["organization.groups"], None)


async def test_a_refusal_is_not_kept_for_the_next_run(
    fake: FakeLaunchDarkly, tmp_path: Path
) -> None:
    fake.values = {(HERE, "groups"): refusal(403, "forbidden")}
    with PageJournal(tmp_path, "here") as journal:
        await read(fake, find_lists=True, journal=journal)
    fake.values = {(HERE, "groups"): {"user": [["a"]]}}
    with PageJournal(tmp_path, "here") as journal:
        assert await found(fake, journal=journal) == (["user.groups"], None)


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"list_attributes": ["user.a", "groups"]}, r"\$\.list_attributes\[1\]"),
        ({"list_attributes": "user.a"}, r"\$\.list_attributes"),
        ({"list_attributes": [7]}, r"\$\.list_attributes\[0\]"),
        ({"unknown_list_attributes": {"a": "404"}}, r"\$\.unknown_list_attributes"),
        ({"unknown_list_attributes": {"user.a": 4}}, r"unknown_list_attributes\.user"),
        ({"unknown_list_attributes": ["user.a"]}, r"\$\.unknown_list_attributes"),
    ],
)
def test_wrong_members_of_an_export_are_named(members: Json, place: str) -> None:
    with pytest.raises(ConfigurationError, match=place):
        read_project(document(flag(), **members))
