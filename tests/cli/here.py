"""The command line within the process of the tests, quicker than one of its own."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from configcat_mgmt.cli import main
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.records import Setting
from tests.jobs.shapes import product_named

Json = Any

PASSWORD = "canary-password"


@attrs.frozen
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """What it printed to standard output, which has to be JSON and nothing else."""
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """All that it printed."""
        return self.out + self.err


@attrs.define
class Interlude:
    """Something that happens in the middle of a call that a fault delays."""

    action: Callable[[], object] = lambda: None

    async def __call__(self, _: float) -> None:
        """Let it happen, in place of a delay."""
        self.action()


@attrs.frozen
class Here:
    """Runs commands in front of an emulator."""

    emulator: Emulator
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: object) -> Done:
        """Run a command without a terminal; its output must hold no password."""
        self.monkeypatch.setattr(sys, "argv", ["configcat-mgmt", *map(str, arguments)])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        assert PASSWORD not in out + err
        return Done(int(str(ended.value.code)), out, err)

    def flag(self, product: str, config: str, key: str) -> Setting:
        """Return a setting as the emulator has it."""
        state = self.emulator.state
        configs = map(
            state.configs.get, product_named(self.emulator, product).config_ids
        )
        (found,) = (one for one in configs if one and one.name == config)
        return state.settings[found.setting_ids[key]]

    def environment(self, product: str, name: str) -> UUID:
        """Return the id of an environment."""
        state = self.emulator.state
        ids = product_named(self.emulator, product).environment_ids
        (found,) = (one for one in ids if state.environments[one].name == name)
        return found

    def writes(self) -> dict[str, int]:
        """Count the calls so far that were no reading."""
        calls = self.emulator.counts.calls
        return {
            name: count for name, count in calls.items() if not name.startswith("get-")
        }


def printed_by(here: Here, *arguments: object, code: int = 0) -> Json:
    """Run a command with `--json`, and return what it prints."""
    done = here.run(*arguments, "--json")
    assert done.code == code, done.text
    return done.json


def offer(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, prefix: str) -> None:
    """Put the credentials of an emulator into the environment."""
    for name, text in environment_of(emulator, prefix).items():
        monkeypatch.setenv(name, text)


def environment_of(emulator: Emulator, prefix: str = "CONFIGCAT") -> dict[str, str]:
    """Return the variables that lead to an emulator."""
    return {
        f"{prefix}_API_USER": emulator.username,
        f"{prefix}_API_PASS": emulator.password,
        f"{prefix}_BASE_URL": emulator.base_url,
    }


def command(*arguments: object) -> list[str]:
    """Return the command line of a process of its own, with warnings as errors."""
    module = ("-W", "error", "-m", "configcat_mgmt")
    return [sys.executable, *module, *map(str, arguments)]


def process_environment(emulator: Emulator) -> dict[str, str]:
    """Return the environment of such a process."""
    return {**os.environ, "NO_COLOR": "1", **environment_of(emulator)}
