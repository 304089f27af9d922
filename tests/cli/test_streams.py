"""Standard streams that a shell closed, that are full, or that nobody reads."""

import json
import os
import shlex
import shutil
import subprocess
import threading

import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from tests.cli.here import Here, command, process_environment
from tests.jobs.shapes import products_named
from tests.other_threads import PATIENCE_SECONDS

BASH = shutil.which("bash") or "bash"
COPY = (
    *("copy", "Web shop", "--name", "Second", "--only", "entity=tag"),
    *("--yes", "--linger", "0"),
)
"""A job of few steps."""


def in_shell(here: Here, line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line of bash in which `{copy}` stands for a command that copies."""
    return subprocess.run(
        [BASH, "-c", line.format(copy=shlex.join(command(*COPY)))],
        cwd=here.folder,
        env=process_environment(here.emulator),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_job_does_not_need_the_standard_streams(here: Here, closed: str) -> None:
    done = in_shell(here, f"{{copy}} {closed}")
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    assert len(products_named(here.emulator, "Second")) == 1
    (report,) = here.folder.glob("*/report.json")
    assert json.loads(report.read_text())["complete"]


def test_a_closed_input_cannot_confirm_anything(here: Here) -> None:
    line = shlex.join(command("call", "delete-tag", "--tag-id", "1"))
    done = in_shell(here, f"{line} <&-")
    assert done.returncode == 1
    assert "pass --yes" in done.stderr
    assert here.writes() == {}


def test_a_job_ends_well_and_says_so_when_its_reader_left(here: Here) -> None:
    done = in_shell(here, "{copy} | head -1; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "Verified: the target matches." in done.stderr
    assert "Report: " in done.stderr
    assert len(products_named(here.emulator, "Second")) == 1


def test_output_that_cannot_be_written_is_an_error(here: Here) -> None:
    done = in_shell(here, "{copy} > /dev/full")
    assert done.returncode == 1
    assert "Verified: the target matches." in done.stderr
    assert "Report: " in done.stderr
    assert done.stderr.endswith("error: standard output: No space left on device\n")
    assert len(products_named(here.emulator, "Second")) == 1


def test_a_bulk_run_says_how_it_ended_when_its_output_cannot_be_written(
    here: Here,
) -> None:
    line = shlex.join(command("bulk", "-"))
    done = in_shell(
        here, f"""echo '{{{{"operation": "get-me"}}}}' | {line} >/dev/full"""
    )
    assert done.returncode == 1
    assert "1 done, in " in done.stderr
    assert "error: standard output: No space left on device" in done.stderr


@pytest.mark.parametrize("limit", [5, 6])
def test_a_process_with_too_few_files_names_the_limit_and_not_the_network(
    here: Here, limit: int
) -> None:
    done = in_shell(here, f"ulimit -n {limit}; {shlex.join(command('whoami'))}")
    assert done.returncode == 1
    assert "oo many open files" in done.stderr
    assert "Raise the limit, such as with `ulimit -n 1024`" in done.stderr
    assert "network" not in done.stderr


def test_a_full_pipe_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    found: list[bytes] = []

    def read() -> None:
        with open(reading, "rb") as pipe:
            while data := pipe.read(512):
                found.append(data)

    reader = threading.Thread(target=read)
    with subprocess.Popen(
        command("operations", "--json"), stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        # The pipe holds a part of the output; the rest has to wait for the reader.
        reader.start()
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
    reader.join(PATIENCE_SECONDS)
    assert process.returncode == 0, err
    assert len(json.loads(b"".join(found))) == len(OPERATIONS)
