"""State as a value: saved, loaded, taken and put back, seeded."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from configcat_mgmt import ConfigurationError, ManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.seeding.seeds import seed
from configcat_mgmt.emulator.storage.state_file import dump_state

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def client_of(emulator: Emulator) -> ManagementClient:
    return ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    )


def test_a_saved_state_serves_the_same_answers_from_another_emulator(
    tmp_path: Path,
) -> None:
    first = Emulator(rate_policy=None)
    (product,) = first.seed(flags=30)
    first.save(tmp_path / "state.json")
    second = Emulator(rate_policy=None, username="other", password="else", seed=9)
    second.load(tmp_path / "state.json")
    answers: list[list[object]] = []
    for emulator in (first, second):
        with emulator, client_of(emulator) as client:
            configs = client.configs.get_configs(product)
            environments = client.environments.get_environments(product)
            found: list[object] = [configs, environments]
            found.append(client.segments.get_segments(product))
            found.append(client.audit_logs.get_auditlogs(product))
            for config in configs:
                found.append(client.settings.get_settings(config.config_id))
                for environment in environments:
                    place = (config.config_id, environment.environment_id)
                    found.append(client.sdk_keys.get_sdk_keys(*place))
                    if str(config.evaluation_version) == "v2":
                        values = client.setting_values_v2.get_setting_values_v2(*place)
                        found.append(values)
            answers.append(found)
    assert answers[0] == answers[1]
    assert len(answers[0]) > 20


def test_ids_go_on_after_loading_as_they_would_have_without() -> None:
    first, second = Emulator(rate_policy=None), Emulator(rate_policy=None)
    first.seed(flags=5)
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert first.seed(flags=3, seed=2) != []
    second.seed(flags=3, seed=2)
    assert set(first.state.settings) == set(second.state.settings)
    assert set(first.state.products) == set(second.state.products)


def test_reset_goes_back_to_the_beginning() -> None:
    emulator = Emulator(rate_policy=None)
    beginning = emulator.snapshot()
    emulator.seed(flags=10)
    assert emulator.snapshot() != beginning
    emulator.reset()
    assert emulator.snapshot() == beginning
    with emulator, client_of(emulator) as client:
        assert client.products.get_products() == []
        assert len(client.organizations.get_organizations()) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "not the state of an emulator"),
        ("[]", "not the state of an emulator"),
        ("not JSON", "not JSON"),
        ('{"kind": "configcat-mgmt emulator state", "format": 99}', "format 99"),
        ('{"kind": "configcat-mgmt emulator state", "format": 1}', "damaged"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_state_is_refused_and_changes_nothing(
    tmp_path: Path,
    text: str,
    problem: str,
) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    emulator = Emulator(rate_policy=None)
    emulator.seed(flags=3)
    before = emulator.snapshot()
    with pytest.raises(ConfigurationError, match=problem):
        emulator.load(path)
    assert emulator.snapshot() == before


def test_the_same_seed_makes_the_same_state_of_any_size() -> None:
    def made(**numbers: int) -> Emulator:
        emulator = Emulator(rate_policy=None, seed=5, clock=lambda: NOW)
        seed(emulator.state, **numbers)
        return emulator

    small = made(products=2, environments=4, configs=3, flags=20)
    assert len(small.state.products) == 2
    assert len(small.state.environments) == 8
    assert len(small.state.configs) == 6
    assert len(small.state.settings) == 40
    again = made(products=2, environments=4, configs=3, flags=20)
    assert dump_state(again.state) == dump_state(small.state)
    assert len(made(flags=600, configs=1).state.settings) == 600
    assert made(products=0).state.products == {}
