"""The page: what it says, that it stands alone, and how people get around in it."""

import re
import stat
import sys
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import attrs
import pytest

from configcat_mgmt.cli.job.words import OUTCOMES as TERMINAL
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.report import NewId
from configcat_mgmt.jobs.compare.differences import HIDDEN, Difference
from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.jobs.report import page as page_module
from configcat_mgmt.jobs.report.cells import cell_note
from configcat_mgmt.jobs.report.page import MOST_ROWS, Page, render_html, save_html
from configcat_mgmt.jobs.report.plan_changes import EntityChange, FieldChange
from configcat_mgmt.jobs.report.value_changes import ValueChange
from configcat_mgmt.jobs.report.view import LEFT_BEHIND, OUTCOMES, duration
from tests.jobs.report.html_reading import Element, read_html
from tests.jobs.report.samples import (
    CHANGES,
    DIFFERENCES,
    MATRIX,
    PAGE,
    PLAN,
    REPORT,
    START,
)

BARE = Page(title="A page", generated_at=START)
NONE = "\u2013"


@pytest.fixture(scope="module")
def whole() -> Element:
    """The page with everything."""
    return read_html(render_html(PAGE))


def cells(row: Element) -> list[str]:
    return [one.text.strip() for one in row.all() if one.tag in ("th", "td")]


def rows(element: Element) -> list[list[str]]:
    return [cells(row) for row in element.all("tr")]


def verdict(page: Page) -> str:
    (found,) = read_html(render_html(page)).all("p", "verdict")
    return found.text


def test_a_page_without_anything_has_a_title_and_no_sections() -> None:
    root = read_html(render_html(BARE))
    assert [one.text for one in root.all("h1")] == ["A page"]
    assert root.all("section") == root.all("nav") == root.all("script") == []


