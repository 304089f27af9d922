"""The command line in processes of its own, in front of an emulator."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator
from tests.jobs.aging import Clock

Json = Any

USER, PASSWORD = "someone", "canary-password"


@attrs.frozen
class Shell:
    """Runs commands with the credentials of an emulator in the environment."""

    emulator: Emulator
    client: ManagementClient
    folder: Path

    def run(
        self, *arguments: str, answer: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command without a terminal, warnings as errors."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "configcat_mgmt", *arguments],
            env={
                **os.environ,
                "COLUMNS": "200",
                "NO_COLOR": "1",
                "CONFIGCAT_API_USER": USER,
                "CONFIGCAT_API_PASS": PASSWORD,
                "CONFIGCAT_BASE_URL": self.emulator.base_url,
            },
            cwd=self.folder,
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done

    def json(self, *arguments: str, code: int = 0) -> Json:
        """Run a command with `--json`, and return what it prints."""
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)


@contextmanager
def emulated_shell(folder: Path, clock: Clock | None = None) -> Iterator[Shell]:
    """Start an emulator without a rate policy, and a shell in front of it."""
    with (
        Emulator(
            username=USER, password=PASSWORD, rate_policy=None, clock=clock or Clock()
        ) as emulator,
        ManagementClient(
            USER,
            PASSWORD,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        yield Shell(emulator, client, folder)
