"""What the tests of the generator share: the document, and runs on edited copies."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt.codegen.__main__ import DESCRIPTION, HERE, main

ROOT = HERE.parent.parent

Document = dict[str, Any]
Refuse = Callable[[Document], str]


@pytest.fixture
def document() -> Document:
    """A copy of the description that a test may edit."""
    copy: Document = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return copy


@pytest.fixture
def generate(tmp_path: Path) -> Callable[[Document], Path]:
    """Generate from an edited document into an own folder; return the folder."""

    def run(document: Document) -> Path:
        source = tmp_path / "edited.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        output = tmp_path / "api"
        arguments = ["--description", str(source), "--output", str(output)]
        assert main(arguments) == 0
        return output

    return run


@pytest.fixture
def refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Try to generate from an unusable document; return the message."""

    def run(document: Document) -> str:
        source = tmp_path / "edited.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        output = tmp_path / "refused"
        arguments = ["--description", str(source), "--output", str(output)]
        assert main(arguments) == 2
        assert not output.exists()
        message = capsys.readouterr().err
        assert len(message.splitlines()) == 1
        return message

    return run


class Checkout:
    """A copy of the package in which a test may edit, generate and import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "configcat_mgmt"
        shutil.copytree(
            HERE.parent,
            self.package,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copy(ROOT / "pyproject.toml", folder)

    def edit(self, document: Document) -> None:
        text = json.dumps(document)
        (self.package / "codegen" / "openapi.json").write_text(text, encoding="utf-8")

    def python(self, *arguments: str, seed: str = "0") -> str:
        """Run Python in the copy and return what it printed."""
        finished = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(self.folder),
                "PYTHONHASHSEED": seed,
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    def api(self) -> dict[str, bytes]:
        """Return every generated file by its path."""
        api = self.package / "api"
        return {
            path.relative_to(api).as_posix(): path.read_bytes()
            for path in sorted(api.rglob("*.py"))
        }


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")
