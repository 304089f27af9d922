"""Plans links, webhooks and integrations."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from configcat_mgmt.jobs.compare.canonical import integration_fields, webhook_fields
from configcat_mgmt.jobs.compare.equality import differing, is_masked, unpaired
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.snapshot import Integration, Link, Webhook
from configcat_mgmt.jobs.planning.builder import (
    SURROUNDINGS,
    PlanBuilder,
    Spellings,
    changed,
)
from configcat_mgmt.jobs.planning.settings import PlannedConfig
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")

_JIRA = "jira"
_HEADERS = "webHookHeaders"
_PARAMETERS = "parameters"


def webhook_key(webhook: Webhook) -> tuple[str, ...]:
    """Return the natural key of a webhook."""
    return (
        webhook.config.casefold(),
        webhook.environment.casefold(),
        webhook.url,
        webhook.method.casefold(),
    )


def integration_key(integration: Integration) -> tuple[str, ...]:
    """Return the natural key of an integration; its type cannot be changed."""
    return (integration.name.casefold(), integration.type)


def link_key(link: Link) -> tuple[str, str]:
    """Return the natural key of a link within a setting and environment."""
    return (link.type, link.key)


def grouped(
    things: Iterable[T], key: Callable[[T], tuple[str, ...]]
) -> dict[tuple[str, ...], list[T]]:
    """Return entities by natural key, which should be unique."""
    groups: dict[tuple[str, ...], list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups


def plan_links(builder: PlanBuilder, configs: Iterable[PlannedConfig]) -> None:
    """Plan links of settings to items of other tools; there is one call for each."""
    if not builder.takes("link"):
        return
    for config, environment, key, link, found in _links(builder, configs):
        body = request_bodies.link_body(link)
        if found is not None:
            fields = changed(body, request_bodies.link_body(found))
            where = f"{config} in {environment}"
            if not fields or not builder.may_write(where, f"link of {key}", fields):
                continue
            body.update(fields)
        if link.type == _JIRA:
            builder.issues.add("CC111", config, f"{key}: {link.key}")
        builder.add(
            SURROUNDINGS,
            "set",
            "link",
            (config, key, environment, link.type, link.key),
            "add-or-update-integration-link",
            arguments={
                "environment_id": request_bodies.ref("environment", environment),
                "setting_id": request_bodies.ref("setting", config, key),
                "integration_link_type": link.type,
                "key": link.key,
            },
            body=body,
            replaces=None if found is None else request_bodies.link_body(found),
        )


def plan_webhooks(builder: PlanBuilder) -> None:
    """Plan webhooks, late because they call out at once."""
    if not builder.takes("webhook"):
        return
    present = grouped(builder.found.webhooks if builder.found else (), webhook_key)
    for key, wanted in grouped(builder.wanted.webhooks, webhook_key).items():
        found = present.get(key, [])
        if found and max(len(wanted), len(found)) > 1:
            if any(unpaired(wanted, found, _same_webhook)):
                builder.issues.add("CC410", "Webhooks", *(one.url for one in wanted))
        elif found:
            _update_webhook(builder, wanted[0], found[0])
        else:
            for number, webhook in enumerate(wanted):
                _create_webhook(builder, webhook, number)


def plan_integrations(builder: PlanBuilder) -> None:
    """Plan integrations whose parameters are known."""
    if not builder.takes("integration"):
        return
    found = builder.found.integrations if builder.found else ()
    present = grouped(found, integration_key)
    for key, wanted in grouped(builder.wanted.integrations, integration_key).items():
        others = present.get(key, [])
        if others and max(len(wanted), len(others)) > 1:
            if any(unpaired(wanted, others, _same_integration)):
                names = (one.name for one in wanted)
                builder.issues.add("CC410", "Integrations", *names)
            continue
        for number, integration in enumerate(wanted):
            other = others[0] if others else None
            _plan_integration(builder, integration, other, number)


def are_known(integration: Integration) -> bool:
    """Whether the parameters of an integration are there and not masked."""
    if integration.parameters is None:
        return False
    return not any(map(is_masked, integration.parameters.values()))


def _links(
    builder: PlanBuilder, configs: Iterable[PlannedConfig]
) -> Iterator[tuple[str, str, str, Link, Link | None]]:
    """Yield wanted links: config, environment, key, the link, the present link."""
    for config in configs:
        for planned in config.settings:
            for environment in builder.wanted.environments:
                value = value_in(planned.wanted, environment.name)
                if value is None or not value.links:
                    continue
                name = builder.require(
                    config.name,
                    f"links of {planned.key}",
                    "environment",
                    builder.environments,
                    environment.name,
                )
                if name is None:
                    continue
                other = planned.found and value_in(planned.found, name)
                present = {link_key(one): one for one in other.links} if other else {}
                for link in value.links:
                    found = present.get(link_key(link))
                    yield config.name, name, planned.key, link, found


def _same_webhook(wanted: Webhook, found: Webhook) -> bool:
    return not differing(webhook_fields(wanted), webhook_fields(found))


def _same_integration(wanted: Integration, found: Integration) -> bool:
    return not differing(integration_fields(wanted), integration_fields(found))


def _key_of(builder: PlanBuilder, webhook: Webhook) -> tuple[str, ...] | None:
    """Return the key of a webhook as the target spells it; None if that is missing."""
    item = webhook.url
    config = builder.require(
        "Webhooks", item, "config", builder.configs, webhook.config
    )
    environment = builder.require(
        "Webhooks", item, "environment", builder.environments, webhook.environment
    )
    if config is None or environment is None:
        return None
    return (config, environment, webhook.url, webhook.method)


def _create_webhook(builder: PlanBuilder, webhook: Webhook, number: int) -> None:
    key = _key_of(builder, webhook)
    if key is None:
        return
    config, environment, *_ = key
    for header in webhook.headers:
        if not header.value:
            code = "CC103" if header.secure else "CC104"
            builder.issues.add(code, webhook.url, header.key)
    builder.issues.add("CC102", "Webhooks", webhook.url)
    builder.add(
        SURROUNDINGS,
        "create",
        "webhook",
        _numbered(key, number),
        "create-webhook",
        arguments={
            "config_id": request_bodies.ref("config", config),
            "environment_id": request_bodies.ref("environment", environment),
        },
        body=request_bodies.webhook_body(webhook),
    )


def _numbered(key: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Number further entities of the same natural key."""
    return (*key, f"#{number + 1}") if number else key


