"""Lists the planned changes that are missing from the target."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.compare.canonical import (
    PRODUCT,
    Fields,
    Form,
    Key,
    Place,
    constant,
    forms_of,
)
from configcat_mgmt.jobs.compare.differences import (
    Difference,
    SettingTypes,
    compare,
    gap_at,
    missing_parts,
    setting_types,
    unread,
)
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.snapshot import Gap, Snapshot
from configcat_mgmt.json_value import JsonValue

_SETTING: Final[Fields] = {"hint": None, "tags": []}
_WEBHOOK: Final[Fields] = {"content": None, "webHookHeaders": []}
_OLD_VALUE: Final[Fields] = {"rolloutRules": [], "rolloutPercentageItems": []}
_FORMULA: Final[Fields] = {"targetingRules": [], "percentageEvaluationAttribute": None}
LEFT_OUT_MEANS: Final[Mapping[str, Fields]] = {
    "replace-setting": _SETTING,
    "post-setting-values": _OLD_VALUE,
    "replace-setting-value": _OLD_VALUE,
    "post-setting-values-v2": _FORMULA,
    "create-change-request": _FORMULA,
    "replace-setting-value-v2": _FORMULA,
    "create-webhook": _WEBHOOK,
    "replace-webhook": _WEBHOOK,
    # A plan clears a field of a link with an empty text.
    "add-or-update-integration-link": {"description": None, "url": None},
}
"""Values of fields that a body leaves out; other operations keep such fields.

Source: https://api.configcat.com/docs/, in the descriptions of these operations.
"""

_KEY_LENGTHS: Final[Mapping[str, int]] = {"webhook": 4, "integration": 2}
"""Parts of the natural key; a plan numbers further entities of the same key."""
_NAMED: Final = ("environment", "tag", "segment", "permission_group", "config")


def unmet(plan: Plan, found: Snapshot) -> tuple[Difference, ...]:
    """Compare the changes of a plan with the target, and nothing else.

    Args:
        plan: The applied plan. Invitations are not compared, since an invited person is
            not a member yet.
        found: The target now, at least the kinds of entities that the plan touches.

    Returns:
        Entities that are missing, different, not deleted (`surplus`) or that could not
        be read; empty means that the plan is in effect.
    """
    # All objects created here stay in use, so the garbage collector would find nothing.
    with collector_paused():
        wanted, gone = _wanted(plan)
        present: dict[Place, list[Form]] = {}
        for form in forms_of(found):
            if form.place in wanted or form.place in gone:
                present.setdefault(form.place, []).append(form)
        gaps = missing_parts(found)
        types = setting_types(found)
        return tuple(_unmet(wanted, gone, present, gaps, types))


def _unmet(
    wanted: Mapping[Place, Sequence[Form]],
    gone: Iterable[Place],
    present: Mapping[Place, Sequence[Form]],
    gaps: Mapping[tuple[str, str], Gap],
    types: SettingTypes,
) -> Iterator[Difference]:
    hidden: dict[Gap, None] = {}
    for place, forms in wanted.items():
        if gap := gap_at(place, gaps):
            hidden[gap] = None
            continue
        for one in compare(forms, present.get(place, ()), types):
            if one.kind != "surplus":
                yield one
    for place in gone:
        for form in present.get(place, ()):
            yield Difference(form.entity, form.key, "surplus")
        if gap := gap_at(place, gaps):
            hidden[gap] = None
    yield from map(unread, hidden)


def _wanted(plan: Plan) -> tuple[dict[Place, list[Form]], dict[Place, None]]:
    """Return the entities that a plan leaves, and those that it deletes."""
    wanted: dict[Place, list[Form]] = {}
    gone: dict[Place, None] = {}
    for step in sorted(plan.steps, key=lambda step: step.stage):
        if step.entity == "member":
            continue
        # Variations are deleted by naming those that stay.
        if step.action == "delete" and step.entity != "variation":
            form = _form(step.entity, _key(step, {}), {})
            wanted.pop(form.place, None)
            gone[form.place] = None
            continue
        for form in _forms(step):
            gone.pop(form.place, None)
            before = wanted.setdefault(form.place, [])
            if before and step.action != "create":
                before[-1] = _merged(before[-1], form)
            else:
                before.append(form)
    return wanted, gone


def _merged(before: Form, after: Form) -> Form:
    """Return the combined effect of two steps on one entity."""
    return _form(before.entity, before.key, {**before.make(), **after.make()})


def _form(entity: Entity, key: Key, fields: Mapping[str, JsonValue]) -> Form:
    return Form(entity, key, constant(fields), is_whole=False)


def _forms(step: Step) -> Iterator[Form]:
    """Return the entities that a step creates or changes."""
    defaults = LEFT_OUT_MEANS.get(step.operation, {})
    if step.entity in ("values", "change_request"):
        for key, fields in _values(step):
            yield _form("values", key, {**defaults, **fields})
        return
    fields = {**defaults, **_fields(step.body)}
    entity: Entity = "setting" if step.entity == "variation" else step.entity
    yield _form(entity, _key(step, fields), fields)


def _fields(body: JsonValue) -> Mapping[str, JsonValue]:
    """Return the fields of a body, or those that a JSON Patch sets as a whole."""
    if isinstance(body, Mapping):
        return body
    fields: dict[str, JsonValue] = {}
    for operation in cast("Sequence[Mapping[str, JsonValue]]", body or ()):
        name = str(operation["path"]).removeprefix("/")
        if "/" not in name and operation["op"] in ("add", "replace"):
            fields[name] = operation["value"]
    return fields


def _key(step: Step, body: Mapping[str, JsonValue]) -> Key:
    """Return the natural key after the step, which may have given a new name."""
    if step.entity in ("product", "preferences"):
        return PRODUCT
    name = body.get("name")
    if step.entity in _NAMED and isinstance(name, str):
        return (name,)
    return step.key[: _KEY_LENGTHS.get(step.entity, len(step.key))]


def _values(step: Step) -> Iterator[tuple[Key, Mapping[str, JsonValue]]]:
    """Return the values that a step writes, one or many, with their keys."""
    body = cast("Mapping[str, JsonValue]", step.body)
    environment = _ref_key(step.arguments["environment_id"])
    for entries in body.values():
        is_list = isinstance(entries, Sequence) and not isinstance(entries, str)
        if "setting_id" not in step.arguments and is_list:
            for entry in cast("Sequence[Mapping[str, JsonValue]]", entries):
                value = cast(
                    "Mapping[str, JsonValue]", entry.get("proposedChange", entry)
                )
                yield (*_ref_key(value["settingId"]), *environment), value
    if "setting_id" in step.arguments:
        yield (*_ref_key(step.arguments["setting_id"]), *environment), body


def _ref_key(ref: JsonValue) -> Key:
    parts = cast("Mapping[str, Sequence[str]]", ref)["$ref"]
    return tuple(parts[1:])
