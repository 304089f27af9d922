"""What the tests of the generator share: the documents, and a copy of the package."""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt.codegen.__main__ import generate
from configcat_mgmt.codegen.description import Description
from configcat_mgmt.codegen.node import DescriptionError
from configcat_mgmt.codegen.parse_operations import read_description
from configcat_mgmt.codegen.sources import HERE, Sources, read_sources

ROOT = HERE.parent.parent

Document = dict[str, Any]
Refuse = Callable[[Document], str]


@pytest.fixture(scope="session")
def sources() -> Sources:
    """The files of the description, which no test edits."""
    return read_sources()


@pytest.fixture(scope="session")
def description(sources: Sources) -> Description:
    return read_description(sources.description)


def copied(document: Document) -> Document:
    """Copy a document, several times as fast as `copy.deepcopy`."""
    again: Document = pickle.loads(pickle.dumps(document))  # noqa: S301
    return again


@pytest.fixture
def document(sources: Sources) -> Document:
    """A copy of the description that a test may edit."""
    return copied(sources.description)


@pytest.fixture
def service(sources: Sources) -> Document:
    """A copy of the service's document that a test may edit."""
    return copied(sources.service)


@pytest.fixture
def refuse() -> Refuse:
    """Try to read an unusable description; return the message."""

    def run(document: Document) -> str:
        with pytest.raises(DescriptionError) as caught:
            generate(read_description(document))
        message = str(caught.value)
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
