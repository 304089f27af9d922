"""Everything that a product holds, with names in place of ids, to compare two of them.

Read from the emulator's state without any call, so that calls can be counted.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.records import Config, Product
from configcat_mgmt.emulator.domain.state import State

UNLIKE: Final = {
    "created_at",
    "creator_id",
    "members",
    "migrated_config_id",
    "permission_group_id",
    "setting_id",
    "signing_key1",
    "signing_key2",
    "tag_id",
    "tags",
    "updated_at",
    "updater_id",
    "variation_id",
    "version_id",
    "webhook_id",
}
"""Fields that differ between products that are alike, or that are shown otherwise."""


def product_named(emulator: Emulator, name: str) -> Product:
    """Return the one product of a name."""
    (product,) = products_named(emulator, name)
    return product


def products_named(emulator: Emulator, name: str) -> list[Product]:
    """Return all products of a name."""
    products = emulator.state.products.values()
    return [product for product in products if product.name == name]


def names_by_id(emulator: Emulator, product: Product) -> dict[tuple[str, str], str]:
    """Return what the things in a product are called, by kind and id."""
    state = emulator.state
    configs = [state.configs[one] for one in product.config_ids]
    settings = [state.settings[n] for one in configs for n in one.setting_ids.values()]
    names: dict[tuple[str, object], str] = {
        ("product", product.product_id): product.name
    }
    kinds = (
        ("environment", product.environment_ids, state.environments),
        ("tag", product.tag_ids, state.tags),
        ("permission_group", product.permission_group_ids, state.permission_groups),
        ("segment", product.segment_ids, state.segments),
        ("config", product.config_ids, state.configs),
        ("integration", product.integration_ids, state.integrations),
    )
    for kind, ids, records in kinds:
        names |= {(kind, one): records[one].name for one in ids}
    for webhook in state.webhooks.values():
        if webhook.config_id in product.config_ids:
            names["webhook", webhook.webhook_id] = webhook.url
    for setting in settings:
        names["setting", setting.setting_id] = setting.key
        for one in setting.variations:
            names["variation", one.variation_id] = setting.key
    return {(kind, str(one)): name for (kind, one), name in names.items()}


def shape(emulator: Emulator, product: Product) -> list[str]:
    """Return a line for each thing that there is, sorted; twice for what is doubled."""
    state = emulator.state
    names = _names(state, product)
    return sorted(_replaced(line, names) for line in _lines(state, product))


def _lines(state: State, product: Product) -> Iterator[str]:
    yield f"preferences {product.preferences!r} {product.description!r}"
    yield from _all("environment", map(state.environments.get, product.environment_ids))
    yield from _all("tag", map(state.tags.get, product.tag_ids))
    yield from _all("segment", map(state.segments.get, product.segment_ids))
    for group_id in product.permission_group_ids:
        group = state.permission_groups[group_id]
        accesses = sorted(
            (state.environments[one].name, access.value)
            for one, access in group.environment_accesses.items()
            if group.access_type.value == "custom"
        )
        approvals = sorted(
            (state.environments[one].name, permission.value)
            for one, permission in group.environment_approvals.items()
            if group.approval_type.value == "custom"
        )
        rights = sorted(group.rights)
        yield (
            f"group {group.name} {rights} {group.access_type} "
            f"{group.new_environment_access_type} {accesses} {group.approval_type} "
            f"{group.new_environment_approval} {approvals}"
        )
    for config_id in product.config_ids:
        yield from _config_lines(state, product, state.configs[config_id])
    configs, environments = product.config_ids, product.environment_ids
    for webhook in state.webhooks.values():
        if webhook.config_id in configs:
            yield _line("webhook", webhook)
    yield from _all("integration", map(state.integrations.get, product.integration_ids))
    for link in state.integration_links:
        if link.environment_id in environments:
            key = state.settings[link.setting_id].key
            yield f"{_line('link', link)} {key}"
    for invitation in state.invitations.values():
        if invitation.product_id == product.product_id:
            group = state.permission_groups[invitation.permission_group_id]
            yield f"invitation {invitation.email} {group.name}"


def _config_lines(state: State, product: Product, config: Config) -> Iterator[str]:
    yield f"config {config.name} {config.description} {config.order} " + str(
        config.evaluation_version
    )
    for setting_id in config.setting_ids.values():
        setting = state.settings[setting_id]
        tags = sorted(state.tags[tag].name for tag in setting.tags)
        yield f"{_line('setting', setting)} {tags}"
        for environment_id in product.environment_ids:
            content = state.values[environment_id, setting_id].content
            numbers = {str(number): one.key for number, one in state.settings.items()}
            text = re.sub(
                r"setting_id=(\d+)",
                lambda match, numbers=numbers: f"setting={numbers[match[1]]}",
                repr(content),
            )
            yield f"value {config.name} {setting.key} {environment_id} {text}"


def _all(kind: str, records: Iterable[object]) -> Iterator[str]:
    for record in records:
        yield _line(kind, record)


def _line(kind: str, record: object) -> str:
    fields = {
        field.name: getattr(record, field.name)
        for field in attrs.fields(type(record))
        if field.name not in UNLIKE
    }
    if "variations" in fields:
        fields["variations"] = [
            (one.value, one.name, one.hint) for one in fields["variations"]
        ]
    return f"{kind} {fields}"


def _names(state: State, product: Product) -> dict[str, str]:
    names: dict[UUID, str] = {product.product_id: "the product"}
    for one in product.environment_ids:
        names[one] = state.environments[one].name
    for one in product.segment_ids:
        names[one] = state.segments[one].name
    for one in product.integration_ids:
        names[one] = state.integrations[one].name
    for config_id in product.config_ids:
        config = state.configs[config_id]
        names[config_id] = config.name
        for setting_id in config.setting_ids.values():
            for variation in state.settings[setting_id].variations:
                names[variation.variation_id] = f"{config.name} {variation.value}"
    return {str(one): name for one, name in names.items()}


def _replaced(line: str, names: dict[str, str]) -> str:
    pattern = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return re.sub(pattern, lambda match: names.get(match[0], match[0]), line)
