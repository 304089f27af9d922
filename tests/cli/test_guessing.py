"""Help and errors answer the questions that people had to guess."""

import pytest

from configcat_mgmt.jobs import ENTITIES, SETTING_TYPES
from tests.cli.here import Here


def words_of(here: Here, *arguments: str) -> str:
    """Return the output of a command as one line."""
    return " ".join(here.run(*arguments).text.split())


def test_an_edit_without_an_action_names_some(here: Here) -> None:
    done = here.run("edit", "Web shop", "--only", "key=x")
    assert done.code == 1
    assert "error: nothing to change: pass --add-tag, --value, --hint" in done.err
    assert here.emulator.counts.calls.total() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--name", "x", "--replace-in-name", "a", "b"),
            "--name and --replace-in-name",
        ),
        (("--order-step", "3"), "--add-tag"),
    ],
)
def test_errors_of_an_edit_name_options(
    here: Here, options: tuple[str, ...], words: str
) -> None:
    done = here.run("edit", "Web shop", *options)
    assert done.code == 1
    assert words in done.err
    assert "`" not in done.err.split("--help")[0]


@pytest.mark.parametrize("command", ["copy", "edit", "matrix", "diff", "snapshot"])
def test_help_lists_the_kinds_that_can_be_selected(here: Here, command: str) -> None:
    text = words_of(here, command, "--help")
    for kind in ("config", "environment", "tag", "key", "value", "type", "entity"):
        assert kind in text
    for name in (*ENTITIES, *SETTING_TYPES):
        assert name in text


def test_a_comparison_reads_both_accounts_and_its_help_says_so(here: Here) -> None:
    text = words_of(here, "diff", "--help")
    assert "the account that has BEFORE" in text
    assert "the account that has AFTER" in text
    assert "write to" not in text


def test_the_help_of_a_job_tells_how_to_name_and_discard_it(here: Here) -> None:
    text = words_of(here, "copy", "--help")
    assert "An unfinished job in the folder is resumed" in text
    assert "Discard an unfinished job in the folder" in text


def test_a_long_list_of_differing_options_is_cut(here: Here) -> None:
    """The error of a wrong job once printed all options."""
    from configcat_mgmt.emulator import Fault

    here.emulator.faults.add(Fault("status", "create-setting", count=None, status=403))
    assert here.run("copy", "Web shop", "--name", "Second").code == 1
    here.emulator.faults.clear()
    folder = ("--job", "configcat-copy-web-shop")
    more = (*folder, "--only", "config=Main", "--secrets", "--members", "--delete")
    done = here.run("copy", "Web shop", "--name", "Third", *more)
    assert done.code == 1
    assert "and 2 more" in done.err
    assert len(done.err) < 600


@pytest.mark.parametrize("command", ["matrix nope.json", "diff nope.json nope.json"])
def test_a_place_that_is_neither_a_file_nor_a_product_is_named_as_both(
    here: Here, command: str
) -> None:
    done = here.run(*command.split())
    assert done.code == 1
    assert "there is no file 'nope.json'" in done.err
    assert "see no product 'nope.json'; they see 'Web shop'" in done.err


@pytest.mark.parametrize(
    "command",
    ["verify nope", "plan nope --new X", "apply nope", "restore nope", "bulk nope"],
)
def test_a_file_that_does_not_exist_is_named(here: Here, command: str) -> None:
    done = here.run(*command.split())
    assert done.code == 1
    assert "error: there is no file nope\n" in done.err
    assert here.emulator.counts.calls.total() == 0
