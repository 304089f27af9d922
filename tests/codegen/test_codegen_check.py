"""`--check` finds every way in which `api/` can differ from the description."""

import shutil
from pathlib import Path

import pytest

from configcat_mgmt.codegen.__main__ import OUTPUT, main


@pytest.fixture
def api(tmp_path: Path) -> Path:
    """A copy of the generated files that a test may spoil."""
    copy = tmp_path / "api"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(OUTPUT, copy, ignore=ignore)
    return copy


def check(api: Path) -> int:
    return main(["--check", "--output", str(api)])


def test_the_generated_files_of_the_repository_are_up_to_date(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_hand_edit_fails_the_check_and_is_shown(
    api: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = api / "aio" / "tags.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("def get_tags", "def get_all_tags"), encoding="utf-8")
    assert check(api) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("--- aio/tags.py\n+++ aio/tags.py\n@@")
    assert "\n-    async def get_all_tags(" in shown
    assert "\n+    async def get_tags(" in shown


def test_other_line_endings_fail_the_check(api: Path) -> None:
    path = api / "aio" / "tags.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(api) == 1


@pytest.mark.parametrize("name", ["models/tags.py", "aio/__init__.py"])
def test_a_missing_file_fails_the_check_and_is_shown(
    api: Path,
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (api / name).unlink()
    assert check(api) == 1
    assert f"--- /dev/null\n+++ {name}\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["sync/extra.py", "extra.py", "new/deep/extra.py"])
@pytest.mark.parametrize("text", ["X = 1\n", ""])
def test_a_surplus_file_fails_the_check_and_is_shown(
    api: Path,
    name: str,
    text: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (api / name).parent.mkdir(parents=True, exist_ok=True)
    (api / name).write_text(text, encoding="utf-8")
    assert check(api) == 1
    assert f"--- {name}\n+++ /dev/null\n" in capsys.readouterr().out


def test_the_check_changes_nothing(api: Path) -> None:
    (api / "me.py").write_text("X = 1\n", encoding="utf-8")
    (api / "aio" / "me.py").unlink()
    before = sorted(path.as_posix() for path in api.rglob("*"))
    assert check(api) == 1
    assert sorted(path.as_posix() for path in api.rglob("*")) == before


def test_a_run_repairs_what_the_check_finds(api: Path) -> None:
    (api / "aio" / "tags.py").unlink()
    stale = (api / "sync" / "tags.py").read_text(encoding="utf-8")
    (api / "sync" / "tags_of_old.py").write_text(stale, encoding="utf-8")
    (api / "model_index.py").write_text("", encoding="utf-8")
    assert main(["--output", str(api)]) == 0
    assert check(api) == 0
    assert not (api / "sync" / "tags_of_old.py").exists()


def test_a_run_leaves_files_alone_that_are_up_to_date(api: Path) -> None:
    path = api / "aio" / "tags.py"
    before = path.stat().st_mtime_ns
    assert main(["--output", str(api)]) == 0
    assert path.stat().st_mtime_ns == before


def test_a_run_never_removes_a_file_that_is_not_generated(
    api: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mine = api / "mine.py"
    mine.write_text("X = 1\n", encoding="utf-8")
    (api / "aio" / "tags.py").unlink()
    assert main(["--output", str(api)]) == 2
    assert "mine.py: not generated; move it away" in capsys.readouterr().err
    assert mine.exists()
    assert not (api / "aio" / "tags.py").exists()


def test_a_missing_description_is_an_error_with_its_path(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--folder", str(tmp_path)]) == 2
    assert str(tmp_path / "service.json") in capsys.readouterr().err
