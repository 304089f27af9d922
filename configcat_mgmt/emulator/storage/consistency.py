"""Checks that the records of a state fit together, so that no request fails on them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, cast
from uuid import UUID

from configcat_mgmt.api.model_index import EvaluationVersion, SettingType
from configcat_mgmt.emulator.domain.evaluation import (
    Content,
    Formula,
    PlainValue,
    PrerequisiteCondition,
    Served,
    UserCondition,
)
from configcat_mgmt.emulator.domain.formulas import comparison_member
from configcat_mgmt.emulator.domain.identifiers import Counter
from configcat_mgmt.emulator.domain.records import (
    Config,
    Organization,
    Product,
    Setting,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.usage import segments_in, served_in

_TYPES: Final[Mapping[SettingType, type[PlainValue]]] = {
    SettingType.BOOLEAN: bool,
    SettingType.STRING: str,
    SettingType.INT: int,
    SettingType.DOUBLE: float,
}
_COMPARISON_TYPES: Final[Mapping[str, type]] = {
    "string_value": str,
    "double_value": float,
    "list_value": tuple,
}


class InconsistentError(ValueError):
    """A record names something that does not exist, or lacks something."""


def check(state: State) -> None:
    """Check every reference between the records of a state.

    Raises:
        InconsistentError: The text names the first record that does not fit.
    """
    _require(bool(state.users), "there is no user")
    _require(bool(state.organizations), "there is no organization")
    _check_owners(state)
    for organization in state.organizations.values():
        _check_organization(state, organization)
    for product in state.products.values():
        _check_product(state, product)
    for config in state.configs.values():
        _check_config(state, config)
    listed = sum(len(config.setting_ids) for config in state.configs.values())
    _require(listed == len(state.settings), "a setting is not in its config")
    _check_pairs(state)
    _check_references(state)
    _check_change_requests(state)
    _check_counters(state)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise InconsistentError(message)


def _require_known(
    names: Iterable[object], known: Collection[object], owner: str, kind: str
) -> None:
    for one in names:
        if one not in known:
            ids = cast("tuple[object, ...]", one if isinstance(one, tuple) else (one,))
            shown = " and ".join(map(str, ids))
            message = f"{owner} names {kind} {shown}, which does not exist there"
            raise InconsistentError(message)


def _require_same(
    listed: Iterable[object], owned: Iterable[object], owner: str, kind: str
) -> None:
    """Check that an owner lists each record that names it as its owner, once."""
    ids = list(listed)
    same = len(ids) == len(set(ids)) and set(ids) == set(owned)
    _require(same, f"{owner} does not list its {kind}")


def _check_organization(state: State, organization: Organization) -> None:
    owner = f"organization {organization.organization_id}"
    for people in (
        organization.admins,
        organization.billing_managers,
        organization.members,
    ):
        _require_known(people, state.users, owner, "user")
    identity = organization.organization_id
    products = (
        one.product_id
        for one in state.products.values()
        if one.organization_id == identity
    )
    _require_same(organization.product_ids, products, owner, "products")
    profiles = (
        one.proxy_profile_id
        for one in state.proxy_profiles.values()
        if one.organization_id == identity
    )
    _require_same(organization.proxy_profile_ids, profiles, owner, "proxy profiles")


def _check_product(state: State, product: Product) -> None:
    owner = f"product {product.product_id}"
    _require_known(
        [product.organization_id], state.organizations, owner, "organization"
    )
    for kind, listed, table in (
        ("configs", product.config_ids, state.configs),
        ("environments", product.environment_ids, state.environments),
        ("tags", product.tag_ids, state.tags),
        ("segments", product.segment_ids, state.segments),
        ("permission groups", product.permission_group_ids, state.permission_groups),
        ("integrations", product.integration_ids, state.integrations),
    ):
        owned = (
            key for key, one in table.items() if one.product_id == product.product_id
        )
        _require_same(listed, owned, owner, kind)
    _require_known(product.members, state.users, owner, "user")
    groups = product.permission_group_ids
    _require_known(product.members.values(), groups, owner, "permission group")


def _check_config(state: State, config: Config) -> None:
    owner = f"config {config.config_id}"
    by_key = {
        state.settings[one].key: one
        for one in config.setting_ids.values()
        if one in state.settings and state.settings[one].config_id == config.config_id
    }
    _require(by_key == config.setting_ids, f"{owner} does not list its settings")


def _check_owners(state: State) -> None:
    """Check that the owner of each record exists."""
    for kind, table in (
        ("config", state.configs),
        ("environment", state.environments),
        ("tag", state.tags),
        ("segment", state.segments),
        ("permission group", state.permission_groups),
        ("integration", state.integrations),
        ("invitation", state.invitations),
    ):
        for key, one in table.items():
            owner = f"{kind} {key}"
            _require_known([one.product_id], state.products, owner, "product")
    for setting in state.settings.values():
        owner = f"setting {setting.setting_id}"
        _require_known([setting.config_id], state.configs, owner, "config")
    for profile in state.proxy_profiles.values():
        owner = f"proxy profile {profile.proxy_profile_id}"
        identity = profile.organization_id
        _require_known([identity], state.organizations, owner, "organization")
        _require_known(
            profile.selected, state.sdk_keys, owner, "config and environment"
        )


def _check_pairs(state: State) -> None:
    """Check SDK keys and values: exactly one for each pair of a product."""
    keys: set[tuple[UUID, UUID]] = set()
    values: set[tuple[UUID, int]] = set()
    for product in state.products.values():
        for config_id in product.config_ids:
            config = state.configs[config_id]
            for environment_id in product.environment_ids:
                keys.add((config_id, environment_id))
                values.update(
                    (environment_id, one) for one in config.setting_ids.values()
                )
    _require(set(state.sdk_keys) == keys, "the SDK keys do not fit the configs")
    _require(set(state.values) == values, "the values do not fit the settings")
    texts = [keys.primary for keys in state.sdk_keys.values()]
    texts += [keys.secondary for keys in state.sdk_keys.values() if keys.secondary]
    _require(len(texts) == len(set(texts)), "two SDK keys are equal")
    for (environment_id, setting_id), value in state.values.items():
        setting = state.settings[setting_id]
        owner = f"the value of setting {setting_id} in environment {environment_id}"
        _check_content(state, setting, value.content, owner)


def _check_content(
    state: State, setting: Setting, content: Content, owner: str
) -> None:
    config = state.configs[setting.config_id]
    is_v2 = config.evaluation_version == EvaluationVersion.V2
    _require(isinstance(content, Formula) == is_v2, f"{owner} is of another version")
    for served in served_in(content):
        _check_served(setting, served, owner)
    segments = state.products[config.product_id].segment_ids
    _require_known(segments_in(content), segments, owner, "segment")
    for condition in _conditions(content):
        if isinstance(condition, PrerequisiteCondition):
            prerequisite = _setting_of(state, config, condition.setting_id, owner)
            _check_served(prerequisite, condition.value, owner)
        else:
            kind = _COMPARISON_TYPES[comparison_member(condition.comparator)]
            fits = isinstance(condition.value, kind)
            _require(fits, f"{owner} compares with a value of another type")


def _setting_of(state: State, config: Config, setting_id: int, owner: str) -> Setting:
    setting = state.settings.get(setting_id)
    if setting is None or setting.config_id != config.config_id:
        message = f"{owner} names setting {setting_id}, which is not in its config"
        raise InconsistentError(message)
    return setting


def _conditions(content: Content) -> Iterator[UserCondition | PrerequisiteCondition]:
    if isinstance(content, Formula):
        for rule in content.rules:
            for condition in rule.conditions:
                if isinstance(condition, UserCondition | PrerequisiteCondition):
                    yield condition


def _check_served(setting: Setting, served: Served, owner: str) -> None:
    if isinstance(served, UUID):
        ids = [variation.variation_id for variation in setting.variations]
        _require_known([served], ids, owner, "predefined variation")
    else:
        fits = type(served) is _TYPES[setting.setting_type]
        _require(fits, f"{owner} serves a value of another type")


def _check_references(state: State) -> None:
    for setting in state.settings.values():
        owner = f"setting {setting.setting_id}"
        product = state.products[state.configs[setting.config_id].product_id]
        _require_known(setting.tags, product.tag_ids, owner, "tag")
        for variation in setting.variations:
            _check_served(setting, variation.value, owner)
    for group in state.permission_groups.values():
        owner = f"permission group {group.permission_group_id}"
        known = state.products[group.product_id].environment_ids
        _require_known(group.environment_accesses, known, owner, "environment")
        _require_known(group.environment_approvals, known, owner, "environment")
    for invitation in state.invitations.values():
        owner = f"invitation {invitation.invitation_id}"
        known_groups = state.products[invitation.product_id].permission_group_ids
        identity = invitation.permission_group_id
        _require_known([identity], known_groups, owner, "permission group")
    for webhook in state.webhooks.values():
        pair = (webhook.config_id, webhook.environment_id)
        owner = f"webhook {webhook.webhook_id}"
        _require_known([pair], state.sdk_keys, owner, "config and environment")
    for integration in state.integrations.values():
        owner = f"integration {integration.integration_id}"
        product = state.products[integration.product_id]
        ids = integration.environment_ids
        _require_known(ids, product.environment_ids, owner, "environment")
        _require_known(integration.config_ids, product.config_ids, owner, "config")
    for link in state.integration_links:
        names = [(link.environment_id, link.setting_id)]
        _require_known(
            names, state.values, "an integration link", "environment and setting"
        )
    for report in state.code_reports:
        owner = f"code reference report {report.report_id}"
        _require_known([report.config_id], state.configs, owner, "config")
        config = state.configs[report.config_id]
        for setting_id in report.references:
            _setting_of(state, config, setting_id, owner)


def _check_change_requests(state: State) -> None:
    for request in state.change_requests.values():
        owner = f"change request {request.change_request_id}"
        pair = (request.config_id, request.environment_id)
        _require_known([pair], state.sdk_keys, owner, "config and environment")
        _require(request.is_open == (request.ending is None), f"{owner} has no end")
        config = state.configs[request.config_id]
        _require_known(request.changes, config.setting_ids.values(), owner, "setting")
        for setting_id, change in request.changes.items():
            _require(setting_id == change.setting_id, f"{owner} mixes up its settings")
            if request.is_open:
                setting = state.settings[setting_id]
                _check_content(state, setting, change.proposed, owner)


def _check_counters(state: State) -> None:
    """Check that no number is given twice."""
    numbers = state.identifiers.position.numbers
    attachments = (
        one for each in state.settings.values() for one in each.tags.values()
    )
    used: tuple[tuple[Counter, Iterable[int]], ...] = (
        ("setting", state.settings),
        ("webhook", state.webhooks),
        ("tag", state.tags),
        ("setting_tag", attachments),
        ("permission_group", state.permission_groups),
        ("audit_log", (entry.audit_log_id for entry in state.audit)),
        ("change_request", state.change_requests),
    )
    for counter, ids in used:
        highest = max(ids, default=None)
        fits = highest is None or highest < numbers.get(counter, highest)
        _require(fits, f"the next {counter} number is already in use")
