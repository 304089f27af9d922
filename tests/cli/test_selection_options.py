"""What `--only`, `--exclude` and `--map` mean, and how things are shown."""

import click
import pytest

from configcat_mgmt.cli.job.folder_choice import folder_name
from configcat_mgmt.cli.options.selection import Choice, read_names, read_value
from configcat_mgmt.cli.terminal.output import plain
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
from configcat_mgmt.texts import counted, duration


def test_each_kind_becomes_its_criterion() -> None:
    choice = Choice(
        (
            "entity=values",
            "config=Main*",
            "environment=Test",
            "tag=a=b",
            "key=x",
            "type=int",
            "value=1",
            "value=true",
        ),
        ("key=y",),
    )
    assert choice.selection() == Selection(
        only=Criteria(
            entities="values",
            configs="Main*",
            environments="Test",
            tags="a=b",
            keys="x",
            types="int",
            values=(1, True),
        ),
        exclude=Criteria(keys="y"),
    )


def test_stale_needs_the_report() -> None:
    choice = Choice(("stale",), ())
    assert choice.asks_for_stale
    stale = frozenset({("main", "x")})
    assert choice.selection(stale).stale_settings == stale
    with pytest.raises(ConfigurationError):
        choice.selection()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("1", 1),
        ("1.0", 1.0),
        ("on", "on"),
        ('"true"', "true"),
        ("[1]", "[1]"),
        ("null", "null"),
        ("NaN", "NaN"),
        ("1e999", "1e999"),
        ("", ""),
    ],
)
def test_values_are_read_as_json_or_else_as_text(text: str, value: object) -> None:
    found = read_value(text)
    assert (type(found), found) == (type(value), value)


def test_names_are_mapped() -> None:
    texts = (r"environment:Staging=Test \= 2", "config:A:b=C")
    assert read_names(texts) == NameMap({"Staging": "Test = 2"}, {"A:b": "C"})
    assert read_names(()).is_empty


@pytest.mark.parametrize("text", ["", "environment:", "tag:a=b", "config:=x", "a=b"])
def test_other_maps_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        read_names((text,))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3780, "1 h"),
    ],
)
def test_times_are_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds).startswith(words)


def test_counts_agree_with_their_nouns() -> None:
    found = [counted(count, "call") for count in (0, 1, 1000)]
    assert found == ["0 calls", "1 call", "1,000 calls"]


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "a\nb", "\x9b", "\u202e", "\ud800", "\x07"]
)
def test_what_could_act_on_a_terminal_is_shown_as_an_escape(text: str) -> None:
    shown = plain(text)
    assert shown.isprintable()
    assert "\\" in shown


def test_what_people_write_is_shown_as_it_is() -> None:
    for text in ("Größe 更大", "[bold]x[/]", "👩\u200d💻", "a\u200cb"):
        assert plain(text) == text


@pytest.mark.parametrize(
    ("product", "name"),
    [
        ("Web shop", "configcat-copy-web-shop"),
        ("../../etc", "configcat-copy-etc"),
        ("更大", "configcat-copy-product"),
        ("x" * 300, f"configcat-copy-{'x' * 60}"),
    ],
)
def test_folders_are_named_after_the_job(product: str, name: str) -> None:
    assert folder_name("copy", product) == name
