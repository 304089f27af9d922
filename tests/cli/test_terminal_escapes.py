"""No text from a product or a file controls the terminal."""

import io
import re
from pathlib import Path

import pytest

from configcat_mgmt.api.models.common import EvaluationVersion
from configcat_mgmt.cli.terminal.output import SafeConsole
from tests.cli.here import Here
from tests.jobs.shapes import product_named

EVIL = "\x1b]52;c;ZXZpbA==\x07\u202eevil\r\x9b2J"
"""Writes the clipboard, turns the direction of writing, and clears the screen."""
CURSOR_AND_STYLE = re.compile(r"\r?\x1b\[\??[0-9;]*[A-Za-z]")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def evil(here: Here) -> Here:
    """A product in which every name and text has control characters."""
    state = here.emulator.state
    product = product_named(here.emulator, "Web shop")
    product.name += EVIL
    for names in (state.configs, state.environments, state.tags, state.segments):
        for one in names.values():
            one.name += EVIL
    for setting in state.settings.values():
        setting.name += EVIL
        setting.hint = EVIL
    for organization in state.organizations.values():
        organization.name += EVIL
    return here


@pytest.mark.parametrize("colored", [False, True], ids=["plain", "colored"])
def test_no_command_prints_a_control_character_of_a_name(
    evil: Here, monkeypatch: pytest.MonkeyPatch, colored: bool
) -> None:
    if colored:
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "80")
    product = str(product_named(evil.emulator, f"Web shop{EVIL}").product_id)
    file = f"{EVIL}.json"
    old = next(
        one.name
        for one in evil.emulator.state.configs.values()
        if one.evaluation_version == EvaluationVersion.V1
    )
    commands: list[tuple[tuple[str, ...], int]] = [
        (("whoami",), 0),
        (("snapshot", product, "-o", file), 0),
        (("matrix", product), 0),
        (("matrix", file), 0),
        (("diff", file, product), 0),
        (("edit", product, "--name", f"{{name}} {EVIL}", "--yes", "--no-verify"), 0),
        (("edit", product, "--add-tag", EVIL, "--dry-run"), 2),
        (("diff", file, product), 2),
        (("verify", file), 2),
        (("restore", file, "--dry-run"), 2),
        (("cleanup", product), 0),
        (("convert", product, old, "--dry-run", "--name", EVIL), 1),
        (("plan", file, "--new", EVIL, "-o", f"p{file}"), 2),
        (("apply", f"p{file}", "--yes", "--linger", "0"), 0),
        (("copy", product, "--name", f"2{EVIL}", "--yes", "--linger", "0"), 0),
        (("copy", EVIL), 1),
        (("matrix", product, "--only", f"key={EVIL}"), 1),
        (("copy", product, "--on-conflict", EVIL), 1),
        (("call", "get-tag", "--tag-id", EVIL), 1),
    ]
    for arguments, code in commands:
        done = evil.run(*arguments)
        shown = CURSOR_AND_STYLE.sub("", done.text) if colored else done.text
        assert UNSEEN.findall(shown) == [], arguments
        assert done.code == code, (arguments, done.text)
    assert Path(file).is_file()


@pytest.mark.parametrize(("encoding", "arrow"), [("utf-8", "→"), ("ascii", "->")])
def test_an_encoding_without_arrows_gets_them_in_ascii(
    encoding: str, arrow: str
) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding)
    SafeConsole(file=file, width=40).print("Test → Production")
    file.seek(0)
    assert file.read().rstrip() == f"Test {arrow} Production"
