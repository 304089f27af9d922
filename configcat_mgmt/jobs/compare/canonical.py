"""Converts parts of a product into one canonical form for comparison.

The canonical form is the request body that would write the part. A step of a plan can
therefore be compared with the target just like another snapshot.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeVar, cast

import attrs

from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.environment_entries import demands_of, permissions_of
from configcat_mgmt.jobs.model.request_bodies import ConfigForm, SettingForm
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Header,
    Integration,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Webhook,
)
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")

Key: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[Entity, Key]
"""Kind and casefolded natural key, which identify an entity."""
Fields: TypeAlias = Mapping[str, JsonValue]
"""Content of an entity by wire name."""

PRODUCT: Final[Key] = ()
NAMES: Final[Mapping[Entity, tuple[str, ...]]] = {
    "environment": ("name",),
    "tag": ("name",),
    "segment": ("name",),
    "permission_group": ("name",),
    "config": ("name",),
    "setting": ("key",),
    "values": ("settingId",),
    "webhook": ("url", "httpMethod"),
    "integration": ("name", "integrationType"),
}
"""Fields that are part of the natural key, and so not compared."""

REF: Final = "$ref"
"""Name of the only entry of a ref."""
_FOLDED_PARTS: Final[Mapping[str, int]] = {"link": 3, "webhook": 2, "integration": 1}
"""How many parts of a key are names; all of them where nothing is said."""


@attrs.frozen(eq=False)
class Form:
    """An entity in the form in which it is compared with others of its kind."""

    entity: Entity
    key: Key
    """As it is spelled."""
    make: Callable[[], Mapping[str, JsonValue]]
    """Gives the fields, before they are normalized."""
    source: object = None
    """Two forms of equal sources are equal, without looking at the fields. It has the
    type of the setting, since Python takes true for 1."""
    is_whole: bool = True
    """Whether a field that it does not have should not be there."""

    @property
    def place(self) -> Place:
        """The kind and key that it shares with its counterpart."""
        return self.entity, folded_key(self.entity, self.key)


def folded_key(entity: str, key: Key) -> Key:
    """Return a natural key as it is compared: names without regard to case."""
    count = _FOLDED_PARTS.get(entity, len(key))
    return (*(part.casefold() for part in key[:count]), *key[count:])


def normal(value: JsonValue) -> JsonValue:
    """Return JSON data of a body as it is compared.

    Names in refs lose their case, the value in the ref of a variation keeps it, and
    null, empty texts and empty lists are left out of objects.
    """
    if isinstance(value, Mapping):
        key = value.get(REF)
        if isinstance(key, Sequence):
            return _folded_ref(cast("Sequence[str]", key))
        found = {name: normal(item) for name, item in value.items()}
        return {name: item for name, item in found.items() if not is_empty(item)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [normal(item) for item in value]
    return value


def is_empty(value: JsonValue) -> bool:
    """Whether a value says nothing: null, no text, no items."""
    return value is None or value in ("", [], {})


def _folded_ref(parts: Sequence[str]) -> JsonValue:
    entity, *key = parts
    if entity == "variation":
        *names, text = key
        return {REF: [entity, *(name.casefold() for name in names), text]}
    return {REF: [entity, *folded_key(entity, tuple(key))]}


def forms_of(
    snapshot: Snapshot, environments: Iterable[str] | None = None
) -> Iterator[Form]:
    """Yield all parts of a product that a plan can write and that can be read.

    Args:
        snapshot: The product.
        environments: Names of the environments for which permission groups and
            preferences have entries; all that the snapshot mentions if None.
    """
    yield Form(
        "product",
        PRODUCT,
        lambda: request_bodies.product_body(
            snapshot.name, snapshot.description, snapshot.order
        ),
    )
    for environment in snapshot.environments:
        key = (environment.name,)
        yield Form(
            "environment", key, _later(request_bodies.environment_body, environment)
        )
    for tag in snapshot.tags:
        yield Form("tag", (tag.name,), _later(request_bodies.tag_body, tag))
    for segment in snapshot.segments:
        yield Form(
            "segment", (segment.name,), _later(request_bodies.segment_body, segment)
        )
    for group in snapshot.permission_groups:
        body = request_bodies.group_body(group)
        for kind, given in permissions_of(group).items():
            entries = _entries(snapshot, given, environments, kind.absent)
            body[kind.field] = kind.write(entries)
        yield Form("permission_group", (group.name,), constant(body))
    for config in snapshot.configs:
        yield Form("config", (config.name,), _later(request_bodies.config_body, config))
        yield from _setting_forms(config)
    yield from _surroundings(snapshot)
    body = request_bodies.preferences_body(snapshot.preferences)
    for demand, names in demands_of(snapshot.preferences).items():
        needing = dict.fromkeys(names, True)
        entries = _entries(snapshot, needing, environments, demand.absent)
        body[demand.field] = demand.write(entries)
    yield Form("preferences", PRODUCT, constant(body))


def _entries(
    snapshot: Snapshot,
    given: Mapping[str, JsonValue],
    environments: Iterable[str] | None,
    absent: JsonValue,
) -> dict[str, JsonValue]:
    """Return an entry for each environment.

    Args:
        snapshot: The product.
        given: The entries that it has.
        environments: Names of the environments; all that are mentioned if None.
        absent: The entry of an environment for which none is given.
    """
    known = {name.casefold(): entry for name, entry in given.items()}
    if environments is None:
        environments = [*(one.name for one in snapshot.environments), *given]
    spelled = {name.casefold(): name for name in reversed(list(environments))}
    return {
        name: known.get(folded, absent) for folded, name in reversed(spelled.items())
    }


def _surroundings(snapshot: Snapshot) -> Iterator[Form]:
    for webhook in snapshot.webhooks:
        key = (webhook.config, webhook.environment, webhook.url, webhook.method)
        yield Form("webhook", key, _later(webhook_fields, webhook))
    for one in snapshot.integrations:
        yield Form("integration", (one.name, one.type), _later(integration_fields, one))


def _setting_forms(config: Config) -> Iterator[Form]:
    forms = {
        setting.key.casefold(): SettingForm(
            setting.key, setting.type, bool(setting.variations)
        )
        for setting in config.settings
    }
    config_form = ConfigForm(config.name, forms)
    for setting in config.settings:
        key = (config.name, setting.key)
        yield Form("setting", key, _later(_setting_body, setting))
        form = forms[setting.key.casefold()]
        for environment, value in setting.values.items():
            yield _value_form(config_form, form, environment, value)
            for link in value.links:
                place = (*key, environment, link.type, link.key)
                yield Form("link", place, _later(request_bodies.link_body, link))


def _value_form(
    config: ConfigForm,
    setting: SettingForm,
    environment: str,
    value: SettingInEnvironment,
) -> Form:
    return Form(
        "values",
        (config.name, setting.key, environment),
        lambda: config.targeting(setting, value.targeting),
        source=(setting, value.targeting),
    )


def _setting_body(setting: Setting) -> Mapping[str, JsonValue]:
    return request_bodies.setting_body(setting, setting.tags)


def webhook_fields(webhook: Webhook) -> Mapping[str, JsonValue]:
    """Return the fields of a webhook, with all headers."""
    headers: list[JsonValue] = [_header(header) for header in webhook.headers]
    return {**request_bodies.webhook_body(webhook), "webHookHeaders": headers}


def integration_fields(integration: Integration) -> Mapping[str, JsonValue]:
    """Return the fields of an integration, without parameters that are not known."""
    fields = request_bodies.integration_body(
        integration, integration.environments, integration.configs
    )
    if integration.parameters is None:
        del fields["parameters"]
    return fields


def _header(header: Header) -> dict[str, JsonValue]:
    return {"key": header.key, "value": header.value, "isSecure": header.secure}


def _later(
    write: Callable[[T], Mapping[str, JsonValue]], record: T
) -> Callable[[], Mapping[str, JsonValue]]:
    return lambda: write(record)


def constant(body: Mapping[str, JsonValue]) -> Callable[[], Mapping[str, JsonValue]]:
    """Return a function that gives the fields of a finished body."""
    return lambda: body
