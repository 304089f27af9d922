"""`configcat-mgmt bulk`: any number of calls from a file."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest

from configcat_mgmt.emulator import Fault
from tests.cli.here import Here, Interlude, Json, command, process_environment
from tests.jobs.shapes import product_named
from tests.other_threads import PATIENCE_SECONDS

RUN = ("bulk", "calls.jsonl", "--journal", "j.db", "--out", "out.jsonl")


def tag_calls(here: Here, count: int) -> list[Json]:
    product = str(product_named(here.emulator, "Web shop").product_id)
    return [
        {
            "operation": "create-tag",
            "arguments": {"product_id": product},
            "body": {"name": f"tag {number}"},
            "label": f"label {number}",
        }
        for number in range(count)
    ]


def write_calls(here: Here, calls: list[Json]) -> None:
    text = "".join(json.dumps(call) + "\n" for call in calls)
    (here.folder / "calls.jsonl").write_text(text)


def outcomes(here: Here) -> list[Json]:
    text = (here.folder / "out.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def tags(here: Here) -> list[str]:
    product = product_named(here.emulator, "Web shop")
    names = [here.emulator.state.tags[one].name for one in product.tag_ids]
    return [name for name in names if name.startswith("tag ")]


def test_calls_are_made_and_their_outcomes_written(here: Here) -> None:
    write_calls(here, tag_calls(here, 15))
    done = here.run(*RUN, "--ordered")
    assert done.code == 0, done.text
    assert "15 done" in done.out
    assert len(tags(here)) == 15
    written = outcomes(here)
    assert [one["number"] for one in written] == list(range(15))
    assert written[3]["label"] == "label 3"
    assert written[3]["result"]["name"] == "tag 3"
    for name in ("out.jsonl", "j.db"):
        assert (here.folder / name).stat().st_mode & 0o777 == 0o600


def test_the_same_command_makes_nothing_twice(here: Here) -> None:
    write_calls(here, tag_calls(here, 5))
    assert here.run(*RUN).code == 0
    again = here.run(*RUN, "--json")
    assert again.code == 0, again.text
    assert again.json["earlier"] == 5
    assert len(tags(here)) == 5
    assert len(outcomes(here)) == 5


def test_calls_that_fail_are_named_and_make_an_error(here: Here) -> None:
    calls = tag_calls(here, 4)
    calls[2]["body"]["name"] = "frontend"
    write_calls(here, calls)
    done = here.run(*RUN)
    assert done.code == 1
    assert "call 2 (label 2): create-tag" in done.out
    assert "There is already a tag" in done.out
    assert "3 done, 1 failed" in done.out
    (bad,) = (one for one in outcomes(here) if not one["ok"])
    assert bad["number"] == 2


def test_it_can_stop_after_the_first_that_fails(here: Here) -> None:
    calls = tag_calls(here, 10)
    calls[0]["body"]["name"] = "frontend"
    write_calls(here, calls)
    done = here.run(*RUN, "--stop-on-error", "--in-flight", "1", "--json")
    assert done.code == 1
    assert done.json["failed"] == 1
    assert done.json["not_sent"] == 9
    assert tags(here) == []


def test_ctrl_c_waits_for_what_was_sent_and_the_next_run_makes_the_rest(
    here: Here, interlude: Interlude
) -> None:
    write_calls(here, tag_calls(here, 12))
    interlude.action = lambda: os.kill(os.getpid(), signal.SIGINT)
    here.emulator.faults.add(Fault("latency", "create-tag", seconds=1))
    stopped = here.run(*RUN, "--in-flight", "1", "--json")
    assert stopped.code == 130, stopped.text
    assert "Interrupted" in stopped.err
    printed = stopped.json
    assert printed["interrupted"]
    assert (printed["done"], printed["not_sent"]) == (1, 11)
    assert len(tags(here)) == 1
    assert [one["ending"] for one in outcomes(here)] == ["done"]
    done = here.run(*RUN, "--json")
    assert done.code == 0, done.text
    assert (done.json["earlier"], done.json["done"]) == (1, 11)
    assert len(tags(here)) == 12
    assert sorted(one["number"] for one in outcomes(here)) == list(range(12))


def test_a_run_that_was_killed_goes_on_and_completes_its_outcomes(
    here: Here, interlude: Interlude
) -> None:
    write_calls(here, tag_calls(here, 8))
    here.emulator.faults.add(Fault("latency", "get-tags", seconds=1))
    product = str(product_named(here.emulator, "Web shop").product_id)
    last = {"operation": "get-tags", "arguments": {"product_id": product}}
    write_calls(here, [*tag_calls(here, 8), last])
    with subprocess.Popen(
        command(*RUN, "--in-flight", "1"),
        cwd=here.folder,
        env=process_environment(here.emulator),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as killed:
        interlude.action = killed.kill
        killed.communicate(timeout=PATIENCE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    with (here.folder / "out.jsonl").open("a") as file:
        file.write('{"number": 0, "o')
    done = here.run(*RUN)
    assert done.code == 0, done.text
    assert len(tags(here)) == 8
    assert sorted(one["number"] for one in outcomes(here)) == list(range(9))


def test_without_a_journal_outcomes_are_replaced(here: Here) -> None:
    write_calls(here, tag_calls(here, 2))
    assert here.run("bulk", "calls.jsonl", "-o", "out.jsonl").code == 0
    assert here.run("bulk", "calls.jsonl", "-o", "out.jsonl").code == 1
    assert [one["ok"] for one in outcomes(here)] == [False, False]


def test_outcomes_do_not_go_to_what_is_no_file(here: Here) -> None:
    write_calls(here, tag_calls(here, 2))
    assert here.run(*RUN).code == 0
    (here.folder / "out.jsonl").unlink()
    os.mkfifo(here.folder / "out.jsonl")
    done = here.run(*RUN)
    assert done.code == 1
    assert "out.jsonl cannot be written: it is not a regular file" in done.err


def test_deletions_have_to_be_agreed_to(here: Here) -> None:
    write_calls(here, [{"operation": "delete-tag", "arguments": {"tag_id": 1}}])
    refused = here.run(*RUN)
    assert refused.code == 1
    assert "1 deletion among 1 call" in refused.err
    assert here.emulator.counts.calls.total() == 0
    assert not (here.folder / "j.db").exists()
    agreed = here.run(*RUN, "--yes")
    assert here.emulator.counts.calls["delete-tag"] == 1
    assert "Add --yes" not in agreed.err


def test_calls_come_through_a_pipe(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(json.dumps(call) + "\n" for call in tag_calls(here, 3))
    source = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr(sys, "stdin", source)
    assert here.run("bulk", "-").code == 0
    assert len(tags(here)) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[]\n", "error: standard input, line 1: must be a JSON object"),
        (b"\xff\xfe\n", "error: standard input is not in UTF-16"),
    ],
)
def test_an_error_in_a_pipe_names_the_standard_input(
    here: Here, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert here.run("bulk", "-").err.startswith(words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"operation": "no-such"}\n', "calls.jsonl, line 1: there is no operation"),
        (b'{"operation": "create-tags"}\n', "'create-tags'; did you mean create-tag"),
        (b'{"operation": "get-me"}\n[]\n', "line 2: must be a JSON object"),
        (b'{"operation": "get-me", "x": 1}\n', "unknown field 'x'"),
        (b"\x80\xfe\n", "is not in UTF-8"),
        (b"\xff\xfe\n", "is not in UTF-16"),
        (None, "there is no file calls.jsonl"),
    ],
)
def test_a_bad_file_is_refused_before_anything_is_sent(
    here: Here, data: bytes | None, words: str
) -> None:
    if data is not None:
        (here.folder / "calls.jsonl").write_bytes(data)
    done = here.run(*RUN)
    assert done.code == 1
    assert words in done.err
    assert here.emulator.counts.calls.total() == 0


def test_all_problems_of_a_file_are_named_at_once_with_their_lines(here: Here) -> None:
    lines = (
        '{"operation": "get-me"}',
        '{"operation": "create-tags"}',
        "",
        '{"operation": "get-tag", "arguments": {"tag_id": "x"}}',
        '{"operation": "create-tag", "arguments": {"product_id": 1}, "body": {"n": 1}}',
        "[]",
    )
    (here.folder / "calls.jsonl").write_text("\n".join(lines))
    done = here.run(*RUN)
    assert done.code == 1
    assert "error: calls.jsonl has 4 invalid lines, so nothing was sent:" in done.err
    for number, words in (
        (2, "'create-tags'; did you mean create-tag"),
        (4, "tag_id: "),
        (5, "body.name: required, but missing"),
        (6, "must be a JSON object"),
    ):
        assert any(
            f"calls.jsonl, line {number}: " in line and words in line
            for line in done.err.splitlines()
        ), done.err
    assert here.emulator.counts.calls.total() == 0
    assert not (here.folder / "j.db").exists()
    (here.folder / "calls.jsonl").write_text("[]\n" * 50)
    assert "and 30 more" in here.run(*RUN).err


def test_an_empty_file_is_done(here: Here) -> None:
    write_calls(here, [])
    done = here.run(*RUN)
    assert done.code == 0
    assert "No calls" in done.out


def test_the_journal_of_other_calls_is_refused(here: Here) -> None:
    write_calls(here, tag_calls(here, 3))
    assert here.run(*RUN).code == 0
    calls = tag_calls(here, 3)
    calls[0]["body"]["name"] = "another"
    write_calls(here, calls)
    done = here.run(*RUN)
    assert done.code == 1
    assert "journal of other calls" in done.err
    assert len(tags(here)) == 3
