"""Compares two products and names their differences."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.compare.canonical import (
    NAMES,
    REF,
    Form,
    Key,
    Place,
    folded_key,
    forms_of,
    is_empty,
    normal,
)
from configcat_mgmt.jobs.compare.equality import differing, unpaired
from configcat_mgmt.jobs.model.body_words import body_words
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.narrow_and_rename import narrowed
from configcat_mgmt.jobs.model.request_bodies import (
    SEGMENT_RULE,
    plain_member,
    value_of_text,
)
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import (
    LEFT_OUT,
    Gap,
    Setting,
    Snapshot,
    UnknownField,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import excerpts

DifferenceKind: TypeAlias = Literal["missing", "surplus", "different", "unread"]

SettingTypes: TypeAlias = Mapping[Key, str]
"""Types of settings by casefolded config and key."""

HIDDEN: Final = "***"
_HIDDEN_BOTH: Final[tuple[JsonValue, JsonValue]] = (HIDDEN, HIDDEN)
_SECRETLY: Final = "is secret, and differs"
_LABELS: Final = {
    "targetingRules": "rules are",
    "rolloutRules": "rules are",
    "rolloutPercentageItems": "percentage options are",
    "percentageEvaluationAttribute": "percentage attribute is",
    "defaultValue": "default value is",
    "value": "default value is",
}
"""Words for the fields of values, with the verb."""

_SECRET: Final = ("parameters", "webHookHeaders")
_LONGEST: Final = 100
"""Characters of a shown content."""
_COMPARED: Final = (
    "environment",
    "tag",
    "permission_group",
    "segment",
    "config",
    "setting",
    "values",
    "webhook",
    "integration",
    "preferences",
)
_SHARED: Final = ("tag", "segment", "integration")
"""Kinds of which a part of the product takes the entities that it uses."""
_WHOLE: Final = ("product", "permission_group", "preferences")
_canonical: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


@attrs.frozen
class Difference:
    """One entity, or one field of it, that is not as wanted.

    Attributes:
        entity (Entity): Kind of the entity, such as `setting`.
        key (tuple[str, ...]): Names from the outside in, as they are spelled.
        kind (DifferenceKind): `missing` or `surplus` for a whole entity, `different`
            for a field, and `unread` for an entity that could not be read and was not
            compared.
        field (str | None): Wire name, such as `targetingRules`. Default: None.
        wanted (JsonValue): In the form of the body that writes it, with the values of
            predefined variations; secrets are `***`. Default: None.
        found (JsonValue): The same for the present content; for `unread` the reason.
            Default: None.
    """

    entity: Entity
    """Kind of the entity, such as `setting`."""
    key: tuple[str, ...]
    """Names from the outside in, as they are spelled."""
    kind: DifferenceKind
    """`missing` or `surplus` for a whole entity, `different` for a field, and `unread`
    for an entity that could not be read and was not compared."""
    field: str | None = None
    """Wire name, such as `targetingRules`."""
    wanted: JsonValue = None
    """In the form of the body that writes it, with the values of predefined variations;
    secrets are `***`."""
    found: JsonValue = None
    """The same for the present content; for `unread` the reason."""

    def __str__(self) -> str:
        """Describe the difference in a line."""
        wanted, found = self._contents
        label = f"{self.field} is"
        if self.entity == "values":
            label = _LABELS.get(self.field or "", label)
        field = f"{label} {found} instead of {wanted}"
        if self.is_secret:
            field = f"{self.field} {_SECRETLY}"
        return {
            "different": f"{self.name}: {field}",
            "unread": f"{self.name}: not compared, {self.found}",
        }.get(self.kind, f"{self.name}: {self.kind}")

    def as_change(self) -> str:
        """Describe in a line the change from the present to the wanted content."""
        wanted, found = self._contents
        field = _SECRETLY if self.is_secret else f"{found} → {wanted}"
        return {
            "missing": f"{self.name}: added",
            "surplus": f"{self.name}: removed",
            "different": f"{self.name}: {self.field} {field}",
        }.get(self.kind, str(self))

    @property
    def is_secret(self) -> bool:
        """Whether the contents that differ are secret and therefore not shown."""
        return HIDDEN in (self.wanted, self.found)

    @property
    def _contents(self) -> list[str]:
        contents = (self.wanted, self.found)
        return excerpts(content_texts(self.field or "", contents), _LONGEST)

    @property
    def name(self) -> str:
        """Kind and names of the entity, such as `setting Main / newCheckout`."""
        if self.entity == "product":
            return "product"
        name = " / ".join(self.key) or "of the product"
        return f"{self.entity.replace('_', ' ')} {name}"


@checked
def differences(
    wanted: Snapshot, found: Snapshot, selection: Selection = EVERYTHING
) -> tuple[Difference, ...]:
    """Compare two products by natural key, in everything that a plan can write.

    Ids, times and versions are not compared, nor are SDK keys and members (an invited
    person is not a member yet). Name, description and order of the product itself are
    compared only with an earlier snapshot of the same product. A missing entity is one
    difference, whatever belongs to it. Secrets are compared where both sides know them.

    Args:
        wanted: The wanted product. Entities that it could not read are not compared.
        found: The present product. An entity that could not be read is a difference of
            kind `unread`.
        selection: The part of the products to compare.

    Returns:
        Differences in the order of `wanted`, then surplus entities; empty means equal.
    """
    # All objects created here stay in use, so the garbage collector would find nothing.
    with collector_paused():
        return tuple(_Comparison(wanted, found, selection).run())


@checked
def uncompared_fields(
    one: Snapshot, other: Snapshot, selection: Selection = EVERYTHING
) -> tuple[UnknownField, ...]:
    """Return the fields that `differences` cannot compare.

    Args:
        one: A product.
        other: Another product.
        selection: The compared part of the products.

    Returns:
        Fields of the service in either product that this version does not know, sorted.
    """
    found = {*one.unknown_fields, *other.unknown_fields}
    taken = (field for field in found if selection.takes(cast("Entity", field.entity)))
    return tuple(sorted(taken, key=attrs.astuple))


def compare(
    wanted: Sequence[Form], found: Sequence[Form], types: SettingTypes
) -> Iterator[Difference]:
    """Compare all entities of one natural key, of which there should be one.

    Args:
        wanted: At least one.
        found: Those of the same key.
        types: Types of the settings whose predefined variations may be mentioned.
    """
    if len(wanted) == len(found) == 1:
        yield from _differing(wanted[0], found[0], types)
        return
    left_wanted, left_found = unpaired(wanted, found, _are_equal)
    for form, other in zip(left_wanted, left_found, strict=False):
        yield from _differing(form, other, types)
    for form in left_wanted[len(left_found) :]:
        yield Difference(form.entity, form.key, "missing")
    for form in left_found[len(left_wanted) :]:
        yield Difference(form.entity, form.key, "surplus")


def _are_equal(wanted: Form, found: Form) -> bool:
    return next(_differing(wanted, found, {}), None) is None


def _differing(wanted: Form, found: Form, types: SettingTypes) -> Iterator[Difference]:
    if wanted.source is not None and wanted.source == found.source:
        return
    new, old = wanted.make(), found.make()
    key = NAMES.get(wanted.entity, ())
    names = dict.fromkeys([*new, *old] if wanted.is_whole else new)
    for name in differing(new, old, (name for name in names if name not in key)):
        shown = _HIDDEN_BOTH
        if name not in _SECRET:
            shown = _readable(new.get(name), types), _readable(old.get(name), types)
            if shown[0] == shown[1]:  # A variation instead of the value that it has.
                shown = normal(new.get(name)), normal(old.get(name))
        yield Difference(wanted.entity, wanted.key, "different", name, *shown)


def _readable(value: JsonValue, types: SettingTypes) -> JsonValue:
    """Return JSON data of a body for people.

    Names are as they are spelled, a predefined variation is its value, and what is
    empty is left out of objects.
    """
    if isinstance(value, Mapping):
        if REF in value:
            return value
        if (plain := _variation_value(value, types)) is not None:
            return plain
        found = {name: _readable(item, types) for name, item in value.items()}
        return {name: item for name, item in found.items() if not is_empty(item)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_readable(item, types) for item in value]
    return value


def _variation_value(value: Mapping[str, JsonValue], types: SettingTypes) -> JsonValue:
    """Return the value in place of a ref to a variation; None if it is not one."""
    match value:
        case {"predefinedVariationId": {"$ref": ["variation", *names, str(text)]}}:
            key = folded_key("setting", tuple(map(str, names)))
        case _:
            return None
    setting_type = types.get(key)
    if len(value) > 1 or setting_type is None:
        return None
    return plain_member(value_of_text(text, setting_type), setting_type)


def content_texts(field: str, contents: Sequence[JsonValue]) -> list[str]:
    """Return contents of a field as text: values in words, everything else as JSON.

    Args:
        field: Wire name.
        contents: The contents that are shown together, in the form of a body.
    """
    plain = ["nothing" if is_empty(one) else _canonical(named(one)) for one in contents]
    found = [
        text if is_empty(one) else body_words(field, named(one)) or text
        for one, text in zip(contents, plain, strict=True)
    ]
    # Different contents must not look the same.
    return found if len(set(found)) == len(set(plain)) else plain


def named(value: JsonValue) -> JsonValue:
    """Return JSON data with the name of an entity in place of a ref to it."""
    if isinstance(value, Mapping):
        key = value.get(REF)
        if isinstance(key, Sequence):
            return key[-1]
        return {name: named(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [named(item) for item in value]
    return value


class _Comparison:
    def __init__(self, wanted: Snapshot, found: Snapshot, selection: Selection) -> None:
        self._selection = selection
        present = {one.name.casefold() for one in found.environments}
        # A missing environment is a difference of its own, if it is selected at all.
        environments = [
            one.name
            for one in wanted.environments
            if one.name.casefold() in present and selection.takes_environment(one.name)
        ]
        self._wanted = _grouped(wanted, environments)
        self._found = _grouped(found)
        self._settings = _settings_of(found) | _settings_of(wanted)
        self._types = {key: one.type for key, one in self._settings.items()}
        self._unwanted = missing_parts(wanted)
        self._unread = missing_parts(found)
        self._is_same_product = wanted.source.product_id == found.source.product_id
        parts = narrowed(wanted, selection), narrowed(found, selection)
        self._shared, only_found = map(_shared_places, parts)
        # As the plan does, a config is taken for the settings of the wanted product.
        self._filled: set[Place] = {
            ("config", folded_key("config", (config.name,)))
            for config in parts[0].configs
            if config.settings
        }
        self._shared |= {place for place in only_found if place not in self._wanted}

    def run(self) -> Iterator[Difference]:
        hidden: dict[Gap, None] = {}
        found: list[Difference] = []
        for place, forms in self._wanted.items():
            if not self._counts(place):
                continue
            if gap := gap_at(place, self._unread):
                hidden[gap] = None
            elif all(parent in self._found for parent in _parents(*place)):
                changes = compare(forms, self._found.get(place, []), self._types)
                found += filter(self._matters, changes)
        for name, gap in self._unread.items():
            if name not in self._unwanted and self._may_hide_more(gap):
                hidden[gap] = None
        for gap in hidden:
            yield unread(gap)
        yield from found
        for place, forms in self._found.items():
            if place in self._wanted or not self._counts(place):
                continue
            is_needed_only = place[0] in ("tag", "integration")
            if is_needed_only and not self._selection.updates(place[0]):
                continue
            if all(parent in self._wanted for parent in _parents(*place)):
                for form in forms:
                    yield Difference(form.entity, form.key, "surplus")

    def _may_hide_more(self, gap: Gap) -> bool:
        """Whether there may be something behind it that is not wanted."""
        if gap.entity not in _COMPARED or gap.reason == LEFT_OUT:
            return False
        return self._takes(cast("Entity", gap.entity))

    def _counts(self, place: Place) -> bool:
        """Whether an entity is selected and the wanted product is known there."""
        if place[0] == "product" and not self._is_same_product:
            return False
        return self._is_selected(place) and not gap_at(place, self._unwanted)

    def _is_selected(self, place: Place) -> bool:
        entity, key = place
        selection = self._selection
        if not self._takes(entity):
            return False
        if entity in _SHARED:
            return place in self._shared
        if entity == "environment":
            return selection.takes_environment(key[0])
        if entity == "config":
            if not selection.takes_empty_configs() and place not in self._filled:
                return False
            return selection.takes_config(key[0])
        if entity == "webhook":
            return selection.takes_config(key[0]) and selection.takes_environment(
                key[1]
            )
        if entity in ("setting", "values", "link"):
            setting = self._settings[key[:2]]
            in_place = len(key) == 2 or selection.takes_environment(key[2])  # noqa: PLR2004
            return in_place and selection.takes_setting(key[0], setting)
        return True

    def _matters(self, change: Difference) -> bool:
        """Whether a change of a selected entity is a difference.

        Of an entity that is only needed, it matters whether it is there, and of a
        segment also its rule, which decides the values that users get.
        """
        if change.kind != "different" or self._selection.updates(change.entity):
            return True
        return change.entity == "segment" and change.field in SEGMENT_RULE

    def _takes(self, entity: Entity) -> bool:
        if entity in _WHOLE:
            return self._selection.takes_all(entity)
        return self._selection.takes(entity)


def _shared_places(narrowed_snapshot: Snapshot) -> set[Place]:
    """Return the places of selected entities that belong to the whole product."""
    shared = attrs.evolve(narrowed_snapshot, environments=(), configs=(), webhooks=())
    return {form.place for form in forms_of(shared) if form.entity in _SHARED}


def _grouped(
    snapshot: Snapshot, environments: Iterable[str] | None = None
) -> dict[Place, list[Form]]:
    found: dict[Place, list[Form]] = {}
    for form in forms_of(snapshot, environments):
        found.setdefault(form.place, []).append(form)
    return found


def unread(gap: Gap) -> Difference:
    """Return a gap as a difference of the kind `unread`."""
    key = () if gap.key == "*" else tuple(gap.key.split("/"))
    return Difference(cast("Entity", gap.entity), key, "unread", found=gap.reason)


def missing_parts(snapshot: Snapshot) -> dict[tuple[str, str], Gap]:
    """Return the gaps of a snapshot by entity and casefolded key."""
    return {
        (gap.entity, gap.key.casefold()): gap
        for gap in snapshot.gaps
        if not gap.was_read
    }


def gap_at(place: Place, gaps: Mapping[tuple[str, str], Gap]) -> Gap | None:
    """Return the gap that hides an entity, None if it was read."""
    if not gaps:
        return None
    entity, key = place
    names = ["*", "/".join(key)]
    if entity in ("setting", "values", "link"):
        names.append(f"{key[0]}/*")
    if entity in ("values", "link"):
        names += [f"{key[0]}/{key[2]}", f"{key[0]}/{key[2]}/{key[1]}"]
    # Links are read with the values.
    kinds = ("link", "values") if entity == "link" else (entity,)
    for kind in kinds:
        for name in names:
            if found := gaps.get((kind, name)):
                return found
    return None


def setting_types(snapshot: Snapshot) -> SettingTypes:
    """Return the types of all settings of a product."""
    return {key: one.type for key, one in _settings_of(snapshot).items()}


def _settings_of(snapshot: Snapshot) -> dict[Key, Setting]:
    return {
        folded_key("setting", (config.name, setting.key)): setting
        for config in snapshot.configs
        for setting in config.settings
    }


def _parents(entity: str, key: Key) -> Iterable[Place]:
    """Return the places of the entities that an entity belongs to."""
    if entity == "setting":
        yield "config", key[:1]
    elif entity in ("values", "link"):
        yield "setting", key[:2]
        yield "environment", key[2:3]
    elif entity == "webhook":
        yield "config", key[:1]
        yield "environment", key[1:2]
