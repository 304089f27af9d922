"""The root command: what it offers, how it ends, and what it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from configcat_mgmt import cli
from configcat_mgmt.cli.app import COMMANDS, root
from configcat_mgmt.cli.commands import whoami
from tests.cli.here import Here, command, process_environment
from tests.jobs.shapes import product_named

BASH = shutil.which("bash") or "bash"
HEAVY = ("aiohttp", "attrs", "configcat_mgmt.api.models", "configcat_mgmt.jobs.model")
LOADED = f"""
import sys
from configcat_mgmt.cli import main
sys.argv = ["configcat-mgmt", "--help"]
try:
    main()
except SystemExit:
    print([name for name in {HEAVY!r} if name in sys.modules])
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(here: Here, name: str) -> None:
    done = here.run(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: configcat-mgmt {name}")
    assert done.err == ""
    assert here.run("--help").out.count(f"  {name} ") == 1


def test_no_class_needs_the_generic_classes_of_a_new_click() -> None:
    """In click 8.1, the oldest that the extra allows, no class is generic."""
    for path in Path(cli.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^class .*\(click\.\w+\[", text, re.MULTILINE), path


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_takes_a_password_but_that_of_the_emulator(
    here: Here, name: str
) -> None:
    text = here.run(name, "--help").out.casefold()
    assert ("--password" in text) == (name == "emulate")
    assert "--user " not in text or name == "emulate"
    assert "token" not in text


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {
            "_CONFIGCAT_MGMT_COMPLETE": "bash_complete",
            "COMP_WORDS": "configcat-mgmt pro",
            "COMP_CWORD": "1",
        },
    ],
    ids=["help", "completion"],
)
def test_help_and_completion_load_nothing_heavy(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "promote" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("configcat-mgmt pro", ["plain,promote"]),
        ("configcat-mgmt call update-ta", ["plain,update-tag"]),
        ("configcat-mgmt copy --on-conflict ", ["plain,fail", "plain,skip"]),
        ("configcat-mgmt call update-tag --ta", ["plain,--tag-id"]),
    ],
)
def test_a_shell_is_told_what_could_come_next(
    here: Here, monkeypatch: pytest.MonkeyPatch, words: str, wanted: list[str]
) -> None:
    monkeypatch.setenv("_CONFIGCAT_MGMT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    lines = here.run().out.splitlines()
    assert [line for line in wanted if line in lines] == wanted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_what_a_shell_reads(here: Here, shell: str) -> None:
    done = here.run("completion", shell)
    assert done.code == 0
    assert "_CONFIGCAT_MGMT_COMPLETE" in done.out
    assert "configcat-mgmt" in done.out


def test_bash_can_read_the_completion(here: Here, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(here.run("completion", "bash").out)
    done = subprocess.run(
        [BASH, "--norc", "-c", f"source {script} && complete -p configcat-mgmt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "configcat" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Commands:"),
        (("cpy",), "did you mean copy"),
        (("zzz",), "see --help"),
        (("--colour",), "error: no such option"),
        (("completion", "tcsh"), "'tcsh' is not one of"),
        (("copy",), "error: missing argument 'PRODUCT'"),
        (("cpy\x1b[31m",), "there is no command 'cpy"),
    ],
)
def test_what_is_not_understood_is_an_error_of_code_1(
    here: Here, arguments: tuple[str, ...], words: str
) -> None:
    done = here.run(*arguments)
    assert done.code == 1
    assert words in done.err
    assert "\x1b" not in done.text
    assert done.out == ""


def fail(*_: object) -> None:
    raise KeyError("surprise")


def test_what_nobody_foresaw_is_one_line_and_shows_its_place_when_asked(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoami, "connect", fail)
    done = here.run("whoami")
    assert done.code == 1
    assert "KeyError: 'surprise'" in done.err
    assert "--debug" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setattr(sys, "argv", ["configcat-mgmt", "--debug", "whoami"])
    with pytest.raises(KeyError):
        root.main(["--debug", "whoami"], standalone_mode=False)


def test_a_closed_pipe_is_no_traceback(here: Here) -> None:
    pipe = f"{shlex.join(command('operations'))} | head -1"
    done = subprocess.run(
        [BASH, "-c", pipe], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("operation")
    assert done.stderr == ""
    assert here.writes() == {}


def test_a_terminal_that_lacks_a_character_shows_an_escape(here: Here) -> None:
    product_named(here.emulator, "Web shop").name = "Größe 更大"
    done = subprocess.run(
        command("whoami"),
        env={**process_environment(here.emulator), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Gr\\xf6\\xdfe \\u66f4\\u5927" in done.stdout
