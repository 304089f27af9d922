"""One file states the version, and everything else agrees with it."""

import re
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Final

import configcat_mgmt
from configcat_mgmt.core.options import DEFAULT_USER_AGENT
from configcat_mgmt.version import __version__

ROOT: Final = Path(__file__).parent.parent
HEADING: Final = re.compile(
    r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE
)


def test_the_installed_package_has_the_version_of_the_source() -> None:
    assert metadata.version("configcat-mgmt") == __version__
    assert configcat_mgmt.__version__ == __version__


def test_the_newest_heading_of_the_changelog_is_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = HEADING.findall(text)
    assert headings[0][0] == __version__
    versions = [tuple(map(int, version.split("."))) for version, _ in headings]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(day) for _, day in headings]
    assert days == sorted(days, reverse=True)
    others = set(re.findall(r"^## .*$", text, re.MULTILINE)) - {
        f"## [{version}] - {day}" for version, day in headings
    }
    assert others <= {"## [Unreleased]"}


def test_the_user_agent_names_the_version() -> None:
    assert DEFAULT_USER_AGENT.endswith(f"/{__version__}")


def test_the_version_is_written_once() -> None:
    package = Path(configcat_mgmt.__file__).parent
    places = [
        path.name
        for path in package.rglob("*.py")
        if f'"{__version__}"' in path.read_text(encoding="utf-8")
    ]
    assert places == ["version.py"]
    assert f'"{__version__}"' not in (ROOT / "pyproject.toml").read_text("utf-8")
