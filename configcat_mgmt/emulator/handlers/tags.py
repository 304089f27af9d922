"""Tags of settings."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CreateTagModel,
    SettingModel,
    TagModel,
    UpdateTagModel,
)
from configcat_mgmt.api.operations import tags as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or
from configcat_mgmt.emulator.domain.lifecycle import remove_tag
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.records import Tag
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import setting_view, tag_view


@handles(operations.GET_TAGS)
def get_tags(state: State, product_id: UUID) -> list[TagModel]:
    """List the tags of a product, oldest first."""
    product = state.product(product_id)
    return [tag_view(state, tag) for tag in state.tags_of(product)]


@handles(operations.CREATE_TAG)
def create_tag(state: State, product_id: UUID, body: CreateTagModel) -> TagModel:
    """Create a tag; its name must be new in the product."""
    product = state.product(product_id)
    access.require(state, product, "can_create_or_update_tag")
    require_unique(body.name, state.tags_of(product), "tag")
    number = state.identifiers.number("tag")
    tag = Tag(number, product_id, body.name, given(body.color))
    state.tags[tag.tag_id] = tag
    product.tag_ids.append(tag.tag_id)
    state.log(AuditLogType.TAG_ADDED, tag.name, product=product)
    return tag_view(state, tag)


@handles(operations.GET_SETTINGS_BY_TAG)
def get_settings_by_tag(state: State, tag_id: int) -> list[SettingModel]:
    """List the settings with a tag in all configs of its product."""
    tag = state.tag(tag_id)
    return [
        setting_view(state, setting)
        for config in state.configs_of(state.product_of(tag))
        for setting in state.settings_of(config)
        if tag_id in setting.tags
    ]


@handles(operations.GET_TAG)
def get_tag(state: State, tag_id: int) -> TagModel:
    """Show a tag."""
    return tag_view(state, state.tag(tag_id))


@handles(operations.UPDATE_TAG)
def update_tag(state: State, tag_id: int, body: UpdateTagModel) -> TagModel:
    """Change the fields that are present; null counts as absent."""
    tag = state.tag(tag_id)
    product = state.product_of(tag)
    access.require(state, product, "can_create_or_update_tag")
    name = given_or(body.name, tag.name)
    require_unique(name, state.tags_of(product), "tag", besides=tag)
    tag.name = name
    tag.color = given_or(body.color, tag.color)
    state.log(AuditLogType.TAG_CHANGED, tag.name, product=product)
    return tag_view(state, tag)


@handles(operations.DELETE_TAG)
def delete_tag(state: State, tag_id: int) -> None:
    """Delete a tag, also from the settings that carry it."""
    tag = state.tag(tag_id)
    product = state.product_of(tag)
    access.require(state, product, "can_delete_tag")
    remove_tag(state, tag_id)
    state.log(AuditLogType.TAG_REMOVED, tag.name, product=product)
