"""How the async client is used; type checkers read this, nothing runs it."""

from datetime import UTC, datetime
from typing import assert_type
from uuid import UUID

from configcat_mgmt import (
    OPERATIONS,
    UNSET,
    ApiError,
    AsyncManagementClient,
    CallEvent,
    Credentials,
    Hooks,
    JsonPatch,
    Operation,
    Options,
    RateLimitError,
    RawResponse,
    UnknownOutcome,
    from_json,
    models,
    to_json,
    values,
)
from configcat_mgmt.json_value import JsonValue

PRODUCT = UUID("08d86d63-2721-4da6-8c06-584521d516bc")


class Counter(Hooks):
    """Hooks of a program."""

    def call_finished(self, event: CallEvent) -> None:
        """Look at what is told."""
        assert_type(event.operation_id, str)
        assert_type(event.status, int | None)
        assert_type(event.waited_seconds, float)


async def clients() -> None:
    """Make clients in every way there is."""
    options = Options(limits=((20, 1), (500, 60)), share=0.5, hooks=Counter())
    async with AsyncManagementClient("user", "password", options=options) as client:
        assert_type(client, AsyncManagementClient)
        assert_type(client.with_options(max_attempts=1), AsyncManagementClient)
        assert_type(client.options, Options)
        assert_type(client.closed, bool)
    credentials = Credentials.from_environment()
    await AsyncManagementClient(credentials=credentials).close()


async def reading(client: AsyncManagementClient) -> None:
    """Read lists, single things and what is nested in them."""
    assert_type(await client.me.get_me(), models.MeModel)
    tags = await client.tags.get_tags(PRODUCT)
    assert_type(tags, list[models.TagModel])
    assert_type(tags[0].tag_id, int)
    assert_type(tags[0].color, str | None)
    assert_type(tags[0].product.product_id, UUID)
    assert_type(await client.tags.get_tags(str(PRODUCT)), list[models.TagModel])
    setting = await client.settings.get_setting(7)
    assert_type(setting.created_at, datetime | None)
    assert_type(setting.setting_type, models.SettingType)
    logs = await client.audit_logs.get_auditlogs(
        PRODUCT,
        audit_log_type="configCreated",
        from_utc_date_time=datetime.now(UTC),
    )
    assert_type(logs[0].audit_log_type_enum, models.AuditLogType)
    stale = await client.stale_flags.get_staleflags(
        PRODUCT,
        scope=models.StaleFlagReminderScope.ALL,
        ignored_tag_ids=(1, 2),
    )
    assert_type(stale.configs[0].settings[0].key, str)
    integrations = await client.integrations.get_integrations(PRODUCT)
    assert_type(integrations.integrations, list[models.IntegrationModel])


async def writing(client: AsyncManagementClient) -> None:
    """Create, change and delete."""
    body = models.CreateTagModel(name="release")
    assert_type(await client.tags.create_tag(PRODUCT, body), models.TagModel)
    change = models.UpdateTagModel(name=UNSET, color=None)
    assert_type(await client.tags.update_tag(1, body=change), models.TagModel)
    if change.name:
        assert_type(change.name, str)
    change.color = "panther"
    await client.tags.delete_tag(1)
    await client.environments.delete_environment(PRODUCT, cleanup_audit_logs=True)
    await client.integration_links.jira_connect(None)
    link = await client.integration_links.add_or_update_integration_link(
        PRODUCT, 7, "jira", "KEY-1"
    )
    assert_type(link, models.IntegrationLinkModel)


async def patching(client: AsyncManagementClient) -> None:
    """Patch, where the answer may be nothing."""
    patch = JsonPatch().replace(("defaultValue", "boolValue"), True).remove("/hint")
    assert_type(patch, JsonPatch)
    formula = await client.setting_values_v2.update_setting_value_v2(PRODUCT, 7, patch)
    assert_type(formula, models.SettingFormulaModel | None)
    value = await client.setting_values.update_setting_value_by_sdkkey(
        "key",
        [models.JsonPatchOperation(op=models.OperationType.REMOVE, path="/value")],
        sdk_key="sdk key",
        reason="tidy",
    )
    assert_type(value, models.SettingValueModel | None)
    assert_type(await client.settings.update_setting(7, patch), models.SettingModel)


async def values_of_settings(client: AsyncManagementClient) -> None:
    """Turn what was read into what is written."""
    formula = await client.setting_values_v2.get_setting_value_v2(PRODUCT, 7)
    assert_type(formula, models.SettingFormulaModel)
    update = values.to_update(formula)
    assert_type(update, models.UpdateEvaluationFormulaModel)
    update.default_value = values.make_value(0.5, setting_type="double")
    assert_type(values.make_value(variation_id=PRODUCT), models.UpdateValueModel)
    assert_type(values.plain_value(formula.default_value), bool | str | int | float)
    await client.setting_values_v2.replace_setting_value_v2(PRODUCT, 7, update)
    old = await client.setting_values.get_setting_value(PRODUCT, 7)
    assert_type(old.value, bool | str | int | float)
    assert_type(values.to_update(old), models.UpdateSettingValueModel)
    batch = values.to_batch_update(old)
    assert_type(batch, models.UpdateSettingValueWithSettingIdModel)


async def beneath(client: AsyncManagementClient) -> None:
    """Call by id and by path, and go to JSON and back."""
    assert_type(await client.call_raw("get-tag", tag_id=1), RawResponse)
    raw = await client.request("GET", "/v2/later", query={"page": 2})
    assert_type(raw.status, int)
    plain = await client.call("update-tag", tag_id=1, body={"name": "x"})
    assert_type(plain, JsonValue)
    assert_type(to_json(plain), JsonValue)
    assert_type(from_json(plain, models.TagModel), models.TagModel)
    assert_type(from_json(plain, list[models.TagModel]), list[models.TagModel])
    assert_type(OPERATIONS["get-tag"], Operation[object])


async def refusals(client: AsyncManagementClient) -> None:
    """Look at what errors hold."""
    try:
        await client.me.get_me()
    except RateLimitError as error:
        assert_type(error.retry_after_seconds, float | None)
        assert_type(error.reset_at, datetime | None)
    except ApiError as error:
        assert_type(error.status, int)
        assert_type(error.messages, dict[str, list[str]])
    except UnknownOutcome as error:
        assert_type(await client.find_created(error), list[object])
