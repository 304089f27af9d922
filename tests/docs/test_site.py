"""The pages that are made from the code, and their links.

`tests.checks` builds the site, which fails at a warning, a dead link or a name without
an entry.
"""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Final

import pdoc.render
import pytest
from packaging.requirements import Requirement

from configcat_mgmt import OPERATIONS, Options, errors, jobs
from configcat_mgmt.cli.app import COMMANDS
from configcat_mgmt.docs.indexes import INDEXES
from configcat_mgmt.docs.links import dead_links
from configcat_mgmt.docs.site import (
    GUIDES,
    HERE,
    configure,
    page_module,
    with_links,
    with_whole_words,
)
from tests.jobs.report.browser import open_page

ROOT: Final = Path(__file__).parents[2]
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


def test_an_option_does_not_wrap_after_its_hyphens(tmp_path: Path) -> None:
    style = (HERE / "templates" / "custom.css").read_text()
    code = "<code>pip install x --find-list-attributes --accept T011</code>"
    html = with_whole_words(f"<p>Some words, then {code}, then more.</p>" * 9)
    assert "install x <" in html
    page = tmp_path / "page.html"
    page.write_text(
        f"""<!doctype html><title></title><style>{style}</style>
        <main class="pdoc">{html}</main><script>
        const wrapped = new Set();
        for (let width = 250; width < 400; width += 7) {{
            document.body.style.width = `${{width}}px`;
            for (const one of document.querySelectorAll(".word")) {{
                const range = document.createRange();
                range.selectNodeContents(one);
                const tops = [...range.getClientRects()].map((box) => box.top);
                if (new Set(tops).size > 1) wrapped.add(one.textContent);
            }}
        }}
        document.title = [...wrapped, document.querySelectorAll(".word").length].join();
        </script>""",
        encoding="utf-8",
    )
    visit = open_page(page, tmp_path / "profile", "--dump-dom")
    assert re.findall("<title>(.*)</title>", visit.dom) == ["18"]


def test_the_title_is_below_the_button_of_the_menu(tmp_path: Path) -> None:
    text = "# A title that is as long as the line is\n"
    configure({"page": text})
    html = pdoc.render.html_module(page_module("page", text), {})
    page = tmp_path / "page.html"
    page.write_text(
        f"""{html}<script>
        const title = document.querySelector("main h1").getBoundingClientRect();
        const button = document.querySelector("#navtoggle").getBoundingClientRect();
        document.title = [button.height > 9, title.top >= button.bottom].join();
        </script>""",
        encoding="utf-8",
    )
    flags = ("--dump-dom", "--window-size=420,900")
    visit = open_page(page, tmp_path / "profile", *flags)
    assert re.findall("<title>(.*)</title>", visit.dom) == ["true,true"]


def test_only_tables_and_code_scroll_sideways(tmp_path: Path) -> None:
    name, path = "configcat_mgmt.jobs.launchdarkly" * 2, "/v1/products/" * 9
    table = "| command |\n| --- |\n| `restore-organization` and more |\n"
    text = f"# {name}\n\nGET {path}\n\n<https://a.example/{path}>\n\n{table}"
    configure({"page": text})
    html = with_whole_words(pdoc.render.html_module(page_module("page", text), {}))
    page = tmp_path / "page.html"
    page.write_text(
        f"""{html}<script>
        document.body.style.width = "330px";
        const main = document.querySelector("main");
        const wider = main.scrollWidth - main.clientWidth;
        document.querySelector("table").style.width = "90px";
        const word = document.querySelector("table .word");
        const range = document.createRange();
        range.selectNodeContents(word);
        document.title = [wider, range.getClientRects().length].join();
        </script>""",
        encoding="utf-8",
    )
    visit = open_page(page, tmp_path / "profile", "--dump-dom")
    assert re.findall("<title>(.*)</title>", visit.dom) == ["0,1"]


def test_the_name_of_a_module_wraps_after_its_dots() -> None:
    configure({})
    module = page_module("configcat_mgmt.jobs", "Jobs.")
    html = pdoc.render.html_module(module, {})
    assert '<h1 class="modulename">configcat_mgmt.<wbr>jobs</h1>' in html


def test_every_help_names_its_short_form() -> None:
    text = INDEXES["commands"]()
    assert "  --help " not in text
    assert text.count("-h, --help") == text.count("```text\nUsage:")


def test_a_block_of_code_keeps_its_words_as_they_are() -> None:
    block = "<pre><code>pip install --user x</code></pre>"
    assert with_whole_words(block) == block


def test_options_are_code_on_the_page_of_issues() -> None:
    assert "(`--delete`)" in INDEXES["issues"]()


def test_the_extra_brings_all_that_the_reference_imports() -> None:
    """Whatever else is installed here cannot be imported."""
    names = {spelled(one) for one in packages_needed("configcat-mgmt", {"docs"})}
    others = [
        module
        for module, found in packages_distributions().items()
        if not names & {spelled(name) for name in found}
    ]
    assert "hypothesis" in others
    program = f"""
import sys
sys.modules.update(dict.fromkeys({others!r}))
from configcat_mgmt.docs import site
for name in site.REFERENCE:
    site._loaded(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def spelled(package: str) -> str:
    """Return the name of a package in the one form that all spellings share."""
    return re.sub("[-_.]+", "-", package).lower()


def packages_needed(name: str, extras: set[str]) -> set[str]:
    """Return a package and all that it requires with some extras."""
    found = {name}
    for text in requirements_of(name, extras):
        one = Requirement(text)
        is_wanted = one.marker is None or any(
            one.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        )
        if is_wanted:
            found |= packages_needed(one.name, one.extras)
    return found


def requirements_of(name: str, extras: set[str]) -> list[str]:
    """Return what a package requires, this one by the file that installs it."""
    if name != "configcat-mgmt":
        return requires(name) or []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    return sum((optional[extra] for extra in extras), project["dependencies"])
