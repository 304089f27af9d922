"""The command that compares the package with its peers: its options and its table."""

import json
from pathlib import Path

import pytest

from benchmarks import pacing
from benchmarks.__main__ import parse
from benchmarks.figures import Figure, compare, json_lines, table
from benchmarks.peers import PeerError, set_up
from benchmarks.rows import ROWS, Setting

CALL = Figure("async", "CPU of a call", "a", "a", "seconds")


def test_the_options_have_names_that_say_what_they_do() -> None:
    options = parse(["--quick", "--only", "decode", "job", "--json", "lines"])
    assert options.quick
    assert options.only == ["decode", "job"]
    assert options.json == Path("lines")
    assert parse([]).only is None


def test_an_unknown_row_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["--only", "everything"])
    said = capsys.readouterr().err
    assert all(row in said for row in ROWS)


def test_a_ratio_is_the_median_over_the_rounds_and_not_that_of_the_medians() -> None:
    amounts = {"a": [1.0, 2.0, 10.0], "b": [3.0, 1.0, 10.0]}
    _, b = compare(CALL, amounts, {})
    assert (b.candidate, b.median) == ("b", 3.0)
    assert (b.ratio, b.lowest, b.highest) == (1.0, 0.5, 3.0)


def test_the_table_has_ratio_spread_and_amount_and_says_why_one_has_none() -> None:
    amounts = {"a": [0.002, 0.002], "b": [0.003, 0.005]}
    figures = [*compare(CALL, amounts, {"c": "cannot install c: no | network"})]
    assert [*table(figures)] == [
        "| figure | candidate | ratio | lowest to highest | median | note |",
        "| --- | --- | --- | --- | --- | --- |",
        "| CPU of a call, x a | a | 1.00 |  | 2.0 ms |  |",
        "|  | b | 2.00 | 1.50 to 2.50 | 4.0 ms |  |",
        "|  | c |  |  |  | cannot install c: no / network |",
    ]


def test_without_its_base_a_figure_has_an_amount_and_no_ratio() -> None:
    b, a = compare(CALL, {"b": [1.5]}, {"a": "needs Java"})
    assert (b.median, b.ratio) == (1.5, None)
    assert a.note == "needs Java"


def test_the_lines_of_json_begin_with_the_circumstances() -> None:
    figures = [*compare(CALL, {"a": [1.0]}, {})]
    first, second = map(json.loads, json_lines(figures, {"cores": 2}))
    assert first == {"cores": 2}
    assert second["ratio"] == second["lowest"] == 1.0
    assert second["row"] == "async"


def test_a_peer_without_java_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    peers = set_up(tmp_path / "peers", ["openapi-generator"])
    assert "Java" in str(peers["openapi-generator"])
    with pytest.raises(PeerError, match="Java"):
        Setting(peers).peer("openapi-generator, asyncio")


def test_the_job_in_virtual_time_gets_no_answer_429() -> None:
    done = pacing.job("configcat-mgmt", pacing.CONDITIONS["jitter"], seed=1)
    assert done.answers_429 == 0
    assert 1 <= done.seconds / done.least_seconds < 1.1
