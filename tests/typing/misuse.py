"""Mistakes that type checkers must see; mypy complains about an ignore without need."""

from uuid import UUID

from configcat_mgmt import AsyncManagementClient, JsonPatch, ManagementClient, models

PRODUCT = UUID("08d86d63-2721-4da6-8c06-584521d516bc")


async def awaited(client: AsyncManagementClient) -> None:
    """Call the async client as it must not be called."""
    client.me.get_me()  # type: ignore[unused-coroutine]
    await client.tags.get_tag("7")  # type: ignore[arg-type]
    await client.tags.get_tags(7)  # type: ignore[arg-type]
    await client.tags.update_tag(7, {"name": "x"})  # type: ignore[arg-type]
    await client.tags.create_tag(PRODUCT)  # type: ignore[call-arg]
    await client.tags.update_tag(7, models.CreateTagModel(name="x"))  # type: ignore[arg-type]
    await client.settings.update_setting(7, models.ReplaceSettingModel(name="x"))  # type: ignore[arg-type]
    await client.environments.delete_environment(PRODUCT, True)  # type: ignore[call-arg]
    await client.audit_logs.get_auditlogs(PRODUCT, from_utc_date_time="now")  # type: ignore[arg-type]
    client.with_options(session=None)  # type: ignore[call-arg]


def blocking(client: ManagementClient) -> None:
    """Call the blocking client as it must not be called."""
    client.tags.get_tag("7")  # type: ignore[arg-type]
    client.tags.get_tag(7).tag_id = "8"  # type: ignore[assignment]
    client.tags.get_tag(7).colour  # type: ignore[attr-defined]  # noqa: B018
    client.tgas  # type: ignore[attr-defined]  # noqa: B018
    patched = client.setting_values_v2.update_setting_value_v2(PRODUCT, 7, JsonPatch())
    patched.read_only  # type: ignore[union-attr]  # noqa: B018
    with client as same:
        len(same)  # type: ignore[arg-type]


def made() -> None:
    """Make models as they must not be made."""
    models.CreateTagModel()  # type: ignore[call-arg]
    models.CreateTagModel("x")  # type: ignore[call-arg]
    models.CreateTagModel(name=None)  # type: ignore[arg-type]
    models.UpdateTagModel(nmae="x")  # type: ignore[call-arg]
    models.JsonPatchOperation(op="replace", path="/x")  # type: ignore[arg-type]
