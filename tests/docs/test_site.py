"""The pages that are made from the code, and their links.

`tests.checks` builds the site, which fails at a warning, a dead link or a name without
an entry.
"""

from typing import Final

import pytest

from configcat_mgmt import OPERATIONS, Options, errors, jobs
from configcat_mgmt.cli.app import COMMANDS
from configcat_mgmt.docs.indexes import INDEXES
from configcat_mgmt.docs.links import dead_links
from configcat_mgmt.docs.site import GUIDES, HERE, with_links

ENTRIES: Final = {
    "operations": [f"### {name}" for name in OPERATIONS],
    "options": [f"## {name}" for name in Options.__annotations__],
    "errors": [f"## {name}" for name in errors.__all__],
    "issues": [f"### {code}" for code in jobs.ISSUE_KINDS],
    "commands": [f"## {name}" for name in [*COMMANDS, "requests list"]],
}


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_has_an_entry_for_everything(name: str) -> None:
    lines = INDEXES[name]().splitlines()
    wanted = {entry.lstrip("# ") for entry in ENTRIES[name]}
    listed = [line.lstrip("# ") for line in lines if line.startswith("##")]
    assert wanted - {*listed} == set()
    assert len(listed) == len({*listed})


def test_an_operation_is_shown_in_all_forms() -> None:
    text = INDEXES["operations"]()
    entry = text[text.index("### update-setting-value-v2") :].split("\n### ")[0]
    assert (
        "`PATCH /v2/environments/{environmentId}/settings/{settingId}/value`" in entry
    )
    call = "client.setting_values_v2.update_setting_value_v2(environment_id, setting_id"
    assert f"`await {call}, body, *, reason=None" in entry
    assert f": `{call}" in entry
    assert "`configcat-mgmt call update-setting-value-v2 --environment-id ..." in entry


def test_options_have_defaults_and_errors_say_what_to_do() -> None:
    assert "default `((20, 1), (500, 60))`" in INDEXES["options"]()
    assert (
        "| `retry_after_seconds` | Seconds that the service asks" in INDEXES["errors"]()
    )


def test_a_link_that_leads_nowhere_is_found() -> None:
    pages = {
        "index.html": '<a href="a/b.html#x"> <a href="#top"> <a href="http://x">',
        "a/b.html": '<p id="x"> <a href="../index.html"><a href="c.html"><a href="#y">',
    }
    assert dead_links(pages) == [
        "a/b.html: #y",
        "a/b.html: c.html",
        "index.html: #top",
    ]


def test_every_guide_is_a_page() -> None:
    written = {path.stem for path in (HERE / "guides").glob("*.md")}
    assert written == {*GUIDES}
    assert not written & {*INDEXES}


def test_names_in_backticks_become_links_but_not_in_code() -> None:
    """The checks build the whole site; this needs none of it."""
    text = "`Options` and [`Options`](x)\n```\n`Options`\n```\n"
    linked = text.replace(
        "`Options` and", "[`Options`](configcat_mgmt.html#Options) and"
    )
    assert with_links(text, {"Options"}) == linked