def _update_webhook(builder: PlanBuilder, wanted: Webhook, found: Webhook) -> None:
    """Plan to change the content of a webhook, or all of it if headers differ.

    A patch leaves secure headers alone, whose values nobody can read; to replace the
    webhook needs the values of all headers.
    """
    key = _key_of(builder, found)
    if key is None:
        return
    names = ("content", _HEADERS)
    fields = [*differing(webhook_fields(wanted), webhook_fields(found), names)]
    if _HEADERS in fields and not all(header.value for header in wanted.headers):
        builder.issues.add("CC116", "Webhooks", wanted.url)
        fields.remove(_HEADERS)
    if not fields or not builder.may_write("Webhooks", wanted.url, fields):
        return
    old: dict[str, JsonValue] = {
        "content": found.content,
        _HEADERS: [{"key": one.key, "isSecure": one.secure} for one in found.headers],
    }
    operation = "replace-webhook"
    body: JsonValue = request_bodies.webhook_body(wanted)
    if fields == ["content"]:
        change = {"op": "replace", "path": "/content", "value": wanted.content}
        operation, body = "update-webhook", [change]
    builder.add(
        SURROUNDINGS,
        "update",
        "webhook",
        key,
        operation,
        arguments={"webhook_id": request_bodies.ref("webhook", *key)},
        body=body,
        replaces={field: old[field] for field in fields},
    )


def _plan_integration(
    builder: PlanBuilder, wanted: Integration, found: Integration | None, number: int
) -> None:
    environments = _scope_names(
        builder, wanted, "environment", wanted.environments, builder.environments
    )
    configs = _scope_names(builder, wanted, "config", wanted.configs, builder.configs)
    if environments is None or configs is None:
        return
    if found is None:
        _create_integration(builder, wanted, environments, configs, number)
        return
    fields = [*differing(integration_fields(wanted), integration_fields(found))]
    is_known = are_known(wanted)
    if _PARAMETERS in fields and not is_known:
        builder.issues.add("CC105", "Integrations", wanted.name)
        fields.remove(_PARAMETERS)
    if not fields:
        return
    source = wanted if is_known else found
    if not are_known(source):
        builder.issues.add("CC105", "Integrations", wanted.name)
    elif builder.may_write("Integrations", wanted.name, fields):
        builder.add(
            SURROUNDINGS,
            "update",
            "integration",
            (found.name, found.type),
            "update-integration",
            arguments={
                "integration_id": request_bodies.ref(
                    "integration", found.name, found.type
                )
            },
            body={
                **request_bodies.integration_body(source, environments, configs),
                "name": found.name,
            },
            replaces={
                "environmentIds": request_bodies.refs(
                    "environment", found.environments
                ),
                "configIds": request_bodies.refs("config", found.configs),
            },
        )


def _create_integration(
    builder: PlanBuilder,
    wanted: Integration,
    environments: list[str],
    configs: list[str],
    number: int,
) -> None:
    if not are_known(wanted):
        builder.issues.add("CC105", "Integrations", wanted.name)
        return
    body = request_bodies.integration_body(wanted, environments, configs)
    builder.add(
        SURROUNDINGS,
        "create",
        "integration",
        _numbered((wanted.name, wanted.type), number),
        "create-integration",
        arguments={"product_id": builder.product_ref},
        body={"integrationType": wanted.type, **body},
    )


def _scope_names(
    builder: PlanBuilder,
    integration: Integration,
    what: str,
    names: Iterable[str],
    spellings: Spellings,
) -> list[str] | None:
    """Return the scope of an integration; None if part of it is missing.

    Leaving the missing part out could turn "only these" into "all".
    """
    item = integration.name
    found = [
        builder.require("Integrations", item, what, spellings, name) for name in names
    ]
    known = [name for name in found if name is not None]
    return known if len(known) == len(found) else None
