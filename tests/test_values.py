"""Tests of going between plain Python values and models of values."""

from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.api.model_index import (
    CreatePredefinedVariationValueModel,
    PredefinedVariationValueModel,
    SettingType,
    SettingValueType,
    UpdatePredefinedVariationValueModel,
    UpdateValueModel,
    ValueModel,
)
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.errors import ConfigurationError, RequestBuildError
from configcat_mgmt.values import (
    TypedValue,
    make_value,
    plain_value,
)

VARIATION = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("value", "model"),
    [
        (True, UpdateValueModel(bool_value=True)),
        (False, UpdateValueModel(bool_value=False)),
        ("", UpdateValueModel(string_value="")),
        (1, UpdateValueModel(int_value=1)),
        (0, UpdateValueModel(int_value=0)),
        (1.0, UpdateValueModel(double_value=1.0)),
    ],
)
def test_the_python_type_chooses_the_member(
    value: SettingValueType,
    model: UpdateValueModel,
) -> None:
    made = make_value(value)
    assert made == model
    assert to_json(made) == to_json(model)
    assert type(next(iter(cast("dict[str, object]", to_json(made)).values()))) is type(
        value
    )


def test_a_whole_number_becomes_a_double_if_the_setting_is_one() -> None:
    made = make_value(3, setting_type=SettingType.DOUBLE)
    assert made == UpdateValueModel(double_value=3.0)
    assert isinstance(made.double_value, float)
    assert make_value(-(2**53), setting_type="double").double_value == -(2.0**53)


@pytest.mark.parametrize(
    ("value", "setting_type"),
    [(True, "boolean"), ("a", "string"), (5, "int"), (2.5, "double")],
)
def test_the_setting_type_may_be_given_as_text(
    value: SettingValueType,
    setting_type: str,
) -> None:
    assert make_value(value, setting_type=setting_type) == make_value(value)


@pytest.mark.parametrize(
    ("value", "setting_type", "reason"),
    [
        (1, "boolean", "a whole number is not a value for a setting of type boolean"),
        ("true", "boolean", "text is not a value"),
        (True, "string", "a boolean is not a value for a setting of type string"),
        (True, "int", "a boolean is not a value"),
        (True, "double", "a boolean is not a value"),
        (1.0, "int", "a number is not a value for a setting of type int"),
        ("1", "int", "text is not a value"),
        ("1", "double", "text is not a value"),
        (1, "later", "a whole number is not a value for a setting of type later"),
        (None, None, "null is not a value for a setting"),
        ([], None, "a list is not a value"),
        (2**31, None, "32 bits"),
        (-(2**31) - 1, "int", "32 bits"),
        (float("nan"), None, "finite"),
        (float("inf"), "double", "finite"),
        (2**53 + 1, "double", "exact"),
        (10**400, "double", "exact"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    value: SettingValueType,
    setting_type: str | None,
    reason: str,
) -> None:
    with pytest.raises(RequestBuildError, match="make_value was not sent") as caught:
        make_value(value, setting_type=setting_type)
    assert reason in str(caught.value)


def test_the_ends_of_an_int_fit() -> None:
    assert make_value(2**31 - 1).int_value == 2**31 - 1
    assert make_value(-(2**31)).int_value == -(2**31)


@pytest.mark.parametrize("variation", [VARIATION, UUID(VARIATION), VARIATION.upper()])
def test_a_variation_is_named_by_its_id_alone(variation: UUID | str) -> None:
    made = make_value(variation_id=variation)
    assert to_json(made) == {"predefinedVariationId": VARIATION}


def test_a_variation_excludes_a_value() -> None:
    with pytest.raises(RequestBuildError, match="either a value or a variation_id"):
        make_value(True, variation_id=VARIATION)  # type: ignore[call-overload]
    with pytest.raises(RequestBuildError, match="either a value or a variation_id"):
        make_value(setting_type="int", variation_id=VARIATION)  # type: ignore[call-overload]


@pytest.mark.parametrize("variation", ["", "1", 5])
def test_a_variation_without_a_uuid_is_refused(variation: str) -> None:
    with pytest.raises(RequestBuildError, match="not a UUID"):
        make_value(variation_id=variation)


def test_an_absent_value_is_refused() -> None:
    with pytest.raises(RequestBuildError, match="not a value for a setting"):
        make_value()  # type: ignore[call-overload]


@given(
    st.booleans()
    | st.text()
    | st.integers(-(2**31), 2**31 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
)
def test_a_plain_value_survives_the_way_there_and_back(value: SettingValueType) -> None:
    back = plain_value(make_value(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "model",
    [
        ValueModel(None, None, 0, None, None),
        ValueModel(None, None, 0, None, UUID(VARIATION)),
        UpdateValueModel(int_value=0, string_value=None),
        PredefinedVariationValueModel(None, None, 0, None),
        UpdatePredefinedVariationValueModel(int_value=0),
        CreatePredefinedVariationValueModel(int_value=0),
    ],
)
def test_the_plain_value_of_every_kind_of_model_is_found(model: TypedValue) -> None:
    assert plain_value(model) == 0
    assert type(plain_value(model)) is int


def test_a_double_is_plain_as_float() -> None:
    assert type(plain_value(UpdateValueModel(double_value=1))) is float


def test_a_model_without_a_value_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="UpdateValueModel has no member set"):
        plain_value(UpdateValueModel())
    with pytest.raises(
        ConfigurationError, match="PredefinedVariationValueModel has no"
    ):
        plain_value(PredefinedVariationValueModel(None, None, None, None))


def test_a_model_with_two_values_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"more than one.*: bool_value, int_value"
    ):
        plain_value(UpdateValueModel(bool_value=False, int_value=0))


def test_a_variation_alone_says_where_its_value_stands() -> None:
    with pytest.raises(
        ConfigurationError, match="the setting's predefined_variations hold the value"
    ):
        plain_value(make_value(variation_id=VARIATION))
