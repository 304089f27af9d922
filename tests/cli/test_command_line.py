"""The command line as its users meet it: in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from configcat_mgmt import OPERATIONS, __version__
from tests.cli.here import Here
from tests.other_threads import PATIENCE_SECONDS

WITHOUT = (
    "import sys; sys.modules[{name!r}] = None\n"
    "from configcat_mgmt.cli import main; main()"
)


def run(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line with these arguments, warnings as errors."""
    command = ["-c", code] if code else ["-m", "configcat_mgmt", *arguments]
    return subprocess.run(
        [sys.executable, "-W", "error", *command],
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_operations_prints_every_operation_as_json() -> None:
    done = run("operations", "--json")
    printed = {entry["id"]: entry for entry in json.loads(done.stdout)}
    assert list(printed) == list(OPERATIONS)
    assert printed["update-tag"] == {
        "id": "update-tag",
        "group": "tags",
        "method": "PUT",
        "path": "/v1/tags/{tagId}",
        "summary": "Update a tag.",
        "effect": "set",
        "deprecated": False,
        "parameters": [
            {
                "name": "tag_id",
                "wireName": "tagId",
                "in": "path",
                "type": "int",
                "required": True,
                "format": "int64",
            },
        ],
        "body": "UpdateTagModel",
        "bodyRequired": True,
        "success": {"200": "TagModel"},
        "errors": [400, 404, 429],
    }
    assert printed["update-setting"]["body"] == "list[JsonPatchOperation]"


def test_operations_prints_a_table_with_every_operation(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = here.run("operations")
    assert done.code == 0
    for operation in OPERATIONS.values():
        assert operation.id in done.out
        assert operation.path in done.out


def test_operations_of_one_group_only(here: Here) -> None:
    done = here.run("operations", "--json", "--group", "tags")
    assert {entry["group"] for entry in done.json} == {"tags"}


def test_a_group_that_does_not_exist_is_an_error_that_names_the_groups() -> None:
    done = run("operations", "--group", "flags")
    assert done.returncode == 1
    assert "setting_values_v2" in done.stderr


def test_version_is_the_version() -> None:
    assert __version__ in run("--version").stdout


@pytest.mark.parametrize("name", ["click", "rich"])
def test_without_the_extra_a_hint_says_how_to_install_it(name: str) -> None:
    done = run(code=WITHOUT.format(name=name))
    assert done.returncode == 1
    assert "pip install 'configcat-mgmt[cli]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("flags", ["0", "481", "x"])
def test_a_number_of_flags_out_of_range_is_refused(here: Here, flags: str) -> None:
    done = here.run("demo", "--flags", flags)
    assert done.code == 1
    assert "--flags" in done.err
