"""How commands look on a terminal of 80 columns, and in a pipe."""

import io
import json
import re
from datetime import UTC, datetime
from typing import Final

import pytest
from rich.console import Console

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.commands.matrix import cells_of, short_words, split_words
from configcat_mgmt.cli.terminal.output import SafeConsole, hanging, listing, styled
from configcat_mgmt.cli.terminal.progress import add_bar, bars
from configcat_mgmt.jobs import (
    Formula,
    Page,
    PercentageOption,
    Setting,
    SettingInEnvironment,
    matrix_of,
    render_html,
    save_snapshot,
)
from tests.cli.here import Here, printed_by
from tests.jobs.products import config_of, plain_product
from tests.jobs.shapes import product_named

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
SHOP = "Web shop"
NOW: Final = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
def terminal(here: Here, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Commands that take their output for a terminal of 80 columns."""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    return here


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in STYLE.sub("", text).splitlines()]


@pytest.mark.parametrize("environments", [2, 3, 12])
def test_the_matrix_fits_a_terminal_and_breaks_no_key(
    terminal: Here, environments: int
) -> None:
    state = terminal.emulator.state
    product = product_named(terminal.emulator, SHOP)
    for number in range(environments - len(product.environment_ids)):
        created = terminal.run(
            *("call", "create-environment", "--product-id", str(product.product_id)),
            *("--body", f'{{"name": "Environment {number}"}}'),
        )
        assert created.code == 0, created.text
    done = terminal.run("matrix", SHOP)
    lines = lines_of(done.out)
    assert max(map(len, lines)) <= 80
    configs = [state.configs[one] for one in product.config_ids]
    for config in configs:
        assert config.name in lines
        for key in config.setting_ids:
            assert any(
                line.startswith(f"  {key} ") or line == f"  {key}" for line in lines
            )
    shown = " ".join(lines)
    for one in product.environment_ids:
        assert all(word in shown for word in state.environments[one].name.split())


def test_a_line_of_a_piped_matrix_has_everything_and_no_padding(here: Here) -> None:
    done = here.run("matrix", SHOP)
    matrix = printed_by(here, "matrix", SHOP)
    for row in matrix["settings"]:
        (line,) = re.findall(
            rf"^{re.escape(row['config'])} +{re.escape(row['key'])} .*$",
            done.out,
            re.MULTILINE,
        )
        assert line.count("  ") >= len(matrix["environments"])
    for command in ("matrix", "operations"):
        arguments = (SHOP,) if command == "matrix" else ()
        for line in here.run(command, *arguments).out.splitlines():
            assert line == line.rstrip()


def test_only_the_odd_one_of_a_majority_stands_out(terminal: Here) -> None:
    product = product_named(terminal.emulator, SHOP)
    names = [
        terminal.emulator.state.environments[one].name
        for one in product.environment_ids
    ][:2]
    chosen = [option for name in names for option in ("--only", f"environment={name}")]
    rows = printed_by(terminal, "matrix", SHOP, *chosen)["settings"]
    assert [cell["differs"] for row in rows for cell in row["values"].values()] == [
        False
    ] * (2 * len(rows))


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ([(10, True), (90, False)], "10% ON"),
        ([(90, False), (10, True)], "10% ON"),
        ([(20, True), (30, True), (50, False)], "50% ON"),
        ([(10, "a"), (90, "b")], '10% "a" / 90% "b"'),
        ([(10, "x" * 99), (90, 1)], f'10% "{"x" * 38}… / 90% 1'),
    ],
)
def test_percentages_are_short(
    split: list[tuple[int, bool | str | int]], words: str
) -> None:
    options = [PercentageOption(*one) for one in split]
    assert split_words(options, short_words(one.value for one in options)) == words


def test_long_values_of_a_row_show_where_they_differ(terminal: Here) -> None:
    """Of 30 kB of JSON that differ in one place, the cells show that place."""
    text = json.dumps({f"key{number}": number for number in range(2500)})
    values = {
        "Production": text,
        "Staging": text.replace('"key1999": 1999', '"key1999": -1'),
        "Test": text.replace('"key500": 500', '"key500": -1'),
    }
    setting = Setting(
        "long",
        "Long",
        "string",
        values={
            name: SettingInEnvironment(Formula(value)) for name, value in values.items()
        },
    )
    product = plain_product(config_of(setting), environments=tuple(values))
    save_snapshot(product, terminal.folder / "s.json")
    done = terminal.run("matrix", "s.json")
    assert len(lines_of(done.out)) < 12
    (row,) = matrix_of(product).rows
    assert len({cell.plain for cell in cells_of(row)}) == len(values)
    for page in (
        done.out,
        render_html(Page(title="x", generated_at=NOW, matrix=matrix_of(product))),
    ):
        assert len(page) < 30_000
    changed = terminal.run("diff", "s.json", "--environments", "Production", "Staging")
    assert len(lines_of(changed.out)) < 14
    assert "-1" in changed.out


def test_a_long_line_hangs_below_its_text() -> None:
    out = SafeConsole(width=20, force_terminal=True, no_color=True)
    with out.capture() as captured:
        out.print(hanging("  - ", styled("one two three four five six")))
    assert lines_of(captured.get()) == ["  - one two three", "    four five six"]


@pytest.mark.parametrize("no_color", [True, False])
def test_nothing_has_no_full_bar(no_color: bool) -> None:
    table = bars()
    add_bar(table, "Reading", 0, 0)
    out = Console(force_terminal=True, width=80, no_color=no_color)
    with out.capture() as captured:
        out.print(table)
    assert lines_of(captured.get()) == ["Reading"]


def test_the_announced_calls_are_those_of_the_report(here: Here) -> None:
    done = here.run("copy", SHOP, "--name", "Second", "--linger", "0")
    assert done.code == 0
    (announced,) = re.findall(r"^(\d+) writes, .*plus reads", done.out, re.MULTILINE)
    (writes, reads) = re.findall(r"\((\d+) writes, (\d+) reads\)", done.out)[0]
    assert int(announced) >= int(writes) > 0
    calls = here.emulator.counts.calls
    assert int(writes) == sum(
        count for name, count in calls.items() if not name.startswith("get-")
    )
    assert int(reads) > 0


HEADINGS: Final = ("operation", "path", "summary")
ROWS: Final = (
    ("get-permission-group", "/v1/permissions/{permissionGroupId}", "Read a group."),
    ("get-tag", "/v1/tags/{tagId}", "Read a tag, which may be any of a product."),
)


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_a_listing_breaks_no_word_at_any_width(width: int) -> None:
    file = io.StringIO()
    out = SafeConsole(file=file, width=width, force_terminal=True, no_color=True)
    rows = [[*map(styled, row)] for row in ROWS]
    out.print(listing(out, HEADINGS, rows, wrapping=["summary"]))
    lines = lines_of(file.getvalue())
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    for row in ROWS:
        assert {*" ".join(row).split()} <= {*words}
    # A terminal that is wide enough has a table.
    assert ("operation" in words) == (width >= 80)


def test_no_command_breaks_the_path_of_an_operation(terminal: Here) -> None:
    lines = lines_of(terminal.run("operations").out)
    assert max(map(len, lines)) <= 80
    words = {word for line in lines for word in line.split()}
    assert {one.path for one in OPERATIONS.values() if len(one.path) < 70} <= words
