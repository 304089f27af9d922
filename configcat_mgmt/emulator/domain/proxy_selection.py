"""Which SDK keys a proxy profile serves."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from configcat_mgmt.api.model_index import SelectionRuleKind
from configcat_mgmt.emulator.domain.records import (
    Config,
    Environment,
    Organization,
    Product,
    ProxyProfile,
    SelectionRule,
)
from configcat_mgmt.emulator.domain.state import State


def selected_pairs(state: State, profile: ProxyProfile) -> list[tuple[UUID, UUID]]:
    """Return config id and environment id of each pair that a profile serves.

    With rules these are the pairs that a rule includes and none excludes; otherwise
    those that were selected.
    """
    if not profile.rules:
        return list(profile.selected)
    organization = state.organizations[profile.organization_id]
    return [
        (config.config_id, environment.environment_id)
        for product, config, environment in all_pairs(state, organization)
        if _is_included(profile.rules, product, config, environment)
    ]


def all_pairs(
    state: State, organization: Organization
) -> Iterator[tuple[Product, Config, Environment]]:
    """Yield every pair of config and environment of an organization."""
    for product_id in organization.product_ids:
        product = state.products[product_id]
        for config in state.configs_of(product):
            for environment in state.environments_of(product):
                yield product, config, environment


def matches(pattern: str, name: str) -> bool:
    """Return whether a name matches a pattern in which `*` matches any text.

    Takes time in proportion to both lengths, whatever the pattern is.
    """
    first, *others = pattern.split("*")
    if not others:
        return name == pattern
    if not name.startswith(first):
        return False
    *middle, last = others
    position = len(first)
    for part in middle:
        position = name.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return len(name) - position >= len(last) and name.endswith(last)


def _is_included(
    rules: Sequence[SelectionRule],
    product: Product,
    config: Config,
    environment: Environment,
) -> bool:
    kinds = {
        rule.kind
        for rule in rules
        if _fits(rule.product_id, rule.product_pattern, product.product_id, product)
        and _fits(rule.config_id, rule.config_pattern, config.config_id, config)
        and _fits(
            rule.environment_id,
            rule.environment_pattern,
            environment.environment_id,
            environment,
        )
    }
    return kinds == {SelectionRuleKind.INCLUDE}


def _fits(
    filter_id: UUID | None,
    pattern: str | None,
    identity: UUID,
    thing: Product | Config | Environment,
) -> bool:
    if filter_id is not None:
        return filter_id == identity
    return pattern is None or matches(pattern, thing.name)
