"""Names of the description become the Python names users expect."""

import pytest

from configcat_mgmt.codegen import naming


@pytest.mark.parametrize(
    ("wire_name", "expected"),
    [
        ("name", "name"),
        ("tagId", "tag_id"),
        ("settingKeyOrId", "setting_key_or_id"),
        ("canDisable2FA", "can_disable_2fa"),
        ("signingKey1", "signing_key1"),
        ("key1", "key1"),
        ("key1Value", "key1_value"),
        ("webHookHeaders", "web_hook_headers"),
        ("urlOfSDKKey", "url_of_sdk_key"),
        ("fromUtcDateTime", "from_utc_date_time"),
        ("X-CONFIGCAT-SDKKEY", "x_configcat_sdkkey"),
        ("get-organization-members-v2", "get_organization_members_v2"),
        ("from", "from_"),
        ("class", "class_"),
    ],
)
def test_wire_names_become_snake_case(wire_name: str, expected: str) -> None:
    assert naming.snake_case(wire_name) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("isOneOf", "IS_ONE_OF"),
        ("dataDog", "DATA_DOG"),
        ("v2", "V2"),
        ("int", "INT"),
        ("semVerLessOrEquals", "SEM_VER_LESS_OR_EQUALS"),
        ("update-setting-value-v2", "UPDATE_SETTING_VALUE_V2"),
    ],
)
def test_enum_values_and_operation_ids_become_upper_case(
    value: str,
    expected: str,
) -> None:
    assert naming.upper_case(value) == expected


@pytest.mark.parametrize(
    ("group", "expected"),
    [("me", "Me"), ("sdk_keys", "SdkKeys"), ("setting_values_v2", "SettingValuesV2")],
)
def test_groups_become_class_names(group: str, expected: str) -> None:
    assert naming.class_case(group) == expected


@pytest.mark.parametrize("taken", sorted(naming.RESERVED_FIELDS))
def test_a_field_does_not_hide_a_name_that_annotations_use(taken: str) -> None:
    assert naming.field_name(taken) == f"{taken}_"


@pytest.mark.parametrize("taken", sorted(naming.RESERVED_ARGUMENTS))
def test_an_argument_does_not_take_a_name_of_the_method_itself(taken: str) -> None:
    assert naming.argument_name(taken) == f"{taken}_"
