"""State files: the first form, damaged ones, and what loading may never do."""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.refusals import Refusal
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import all_handlers
from configcat_mgmt.emulator.published.compile_config import compile_config
from configcat_mgmt.emulator.published.compile_source import gather
from tests.hypothesis_profiles import IS_NIGHTLY

GOLDEN: Final = Path(__file__).parent / "golden"
FIRST_FORM: Final = GOLDEN / "state_form_1.json"
"""Saved by version 0.2.0; has every kind of record."""
PUBLISHED: Final = GOLDEN / "state_form_1_published.json"
"""The published configs that version 0.2.0 served from it, by SDK key."""
NOW: Final = datetime(2026, 3, 5, tzinfo=UTC)


def loaded() -> Emulator:
    emulator = Emulator(rate_policy=None, clock=lambda: NOW)
    emulator.load(FIRST_FORM)
    return emulator


def read_everything(state: State) -> int:
    """Call every reading operation for every id, and publish every config."""
    ids: Mapping[str, Mapping[Any, object]] = {
        "organization_id": state.organizations,
        "product_id": state.products,
        "config_id": state.configs,
        "environment_id": state.environments,
        "setting_id": state.settings,
        "tag_id": state.tags,
        "segment_id": state.segments,
        "permission_group_id": state.permission_groups,
        "webhook_id": state.webhooks,
        "integration_id": state.integrations,
        "proxy_profile_id": state.proxy_profiles,
    }
    handlers, calls = all_handlers(), 0
    for operation in OPERATIONS.values():
        names = [one.name for one in operation.parameters if one.location == "path"]
        if operation.method != "GET" or not {*names} <= {*ids}:
            continue
        for arguments in _products([(name, list(ids[name])) for name in names]):
            try:
                answer = handlers[operation.id](state, **arguments)
            except Refusal:
                continue
            dump_json(to_json(answer))
            calls += 1
    for keys in state.sdk_keys.values():
        compile_config(gather(state, keys), "http://127.0.0.1")
    return calls


def _products(choices: list[tuple[str, list[Any]]]) -> Iterator[dict[str, Any]]:
    if not choices:
        yield {}
        return
    (name, ids), *others = choices
    for one in ids:
        for rest in _products(others):
            yield {name: one, **rest}


def test_a_state_of_the_first_form_serves_what_it_served_before() -> None:
    state = loaded().state
    published: dict[str, Any] = json.loads(PUBLISHED.read_text())
    assert published.keys() == {keys.primary for keys in state.sdk_keys.values()}
    for keys in state.sdk_keys.values():
        config: Any = compile_config(gather(state, keys), "http://127.0.0.1")
        del config["p"]["u"]
        assert json.loads(json.dumps(config)) == published[keys.primary]
    assert read_everything(state) > 50


def test_a_state_of_the_first_form_is_saved_in_the_second(tmp_path: Path) -> None:
    first = loaded()
    before = first.snapshot()
    assert before["format"] == 2
    first.save(tmp_path / "state.json")
    second = Emulator(rate_policy=None, seed=77, clock=lambda: NOW)
    second.load(tmp_path / "state.json")
    assert second.snapshot() == before
    for emulator in (first, second):
        emulator.seed(products=1, flags=4)
    assert second.snapshot() == first.snapshot() != before


@pytest.mark.parametrize("name", ["Popen", "State", "Converter"])
def test_only_records_of_a_state_are_made_from_the_first_form(name: str) -> None:
    data = json.loads(FIRST_FORM.read_text())
    data["tables"]["users"] = {"record": name, "fields": {"args": "true"}}
    emulator = Emulator(rate_policy=None)
    with pytest.raises(ConfigurationError, match=name):
        emulator.restore(data)


DAMAGES: Final[list[tuple[str, Any, str]]] = [
    ("identifiers", [1], r"expected an object, got a list @ \$\.identifiers"),
    ("tags", [1], r"expected an object, got a whole number @ \$\.tags\[0\]"),
    ("identifiers", {"seed": 1, "drawn": "x", "numbers": {}}, r"identifiers\.drawn"),
    ("users", {}, r"expected a list, got an object @ \$\.users"),
    ("users", [], "there is no user"),
    ("organizations", [], "there is no organization"),
    ("audit", 3, r"expected a list, got a whole number @ \$\.audit"),
    ("settings", None, r"expected a list, got null @ \$\.settings"),
    ("settings", [], "config .* does not list its settings"),
    ("values", {}, "the values do not fit the settings"),
    ("sdk_keys", [], "config and environment .* does not exist there"),
    ("limits", {"products": "many"}, r"limits\.products"),
    ("limits", {"more": 1}, "more"),
    ("surprise", 1, "surprise"),
]


@pytest.mark.parametrize(("name", "value", "problem"), DAMAGES)
def test_a_damaged_state_is_refused_with_its_place_and_changes_nothing(
    name: str, value: object, problem: str
) -> None:
    emulator = loaded()
    before = emulator.snapshot()
    data: Any = {**copy.deepcopy(before), name: value}
    with pytest.raises(ConfigurationError, match=problem):
        emulator.restore(data)
    assert emulator.snapshot() == before


@pytest.mark.parametrize("seed", range(80 if IS_NIGHTLY else 4))
def test_any_damage_is_refused_whole_or_leaves_a_state_that_can_be_read(
    seed: int,
) -> None:
    emulator = loaded()
    before = emulator.snapshot()
    chance = random.Random(seed)
    refused = 0
    for _ in range(40):
        data: Any = copy.deepcopy(before)
        _damage(data, chance)
        state = emulator.snapshot()
        try:
            emulator.restore(data)
        except ConfigurationError:
            refused += 1
            assert emulator.snapshot() == state
        else:
            read_everything(emulator.state)
    assert refused > 10


def _damage(data: dict[str, Any], chance: random.Random) -> None:
    """Change one value somewhere, or drop or repeat an entry."""
    node: Any = data
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        child = node[key]
        if isinstance(child, dict | list) and child and chance.random() < 0.9:
            node = child
            continue
        break
    others = [None, True, 0, -1, 7.5, "", "x", [], {}, 2**70, [[]], {"a": 1}]
    match chance.choice(["replace", "drop", "repeat"]):
        case "drop":
            del node[key]
        case "repeat" if isinstance(node, list):
            node.append(copy.deepcopy(child))
        case _:
            node[key] = chance.choice(others)