def test_nothing_is_loaded_from_anywhere(whole: Element) -> None:
    loading = {"src", "srcset", "background", "data", "action", "poster", "style"}
    for element in whole.all():
        assert not loading & set(element.attributes), element.tag
        assert element.tag not in ("link", "img", "iframe", "object", "base", "use")
    style = "".join(str(part) for one in whole.all("style") for part in one.parts)
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_of_the_page_allows_only_its_own_style_and_script(
    whole: Element,
) -> None:
    (policy,) = [
        one.attributes["content"] or ""
        for one in whole.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert all(name[:2] != "on" for one in whole.all() for name in one.attributes)


def test_headings_go_down_one_step_at_a_time(whole: Element) -> None:
    levels = [int(one.tag[1]) for one in whole.all() if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_header_of_a_table_says_what_it_heads(whole: Element) -> None:
    tables = whole.all("table")
    assert len(tables) >= 8
    for table in tables:
        assert {one.attributes.get("scope") for one in table.all("th")} <= {
            "col",
            "row",
            "rowgroup",
        }
        body = [row for part in table.all("tbody") for row in part.all("tr")]
        assert body
        assert all(row.all("th") for row in body)


def test_every_link_of_the_list_leads_to_a_section(whole: Element) -> None:
    links = [(one.attributes["href"] or "")[1:] for one in whole.all("nav")[0].all("a")]
    sections = [one.attributes["id"] for one in whole.all("section")]
    assert ["summary", *links] == sections


def test_counts_are_by_entity_and_outcome(whole: Element) -> None:
    table = rows(whole.one("summary").all("table")[0])
    assert table[0] == ["Kind", *(words.label for words in OUTCOMES.values())]
    assert table[1] == ["Setting", "2", *["1"] * 7]
    assert table[-1][0] == "All"


def test_a_plan_alone_counts_actions_and_says_how_long_it_takes() -> None:
    summary = read_html(render_html(attrs.evolve(BARE, plan=PLAN))).one("summary")
    assert rows(summary.all("table")[0]) == [
        ["Kind", "Create", "Delete"],
        ["Config", "1", "0"],
        ["Setting", "1", "0"],
        ["Tag", "0", "1"],
        ["All", "2", "1"],
    ]
    tiles = [one.text for one in summary.all("li")]
    assert tiles == ["3 calls to make", "1 deletion", "1 blocker"]
    creates = [attrs.evolve(PLAN.steps[0], id=f"config/{n}") for n in range(41)]
    page = attrs.evolve(BARE, plan=attrs.evolve(PLAN, steps=tuple(creates)))
    tiles = [one.text for one in read_html(render_html(page)).one("summary").all("li")]
    assert tiles[:2] == ["41 calls to make", "2 s at least"]


def test_issues_are_sorted_by_severity_with_cause_and_remedy(whole: Element) -> None:
    found = whole.one("issues")
    assert [one.text for one in found.all("h3")] == ["Blockers 1", "Warnings 1"]
    assert [one.text for one in found.all("p", "remedy")] == [
        "Remedy Shorten it.",
        "Remedy Look twice.",
    ]
    assert "Too long." in found.text
    assert "CC201" in found.text


def test_what_is_not_carried_over_stands_apart(whole: Element) -> None:
    found = whole.one("behind")
    assert [one.text for one in found.all("span", "code")] == ["CC107", "CC101"]
    assert set(ISSUE_KINDS) >= LEFT_BEHIND


def test_steps_that_went_wrong_say_why(whole: Element) -> None:
    (_, *found) = rows(whole.one("trouble").all("table")[0])
    assert [one[0] for one in found] == [
        "Failed",
        "Conflict",
        "Unknown",
        "Skipped",
        "In part",
    ]
    assert found[0][1] == "Create settingMain / flag-failed"
    assert found[0][2] == "The service refused it. Note."
    assert found[-1][2] == "Note.flag left out: somebody changed it"


def test_deletions_are_named(whole: Element) -> None:
    assert [one.text for one in whole.one("deletions").all("li")] == ["Tag old"]


def test_old_and_new_ids_stand_side_by_side(whole: Element) -> None:
    keys, configs, settings = whole.one("ids").all("table")
    assert rows(configs)[1:] == [["Main", "old-id", "new-id"]]
    assert rows(settings)[1:] == [["Main / flag", "11", "12"]]
    assert rows(keys)[1:] == [
        ["Main", "Test", "sdk-oldsdk-old-second", "sdk-newsdk-second"],
        ["Main", "QA", NONE, NONE],
    ]


def test_sdk_keys_are_hidden_unless_they_are_asked_for() -> None:
    text = render_html(attrs.evolve(PAGE, show_secrets=False))
    assert "sdk-" not in text.replace("get-sdk-keys", "")
    (keys, *_) = read_html(text).one("ids").all("table")
    assert rows(keys)[1] == ["Main", "Test", "******", "******"]
    assert "sdk-new" in render_html(PAGE)
    assert "sdk-new" not in repr(PAGE)


def test_calls_are_drawn_under_the_line_of_the_limit(whole: Element) -> None:
    found = whole.one("timeline")
    assert rows(found)[1] == ["create-setting", "", "25", "20", "25", "1"]
    (drawing,) = found.all("svg")
    assert drawing.attributes["viewbox"] == "0 0 2 24"
    bars, limit = (one.attributes["d"] for one in drawing.all("path"))
    assert bars == "M0 24v-20h.9v20zM1 24v-5h.9v5z"
    assert limit == "M0 4h2"
    assert "20 per second" in found.text


def test_changes_show_what_is_gone_and_what_is_new(whole: Element) -> None:
    first, second, third, fourth = whole.one("changes").all("article")
    assert [one.text for one in first.all("span", "chip")] == ["Test", "QA"]
    assert [
        (one.tag, one.text) for one in first.all() if one.tag in ("ins", "del")
    ] == [("ins", "IF x THEN ON")]
    assert [one.text for one in second.all("del")] == ["TO ALL USERS 1"]
    assert [one.text for one in second.all("b")] == ["1", "2"]
    assert [one.text for one in third.all("span", "badge")] == ["new"]
    assert [one.text for one in fourth.all("span", "badge")] == ["gone"]


def test_the_matrix_has_a_row_for_each_flag(whole: Element) -> None:
    table = whole.one("flags")
    assert rows(table) == [
        ["Flag", "Production", "Test"],
        ["Main"],
        ["flagThe flag", "ON", "OFF2 rules"],
        ["split", "OFF20% ON", NONE],
        ["Other"],
        ["text", '"Hi"100% "Hey"', '"Hi"'],
    ]
    classes = [one.attributes.get("class") for one in table.all("td")]
    assert classes == ["n", "d f", "p", None, "p", "s"]


def test_stale_flags_say_where_and_what_still_needs_them(whole: Element) -> None:
    (_, first, second) = rows(whole.one("stale").all("table")[0])
    assert first[1] == "Test never changednot in Production"
    assert first[2] == "the flag other Test1 line of code, such as shop.py:12"
    assert second[2] == "nothing found"


def test_differences_show_what_was_wanted_and_found(whole: Element) -> None:
    (_, *found) = rows(whole.one("differences"))
    assert found[0] == ["SettingMain / a", "hint", '"wanted"', '"found"']
    assert found[1] == [
        "ValuesMain / a / Test",
        "targetingRules",
        "nothing",
        '["Beta"]',
    ]
    assert [one[1] for one in found[2:5]] == [
        "Missing",
        "Only in the target",
        "Not compared forbidden",
    ]
    assert found[5] == ["Preferencesthe product", "reasonRequired", "true", "false"]


def test_the_verdict_is_said_first() -> None:
    done = attrs.evolve(REPORT, steps=REPORT.steps[:1])
    ready = attrs.evolve(PLAN, issues=())
    said = {
        "6 steps not finished": attrs.evolve(BARE, report=REPORT),
        "Done": attrs.evolve(BARE, report=done),
        "Done and verified": attrs.evolve(BARE, report=done, differences=()),
        "1 difference found": attrs.evolve(
            BARE, report=done, differences=DIFFERENCES[:1]
        ),
        "Stopped: Ctrl-C": attrs.evolve(
            BARE, report=attrs.evolve(done, stopped="Ctrl-C")
        ),
        "No differences": attrs.evolve(BARE, differences=()),
        "Blocked by 1 issue": attrs.evolve(BARE, plan=PLAN),
        "Ready to apply": attrs.evolve(BARE, plan=ready),
        "Nothing to do": attrs.evolve(BARE, plan=attrs.evolve(ready, steps=())),
    }
    assert [verdict(page) for page in said.values()] == list(said)


def test_what_was_looked_for_and_not_found_is_said() -> None:
    page = attrs.evolve(BARE, report=REPORT, differences=(), changes=())
    root = read_html(render_html(page))
    assert [one.text for one in root.all("p", "none")] == [
        "Nothing changes.",
        "The product was read again: nothing differs.",
    ]


def test_a_comparison_is_no_verification() -> None:
    page = attrs.evolve(BARE, differences=DIFFERENCES[:2], changes=CHANGES[:1])
    assert verdict(page) == "1 value differs, 2 other differences"
    html = render_html(page)
    assert "Verification" not in html
    assert "plan" not in read_html(html).one("differences").text
    assert verdict(attrs.evolve(BARE, differences=(), changes=())) == "Equal"


@pytest.mark.parametrize("changes", [None, ()])
def test_secrets_that_differ_are_no_two_equal_texts(
    changes: tuple[ValueChange, ...] | None,
) -> None:
    key = ("Main", "Production", "https://a.example", "post")
    one = Difference("webhook", key, "different", "webHookHeaders", HIDDEN, HIDDEN)
    page = attrs.evolve(BARE, differences=(one,), changes=changes)
    section = read_html(render_html(page)).one("differences")
    assert rows(section)[1][1:] == ["webHookHeaders", "is secret, and differs"]
    assert HIDDEN not in section.text


@pytest.mark.parametrize("undo", [None, "job/snapshot.json"])
def test_a_page_says_what_a_deletion_loses(undo: str | None) -> None:
    page = attrs.evolve(BARE, plan=PLAN, undo=undo)
    text = read_html(render_html(page)).one("deletions").text
    assert ("Only a snapshot that was taken before" in text) == (undo is None)
    assert ("configcat-mgmt restore job/snapshot.json" in text) == (undo is not None)
    for words in ("new ids", "does not bring back code references, audit logs"):
        assert words in text


def test_long_lists_are_cut_and_say_how_much_is_left() -> None:
    ids = tuple(NewId("setting", ("Main", f"f{n}"), n) for n in range(MOST_ROWS + 5))
    page = attrs.evolve(BARE, report=attrs.evolve(REPORT, ids=ids, sdk_keys=()))
    found = read_html(render_html(page)).one("ids")
    assert len(rows(found)) == MOST_ROWS + 1
    assert "And 5 more" in found.text


def test_of_a_long_line_what_changed_is_shown() -> None:
    start, end = "a, " * 5_000, ", b" * 5_000
    change = attrs.evolve(
        CHANGES[2],
        before=(f"IF x IS ONE OF [{start}old{end}] THEN ON",),
        after=(f"IF x IS ONE OF [{start}new{end}] THEN ON",),
    )
    text = render_html(attrs.evolve(BARE, changes=(change,)))
    root = read_html(text)
    assert [one.text for one in root.one("changes").all("b")] == ["old", "new"]
    assert len(text) < len(render_html(attrs.evolve(BARE, changes=()))) + 3_000


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 s"),
        (0.84, "0.8 s"),
        (42.6, "43 s"),
        (59.7, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3_780, "1 h 3 min"),
    ],
)
def test_times_are_said_in_words(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_the_time_of_a_page_is_shown_in_utc_and_has_to_have_a_zone() -> None:
    zone = timezone(timedelta(hours=2))
    page = Page(title="A page", generated_at=datetime(2026, 2, 1, 1, 30, tzinfo=zone))
    assert "2026-01-31 23:30 UTC" in render_html(page)
    with pytest.raises(ConfigurationError, match="time zone"):
        Page(title="A page", generated_at=datetime(2026, 2, 1))  # noqa: DTZ001


def test_existing_entities_are_shown_field_by_field() -> None:
    tag = EntityChange("tag", ("a <b>",), "changed", (FieldChange("color", "x", "y"),))
    gone = EntityChange("config", ("Main",), "deleted")
    value = EntityChange("values", ("Main", "k", "Test"), "changed")
    page = attrs.evolve(BARE, entities=(tag, gone, value), changes=())
    section = read_html(render_html(page)).one("entities")
    assert rows(section) == [
        ["Entity", "Field", "Before", "After"],
        ["Taga <b>", "color", "x", "y"],
        ["ConfigMain", "Deleted"],
    ]
    shown = read_html(render_html(attrs.evolve(page, changes=None)))
    assert len(rows(shown.one("entities"))) == len(page.entities) + 1
    # The deletions of a plan have a section of their own.
    planned = read_html(render_html(attrs.evolve(page, plan=PLAN)))
    assert [row[0] for row in rows(planned.one("entities"))] == ["Entity", "Taga <b>"]


def test_without_jinja_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    page_module._environment.cache_clear()
    with pytest.raises(
        ConfigurationError, match=r"pip install 'configcat-mgmt\[report\]'"
    ):
        render_html(BARE)


def test_a_saved_page_is_private_and_whole(tmp_path: Path) -> None:
    place = tmp_path / "reports" / "page.html"
    save_html(PAGE, place)
    assert place.read_text(encoding="utf-8") == render_html(PAGE)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_name_may_wrap_at_capitals_and_separators_only() -> None:
    change = EntityChange("setting", ("Main", "newCheckout_v2<b>"), "deleted")
    html = render_html(attrs.evolve(BARE, entities=(change,)))
    assert "<b>new<wbr>Checkout_<wbr>v2&lt;b&gt;</b>" in html


def test_a_name_among_other_words_is_one_piece() -> None:
    issue = Issue("CC404", "note", "Tags", "They stay: a-b, <c>-d.", "Use --delete.")
    html = render_html(attrs.evolve(BARE, issues=(issue,)))
    names = ("a-<wbr>b,", "&lt;c&gt;-<wbr>d.", "--<wbr>delete.")
    pieces = [f'<span class="word">{name}</span>' for name in names]
    assert f"They stay: {pieces[0]} {pieces[1]}</p>" in html
    assert f"Use {pieces[2]}</p>" in html


def test_the_heading_of_a_severity_is_its_only_label() -> None:
    root = read_html(render_html(attrs.evolve(BARE, plan=PLAN)))
    assert root.one("issues").all("span", "badge") == []


def test_a_cell_lists_rules_before_the_percentages_that_follow_them() -> None:
    cells = [one for row in MATRIX.rows for one in row.cells if one is not None]
    notes = {cell_note(attrs.evolve(one, rules=2)) for one in cells if one.split}
    assert notes == {"2 rules, 20% ON", '2 rules, 100% "Hey"'}


def test_page_and_terminal_name_a_step_that_was_found_existing_alike() -> None:
    assert OUTCOMES["adopted"].label.casefold() == TERMINAL["adopted"]
    assert OUTCOMES.keys() == TERMINAL.keys()
