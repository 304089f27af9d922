"""Responses of the service, kept as files, are read with their meaning."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from configcat_mgmt import (
    OPERATIONS,
    BadRequestError,
    DecodeError,
    RateLimitError,
    from_json,
    models,
    to_json,
)
from configcat_mgmt.api.operations.audit_logs import (
    GET_AUDITLOGS,
    GET_ORGANIZATION_AUDITLOGS,
)
from configcat_mgmt.api.operations.tags import GET_TAGS
from configcat_mgmt.core.decode_response import read_hal, read_plain
from configcat_mgmt.core.exchange import Answer
from configcat_mgmt.core.hal import flatten
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.values import plain_value
from tests.documents import normal
from tests.schema import described, strict_json

FOLDER: Final = Path(__file__).parent
ANSWERS: Final = {
    "audit_logs": "get-auditlogs",
    "config_values_v1": "get-setting-values",
    "integrations": "get-integrations",
    "organization_members_v2": "get-organization-members-v2",
    "permission_group": "get-permission-group",
    "products": "get-products",
    "proxy_profile": "get-proxy-profile",
    "setting_formula_v2": "get-setting-value-v2",
    "setting_value_v1": "get-setting-value",
    "settings": "get-settings",
    "stale_flags": "get-staleflags",
    "tags": "get-tags",
}
"""Which operation answers so."""
OTHERS: Final = {
    "audit_logs_paged.json",
    "error_400.json",
    "error_400_problem.json",
    "error_429.txt",
    "tag_hal.json",
}
ENVIRONMENT: Final = UUID("08d86d63-26dc-4276-86d6-eae122660e51")


def text(name: str) -> bytes:
    """Return an example as it would come."""
    return (FOLDER / name).read_bytes()


def answer(name: str) -> Any:  # noqa: ANN401 - of whatever model the operation has
    """Read an example like an answer of its operation."""
    return read_plain(OPERATIONS[ANSWERS[name]], Answer(200, {}, text(f"{name}.json")))


def test_every_example_is_looked_at() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in (".json", ".txt")}
    assert files == {f"{name}.json" for name in ANSWERS} | OTHERS


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_described_fields_survive_reading_and_writing(name: str) -> None:
    sent = strict_json(text(f"{name}.json"))
    schema = described().endpoints[ANSWERS[name]].answers[200] or {}
    assert described_part(normal(to_json(answer(name))), normal(sent), schema)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_example_is_read_as_the_model_of_its_operation(name: str) -> None:
    schema = described().endpoints[ANSWERS[name]].answers[200] or {}
    read = answer(name)
    if "items" in schema:
        assert isinstance(read, list)
        schema, read = schema["items"], read[0]
    assert type(read).__name__ == described().name_of(schema)


def described_part(mine: Any, sent: Any, schema: Any) -> bool:  # noqa: ANN401
    """Whether all described fields of the data that was sent came back equal."""
    schema = described().resolve(schema)
    if sent is None or "properties" not in {**schema, **schema.get("items", {})}:
        items = schema.get("items")
        if isinstance(sent, list) and items and "$ref" in items:
            return all(
                described_part(a, b, items) for a, b in zip(mine, sent, strict=True)
            )
        return bool(mine == sent)
    return all(
        described_part(mine[name], sent[name], field)
        for name, field in schema["properties"].items()
        if name in sent
    )


def test_tags() -> None:
    first, second = answer("tags")
    assert isinstance(first, models.TagModel)
    assert (first.tag_id, first.name, first.color) == (61, "release", "panther")
    assert (second.tag_id, second.name, second.color) == (2**63 - 1, "", None)
    assert second.product == first.product
    assert first.product.organization.name == "Żółw & Söhne"
    assert first.product.description is None
    assert not hasattr(second, "usage_count")


def test_products() -> None:
    first, second = answer("products")
    # The same id in upper case, and a whole number that came as a decimal one.
    assert second.product_id == UUID("08d86d63-2721-4da6-8c06-584521d516bd")
    assert (second.order, type(second.order)) == (1, int)
    assert second.description == 'Line one\nLine "two" \u2028 \\ 😀'
    assert first.reason_required is False


def test_settings() -> None:
    flag, banner = answer("settings")
    assert flag.setting_id == 2**31 - 1
    assert flag.setting_type is models.SettingType.BOOLEAN
    # Python has microseconds: the seventh digit is cut off, not rounded into March.
    last_moment = datetime(2024, 2, 29, 23, 59, 59, 999999, UTC)
    assert flag.created_at == last_moment
    assert (flag.hint, banner.hint) == (None, "")
    assert [tag.name for tag in flag.tags] == ["release"]
    assert banner.created_at is None
    assert banner.setting_type == "json"
    assert not banner.setting_type.is_known
    (variation,) = banner.predefined_variations
    assert plain_value(variation.value) == ""


def test_a_formula_with_every_kind_of_condition() -> None:
    formula = answer("setting_formula_v2")
    assert formula.default_value.double_value == 3.0
    assert isinstance(formula.default_value.double_value, float)
    rule, split = formula.targeting_rules
    assert rule.value.double_value == 0.1
    emails, age, version, since, mood, segment, flag = rule.conditions
    listed = emails.user_condition.comparison_value.list_value
    assert [(item.value, item.hint) for item in listed] == [
        ("a@example.com", None),
        ("b@example.com", "the other one"),
    ]
    assert emails.user_condition.comparator is models.UserComparator.IS_ONE_OF
    assert age.user_condition.comparison_value.double_value == 18.0
    assert age.segment_condition is None
    assert version.user_condition.comparison_value.string_value == "2.0.0-beta.1"
    assert since.user_condition.comparison_value.double_value == 1767225600.5
    assert mood.user_condition.comparator == "resembles"
    assert not mood.user_condition.comparator.is_known
    assert segment.user_condition is None
    assert segment.segment_condition.comparator is models.SegmentComparator.IS_NOT_IN
    prerequisite = flag.prerequisite_flag_condition
    assert prerequisite.prerequisite_setting_id == 71
    assert plain_value(prerequisite.prerequisite_comparison_value) is False
    assert split.conditions == []
    assert split.value is None
    shares = [option.percentage for option in split.percentage_options]
    assert shares == [33, 67]
    by_id = split.percentage_options[1].value
    assert by_id.double_value is None
    assert by_id.predefined_variation_id == UUID("9f2c2a6b-6c0e-4d8b-8f3e-4b1f0a0c1d2e")


def test_the_fields_around_a_formula() -> None:
    formula = answer("setting_formula_v2")
    moment = datetime(2026, 5, 4, 10, 11, 12, 123456, UTC)
    assert formula.updated_at == moment
    assert formula.updated_at.utcoffset() == timedelta(0)
    assert formula.percentage_evaluation_attribute is None
    assert formula.setting_ids_where_prerequisite == [73, 74]
    kinds = [link.integration_link_type for link in formula.integration_links]
    assert kinds == ["jira", "linear"]
    assert [kind.is_known for kind in kinds] == [True, False]
    assert formula.environment.environment_id == ENVIRONMENT
    assert formula.config.evaluation_version is models.EvaluationVersion.V2
    assert formula.feature_flag_limitations.max_targeting_rule_count == 2**31 - 1


def test_a_value_of_a_v1_config_with_rules() -> None:
    value = answer("setting_value_v1")
    assert value.value == "hello"
    by_country, by_segment = value.rollout_rules
    assert by_country.comparator is models.RolloutRuleComparator.IS_ONE_OF
    assert by_country.comparison_value == "PL, HU"
    assert by_country.value == "cześć"
    assert by_country.segment_id is None
    assert by_segment.comparator is None
    assert by_segment.segment_comparator is models.SegmentComparator.IS_IN
    assert [item.percentage for item in value.rollout_percentage_items] == [40, 60]
    assert value.read_only is True
    created = value.setting.created_at
    assert created == datetime(2019, 11, 7, 6, 0, 0, 100000, UTC)
    migrated = UUID("08d86d63-272c-4355-8027-4b52787bc1be")
    assert value.config.migrated_config_id == migrated


def test_the_values_of_a_v1_config_keep_their_types() -> None:
    values = [item.value for item in answer("config_values_v1").setting_values]
    assert values == [False, -(2**31), 1e-7, 3, ""]
    assert [type(value) for value in values] == [bool, int, float, int, str]


def test_an_audit_log_with_an_event_that_came_later() -> None:
    later, earlier = answer("audit_logs")
    assert later.audit_log_id == 8_123_456_789_012
    assert later.audit_log_type_enum == "inventedLater"
    assert not later.audit_log_type_enum.is_known
    assert later.change_set_id is None
    assert later.audit_log_date_time == datetime(2026, 8, 1, tzinfo=UTC)
    assert later.details == '{"before":null}'
    assert earlier.audit_log_type_enum.is_known
    assert earlier.truncated is True
    assert earlier.change_set_id == UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
    assert earlier.user_email is earlier.why is earlier.details is None


def test_a_paged_audit_log_is_not_taken_for_a_list() -> None:
    data = strict_json(text("audit_logs_paged.json"))
    with pytest.raises(DecodeError, match=r"expected a list, got an object"):
        from_json(data, list[models.AuditLogItemModel])
    (item,) = from_json(data["data"], list[models.AuditLogItemModel])
    assert item.audit_log_id == 1


def paged(*data: object, **paging: object) -> bytes:
    """Return a page of audit logs with other items, or with other paging."""
    page = json.loads(text("audit_logs_paged.json"))
    page["paging"].update(paging)
    return json.dumps({**page, **({"data": data[0]} if data else {})}).encode()


AUDIT_LOGS: Final = (
    GET_AUDITLOGS,
    GET_ORGANIZATION_AUDITLOGS,
)


@pytest.mark.parametrize("operation", AUDIT_LOGS, ids=lambda one: one.id)
def test_a_page_of_audit_logs_is_read_as_the_list_of_its_items(
    operation: Operation[list[models.AuditLogItemModel]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (item,) = read_plain(operation, Answer(200, {}, paged()))
    assert item.audit_log_id == 1
    assert item.audit_log_date_time == datetime(2026, 7, 31, 22, tzinfo=UTC)
    with_links = json.dumps({"_embedded": json.loads(paged()), "_links": {}}).encode()
    assert read_hal(operation, Answer(200, {}, with_links)) == [item]
    plain = read_plain(operation, Answer(200, {}, text("audit_logs.json")))
    assert plain == answer("audit_logs")
    assert read_plain(operation, Answer(200, {}, paged(None))) == []
    assert read_plain(operation, Answer(200, {}, paged([]))) == []
    assert caplog.records == []


@pytest.mark.parametrize("operation", AUDIT_LOGS, ids=lambda one: one.id)
def test_a_first_page_of_several_is_reported(
    operation: Operation[list[models.AuditLogItemModel]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = Answer(200, {}, paged(totalPages=3, hasNext=True))
    assert len(read_plain(operation, first)) == 1
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage() == (
        f"{operation.id} returned the first of several pages: narrow the time span"
    )


@pytest.mark.parametrize(
    "body",
    [b'{"paging": null}', b"{}", b'{"data": {}}', b'{"data": 0}', b"null", b'"data"'],
)
def test_audit_logs_that_are_neither_list_nor_page_are_refused(
    body: bytes,
) -> None:
    with pytest.raises(DecodeError, match="expected a list"):
        read_plain(AUDIT_LOGS[0], Answer(200, {}, body))


def test_other_lists_are_never_paged() -> None:
    marked = {one.id for one in OPERATIONS.values() if one.may_be_paged}
    assert marked == {one.id for one in AUDIT_LOGS}
    tags = b'{"data": ' + text("tags.json") + b"}"
    with pytest.raises(DecodeError, match="expected a list, got an object"):
        read_plain(GET_TAGS, Answer(200, {}, tags))


def test_stale_flags() -> None:
    product = answer("stale_flags")
    full, empty = product.configs
    (setting,) = full.settings
    assert (setting.key, setting.hint, setting.has_code_references) == (
        ("oldFlag", None, False)
    )
    stale, fresh = setting.setting_values
    assert (stale.environment_id, stale.is_stale) == (ENVIRONMENT, True)
    assert stale.updated_at == datetime(2025, 12, 24, 18, 30, 0, 500000, UTC)
    assert (fresh.updated_at, fresh.is_stale) == (None, False)
    assert [(tag.tag_id, tag.setting_tag_id) for tag in setting.tags] == [(61, 501)]
    assert empty.settings == []
    assert empty.evaluation_version == "v3"
    assert [e.name for e in product.environments] == ["Production", "Test"]


def test_members_of_an_organization() -> None:
    members = answer("organization_members_v2")
    assert [admin.full_name for admin in members.admins] == ["Kim Ó Briain"]
    assert members.billing_managers == []
    (member,) = members.members
    assert member.user_id == "google-oauth2|1/2"
    assert member.two_factor_enabled is False
    groups = [permission.permission_group for permission in member.permissions]
    assert [group.permission_group_id for group in groups] == [30, 31]


def test_a_permission_group() -> None:
    group = answer("permission_group")
    assert group.access_type is models.AccessType.CUSTOM
    assert group.new_environment_access_type is models.EnvironmentAccessType.NONE
    assert group.can_disable_2fa is True
    assert group.can_rotate_sdk_key is False
    full, lacking = group.environment_accesses
    assert (full.environment_id, full.name) == (ENVIRONMENT, "Production")
    assert full.environment_access_type is models.EnvironmentAccessType.READ_ONLY
    # The second environment came with its essential fields only.
    assert lacking.environment_access_type is models.EnvironmentAccessType.FULL
    assert lacking.name is lacking.order is lacking.reason_required is None


def test_integrations_and_their_secrets() -> None:
    metrics, chat = answer("integrations").integrations
    assert metrics.parameters == {"apikey": "0123456789abcdef", "site": "Eu"}
    assert "0123456789abcdef" not in repr(metrics)
    assert chat.parameters is None
    assert chat.integration_type is models.IntegrationType.SLACK
    assert (metrics.environment_ids, chat.environment_ids) == ([], [ENVIRONMENT])


def test_a_proxy_profile() -> None:
    profile = answer("proxy_profile")
    preferences = profile.connection_preferences
    assert preferences.sdk_poll_interval == 60
    assert preferences.webhook_notification.signing_key2 is None
    assert "configcat_proxy_wh_1" not in repr(profile)
    include, other = profile.sdk_key_selection_rules
    assert include.kind is models.SelectionRuleKind.INCLUDE
    assert include.config_name_match_filter == "^Main"
    assert other.kind == "prefer"


def test_a_tag_with_links() -> None:
    tag = from_json(flatten(strict_json(text("tag_hal.json"))), models.TagModel)
    assert tag == answer("tags")[0]


def test_the_problems_by_field_of_a_refusal() -> None:
    error = BadRequestError("create-tag", 400, body=text("error_400.json").decode())
    assert error.messages["name"][0] == "The name 'release' is already in use."
    assert len(error.messages["name"]) == 2
    assert error.messages[""] == ["Something that belongs to no field."]
    assert "already in use" in str(error)


def test_a_refusal_of_another_form_still_says_something() -> None:
    body = text("error_400_problem.json").decode()
    error = BadRequestError("create-tag", 400, body=body)
    assert "The Key field is required." in str(error)
    refused = RateLimitError("get-tags", 429, body=text("error_429.txt").decode())
    assert refused.messages == {}
    assert "quota exceeded" in str(refused)
