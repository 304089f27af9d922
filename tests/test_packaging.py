"""What the wheel and the source distribution contain, as the build backend sees it."""

import tomllib
from pathlib import Path
from typing import Any, Final

import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT: Final = Path(__file__).parent.parent
LEFT_OUT: Final = ("configcat_mgmt/codegen/", "configcat_mgmt/docs/pictures/")
"""Folders that nothing reads at run time."""


def files_of(builder: WheelBuilder | SdistBuilder) -> set[str]:
    """Return the paths of all files that the build would include."""
    return {
        Path(file.relative_path).as_posix() for file in builder.recurse_included_files()
    }


def test_the_wheel_has_the_package_without_generator_and_pictures() -> None:
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "configcat_mgmt").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    included = files_of(WheelBuilder(str(ROOT)))
    assert included == {name for name in package if not name.startswith(LEFT_OUT)}
    assert "configcat_mgmt/py.typed" in included
    assert "configcat_mgmt/docs/guides/index.md" in included


def test_the_source_distribution_has_all_that_a_build_and_its_tests_need() -> None:
    included = files_of(SdistBuilder(str(ROOT)))
    wanted = {
        "README.md",
        "CHANGELOG.md",
        "configcat_mgmt/codegen/service.json",
        "configcat_mgmt/docs/pictures/terminal-dark.svg",
        "tests/test_packaging.py",
        "benchmarks/__main__.py",
    }
    assert wanted <= included


def test_the_oldest_versions_that_are_tested_are_the_oldest_that_are_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / ".github/lowest.txt").read_text().splitlines()
    tested = [line for line in lines if not line.startswith("#")]
    lowest = [requirement.split(",")[0] for requirement in project["dependencies"]]
    assert [line.replace("==", ">=") for line in tested] == lowest


def test_every_python_that_is_promised_is_tested_with_the_same_commands() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    jobs: Any = yaml.safe_load(text)["jobs"]
    tests = jobs["tests"]
    classifiers = WheelBuilder(str(ROOT)).metadata.core.classifiers
    promised = [name.rpartition(" ")[2] for name in classifiers if ":: 3.1" in name]
    assert tests["strategy"]["matrix"]["python"] == promised
    assert ".ci/run" in [step.get("run") for step in tests["steps"]]


def test_the_metadata_is_complete() -> None:
    core = WheelBuilder(str(ROOT)).metadata.core
    tested = [name for name in core.classifiers if "Python :: 3.1" in name]
    assert [name.rpartition(" ")[2] for name in tested] == ["3.11", "3.12", "3.13"]
    assert core.requires_python == ">=3.11"
    assert core.readme_content_type == "text/markdown"
    assert core.urls
    assert core.keywords
    assert core.scripts == {"configcat-mgmt": "configcat_mgmt.cli:main"}
    assert {"cli", "report", "demo", "docs", "speedups"} <= {
        *core.optional_dependencies
    }
