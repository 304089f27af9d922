"""`explain`, the lines that point to it, and the examples of every command."""

import re
import shlex
from pathlib import Path

import click
import pytest

from configcat_mgmt import errors
from configcat_mgmt.cli.app import COMMANDS, root
from configcat_mgmt.cli.examples import EXAMPLES
from configcat_mgmt.emulator import Fault
from configcat_mgmt.jobs import ISSUE_KINDS, ISSUE_SUBJECTS
from tests.cli.here import Here, printed_by
from tests.every import every


@pytest.mark.parametrize("name", ["CC403", "cc403"])
def test_an_issue_code_is_explained_in_either_case(here: Here, name: str) -> None:
    done = here.run("explain", name)
    assert done.code == 0
    assert done.out.startswith("CC403 (blocker)\nThe plan deletes DELETES entities")
    assert "What to do: Review the deletions." in done.out


def test_an_error_class_is_explained_with_its_attributes(here: Here) -> None:
    out = here.run("explain", "notfounderror").out
    assert out.startswith("NotFoundError\n404: the entity does not exist")
    assert "What to do: check the ids" in out
    assert "  status: HTTP status.\n" in out
    assert "429." in out.splitlines()[-2], "an attribute is one line on a wide terminal"


def test_issues_are_explained_where_python_leaves_out_the_docstrings(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors.ApiError, "__doc__", None)
    assert here.run("explain", "CC403").code == 0
    assert "PYTHONOPTIMIZE=2" in here.run("explain", "ApiError").out


def test_explain_alone_lists_every_code_and_class(here: Here) -> None:
    groups = here.run("explain").out.strip().split("\n\n")
    headings, *groups = zip(*(group.split("\n", 1) for group in groups), strict=True)
    assert headings == (*ISSUE_SUBJECTS.values(), "Error classes")
    listed = [line.split()[0] for group in groups[0] for line in group.split("\n")]
    assert sorted(listed) == sorted([*ISSUE_KINDS, *errors.__all__])
    printed = printed_by(here, "explain")
    assert [one["code"] for one in printed["issues"]] == [*ISSUE_KINDS]
    assert [one["class"] for one in printed["errors"]] == errors.__all__


def test_explain_prints_json_for_programs(here: Here) -> None:
    assert printed_by(here, "explain", "CC110")["severity"] == "warning"
    assert printed_by(here, "explain", "JobError")["text"].startswith("A step")


@pytest.mark.parametrize(
    ("name", "hint"), [("CC9", "did you mean CC"), ("zzzzzz", "leave it out for all")]
)
def test_an_unknown_name_gets_a_suggestion(here: Here, name: str, hint: str) -> None:
    done = here.run("explain", name)
    assert (done.code, done.out) == (1, "")
    assert hint in done.err


def test_an_error_names_the_command_that_explains_it(here: Here) -> None:
    here.emulator.faults.add(Fault("status", operation="get-me", status=403))
    err = here.run("whoami").err
    assert "More: configcat-mgmt explain PermissionDeniedError" in err


@every("code", ISSUE_KINDS)
def test_the_explanation_of_an_issue_has_no_placeholders(code: str) -> None:
    kind = ISSUE_KINDS[code].for_readers()
    assert not re.search(r"[{}]", kind.cause + kind.remedy + kind.action)
    assert kind.code == code


@every("line", [one for lines in EXAMPLES.values() for one in lines])
def test_a_command_takes_its_examples(line: str) -> None:
    command: click.Command | None = root
    arguments = shlex.split(line)
    # With the settings of the root, since a command keeps the names of its help option.
    context = click.Context(root, info_name="configcat-mgmt", **root.context_settings)
    while isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.get_command(context, name)
        assert command is not None, name
    with command.make_context(name, arguments, parent=context) as made:
        assert not made.args


@every("name", COMMANDS)
def test_the_help_of_every_command_ends_with_examples(name: str) -> None:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    assert f"configcat-mgmt {name}" in (command.epilog or "")


@pytest.fixture(autouse=True)
def files_of_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the files that examples read, in a folder of this test."""
    monkeypatch.chdir(tmp_path)
    for name in ("shop.json", "plan.json", "calls.jsonl", "seed.json"):
        (tmp_path / name).touch()
