"""JSON Patch by RFC 6902: its own examples, odd pointers, and hostile patches."""

import copy
import sys
from typing import Any

import pytest

from configcat_mgmt.emulator.domain.json_patch import (
    MAX_PARTS,
    MAX_STEPS,
    PatchError,
    PatchStep,
    apply,
    pointer_parts,
)
from configcat_mgmt.unset import UNSET
from tests.schema import Json


def steps(*plain: dict[str, Any]) -> list[PatchStep]:
    return [
        PatchStep(one["op"], one["path"], one.get("from"), one.get("value", UNSET))
        for one in plain
    ]


# Source: https://www.rfc-editor.org/rfc/rfc6902#appendix-A
EXAMPLES: list[tuple[Any, list[dict[str, Any]], Any]] = [
    (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux"}],
        {"baz": "qux", "foo": "bar"},
    ),
    (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    ({"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}),
    ({"foo": [1, 2, 3]}, [{"op": "remove", "path": "/foo/1"}], {"foo": [1, 3]}),
    ({"a": 1}, [{"op": "replace", "path": "/a", "value": None}], {"a": None}),
    ([1, 2], [{"op": "replace", "path": "/0", "value": 9}], [9, 2]),
    ([1, 2], [{"op": "replace", "path": "", "value": 9}], 9),
    (
        {"foo": {"bar": 1, "waldo": 2}, "qux": {"corge": 3}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": 1}, "qux": {"corge": 3, "thud": 2}},
    ),
    (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    ({"a": 1}, [{"op": "move", "from": "/a", "path": "/a"}], {"a": 1}),
    ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
    ({"a": 1}, [{"op": "copy", "from": "", "path": "/b"}], {"a": 1, "b": {"a": 1}}),
    (
        {"a": 1, "b": {}},
        [{"op": "copy", "from": "/a", "path": ""}],
        1,
    ),
    ({"a": 1.0}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1.0}),
    (
        {"a": {"x": [1, None], "y": "z"}},
        [{"op": "test", "path": "/a", "value": {"y": "z", "x": [1, None]}}],
        {"a": {"x": [1, None], "y": "z"}},
    ),
    ({"foo": [1]}, [{"op": "add", "path": "/foo/-", "value": [2]}], {"foo": [1, [2]]}),
    ({"": 1}, [{"op": "add", "path": "/", "value": 2}], {"": 2}),
    (
        {"/": 9, "~1": 10, "m~n": 8},
        [
            {"op": "test", "path": "/~01", "value": 10},
            {"op": "test", "path": "/~1", "value": 9},
            {"op": "remove", "path": "/m~0n"},
        ],
        {"/": 9, "~1": 10},
    ),
]


@pytest.mark.parametrize(("document", "patch", "result"), EXAMPLES)
def test_a_patch_does_what_the_standard_says(
    document: Json, patch: list[dict[str, Any]], result: Json
) -> None:
    before = copy.deepcopy(document)
    assert apply(document, steps(*patch)) == result
    assert document == before


@pytest.mark.parametrize(
    "step",
    [
        {"op": "test", "path": "/text", "value": "other"},
        {"op": "test", "path": "/one", "value": True},
        {"op": "test", "path": "/yes", "value": 1},
        {"op": "test", "path": "/one", "value": "1"},
        {"op": "test", "path": "/list", "value": [2, 1]},
        {"op": "test", "path": "/list", "value": [1]},
        {"op": "test", "path": "/nothing", "value": None},
        {"op": "test", "path": "/one"},
        {"op": "add", "path": "/missing/child", "value": 1},
        {"op": "add", "path": "/text/child", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/-1", "value": 1},
        {"op": "add", "path": "/list/1e0", "value": 1},
        {"op": "add", "path": "/list/\u0661", "value": 1},
        {"op": "add", "path": "/list/99999999999999999999", "value": 1},
        {"op": "add", "path": "/one"},
        {"op": "add", "path": "one", "value": 1},
        {"op": "add", "path": "/~2", "value": 1},
        {"op": "add", "path": "/~", "value": 1},
        {"op": "test", "path": "/a" * (MAX_PARTS + 1), "value": 1},
        {"op": "copy", "from": "/a" * (MAX_PARTS + 1), "path": "/b"},
        {"op": "remove", "path": "/list/-"},
        {"op": "remove", "path": "/list/2"},
        {"op": "remove", "path": "/missing"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "/missing", "value": 1},
        {"op": "replace", "path": "/list/-", "value": 1},
        {"op": "move", "path": "/list/0"},
        {"op": "move", "from": "/missing", "path": "/a"},
        {"op": "move", "from": "/list", "path": "/list/0"},
        {"op": "move", "from": "", "path": "/a"},
        {"op": "move", "from": "/missing", "path": "/missing"},
        {"op": "copy", "from": "/missing", "path": "/a"},
        {"op": "copy", "path": "/a"},
        {"op": "unknown", "path": "/one", "value": 1},
        {"op": "Add", "path": "/one", "value": 1},
    ],
)
def test_a_step_that_cannot_be_done_stops_the_patch(step: dict[str, Any]) -> None:
    document = {"text": "a", "one": 1, "yes": True, "list": [1, 2]}
    before = copy.deepcopy(document)
    first = {"op": "replace", "path": "/text", "value": "changed"}
    with pytest.raises(PatchError) as caught:
        apply(document, steps(first, step))
    assert caught.value.step == 1
    assert document == before


def test_the_result_shares_nothing_with_the_patch() -> None:
    value = {"a": [1]}
    result = apply({}, steps({"op": "add", "path": "/x", "value": value}))
    value["a"].append(2)
    assert result == {"x": {"a": [1]}}
    doubled = apply(
        {"a": [1]},
        steps(
            {"op": "copy", "from": "/a", "path": "/b"},
            {"op": "add", "path": "/b/-", "value": 2},
        ),
    )
    assert doubled == {"a": [1], "b": [1, 2]}


def test_a_patch_has_a_bounded_number_of_steps() -> None:
    step = {"op": "test", "path": "", "value": {}}
    assert apply({}, steps(*[step] * MAX_STEPS)) == {}
    with pytest.raises(PatchError, match="1000"):
        apply({}, steps(*[step] * (MAX_STEPS + 1)))


def test_copies_that_double_are_stopped() -> None:
    bomb = [{"op": "copy", "from": "/list", "path": "/list/-"}] * 60
    with pytest.raises(PatchError, match="copies too much") as caught:
        apply({"list": ["x" * 100]}, steps(*bomb))
    assert caught.value.step is not None
    assert caught.value.step < 30


def test_removing_copies_does_not_make_room_for_more() -> None:
    round_trip = [
        {"op": "copy", "from": "/text", "path": "/copy"},
        {"op": "remove", "path": "/copy"},
    ]
    with pytest.raises(PatchError, match="copies too much"):
        apply({"text": "x" * 100_000}, steps(*round_trip * 20))


def test_values_that_are_nested_ever_deeper_are_stopped() -> None:
    path = ""
    patch = []
    for _ in range(MAX_PARTS + 1):
        path += "/a"
        patch.append({"op": "add", "path": path, "value": {}})
    apply({}, steps(*patch[:-1]))
    with pytest.raises(PatchError, match=f"at most {MAX_PARTS} parts"):
        apply({}, steps(*patch))
    deep: dict[str, Any] = {}
    for _ in range(sys.getrecursionlimit()):
        deep = {"a": deep}
    with pytest.raises(PatchError, match="too deeply"):
        apply({}, steps({"op": "add", "path": "/a", "value": deep}))


def test_pointers_are_unescaped_once() -> None:
    assert pointer_parts("") == ()
    assert pointer_parts("/") == ("",)
    assert pointer_parts("/a//b/~01/~10") == ("a", "", "b", "~1", "/0")
