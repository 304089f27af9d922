"""Tests of how models with long lists look in `repr`."""

from typing import get_args, get_origin

import attrs
import pytest

from configcat_mgmt import from_json, models
from configcat_mgmt.model_repr import SHOWN_CHARACTERS, shortened
from configcat_mgmt.unset import UNSET, hidden

RECORDS = [
    kind
    for kind in (getattr(models, name) for name in models.__all__)
    if isinstance(kind, type) and attrs.has(kind)
]


class Item:
    """An item that counts how often it is shown."""

    shown = 0

    def __repr__(self) -> str:
        """Count."""
        Item.shown += 1
        return "x" * 50


@pytest.mark.parametrize("value", [[], [1, "a"], {}, {"a": [1]}, None, "a" * 500])
def test_short_lists_and_dicts_look_as_ever(value: object) -> None:
    assert shortened(value) == repr(value)


def test_a_long_list_or_dict_shows_its_first_items_and_how_many_follow() -> None:
    Item.shown = 0
    first = ", ".join(["x" * 50] * 4)
    assert shortened([Item() for _ in range(1000)]) == f"[{first}, ... 996 more]"
    assert Item.shown == 5
    pairs = dict.fromkeys(range(10, 60), "y" * 44)
    assert shortened(pairs) == f"{{{', '.join(_pairs(10, 14))}, ... 46 more}}"


def _pairs(start: int, end: int) -> list[str]:
    return [f"{key}: '{'y' * 44}'" for key in range(start, end)]


def test_the_start_of_a_first_item_that_is_too_long_alone_is_shown() -> None:
    start = "z" * (SHOWN_CHARACTERS - 1)
    assert shortened(["z" * 1000, 1]) == f"['{start}..., ... 1 more]"


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_list_and_dict_of_every_model_is_shortened(
    kind: type[attrs.AttrsInstance],
) -> None:
    for field in attrs.fields(kind):
        options = (field.type, *get_args(field.type))
        if any(get_origin(option) in (list, dict) for option in options):
            assert field.repr in (shortened, hidden)
            # test_a_secret_field_is_not_shown says which ones are secret.
            assert field.repr is shortened or field.name == "parameters"


def test_a_response_of_a_thousand_values_fits_on_a_screen() -> None:
    value = dict.fromkeys(["boolValue", "stringValue", "intValue", "doubleValue"])
    formula = {
        "defaultValue": value,
        "targetingRules": [{"conditions": [], "percentageOptions": [], "value": value}]
        * 50,
        "setting": {"settingId": 1, "key": "k", "settingType": "boolean"},
    }
    answer = from_json(
        {"settingFormulas": [formula] * 1000},
        models.ConfigSettingFormulasModel,
    )
    assert len(repr(answer)) < 1000
    assert "... 999 more], feature_flag_limitations=None" in repr(answer)
    assert "... 49 more]" in repr(answer.setting_formulas[0])


def test_secrets_in_lists_stay_hidden_and_unset_shows() -> None:
    header = models.WebhookHeaderModel(key="k", value="hunter2", is_secure=True)
    body = models.WebHookRequestModel(url="https://a", web_hook_headers=[header])
    assert "hunter2" not in repr(body)
    assert "web_hook_headers=[WebhookHeaderModel(key='k'" in repr(body)
    without = models.WebHookRequestModel(url="https://a")
    assert f"web_hook_headers={UNSET!r}" in repr(without)
