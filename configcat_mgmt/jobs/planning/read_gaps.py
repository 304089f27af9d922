"""Adds issues for entities that a plan cannot read, write or carry over."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, get_args

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.environment_entries import demands_of
from configcat_mgmt.jobs.model.narrow_and_rename import is_within
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.selection import (
    ENTITIES,
    SAME_NAMES,
    NameMap,
    Selection,
)
from configcat_mgmt.jobs.model.snapshot import (
    NOT_KNOWN,
    Config,
    Environment,
    Gap,
    Preferences,
    Snapshot,
    UnknownField,
)
from configcat_mgmt.jobs.planning.builder import PlanBuilder
from configcat_mgmt.json_value import JsonValue

_NOT_PLANNED: Final = ("organization", "product", "member")
"""Kinds that a plan does not write, so their gaps need no warning."""
_RULES: Final = ("targetingRules", "rolloutRules", "rolloutPercentageItems")
"""Fields of values that decide which users are served which value."""
_BELONGING: Final[Mapping[str, tuple[str, ...]]] = {
    "values": ("link",),
    "setting": ("variation", "values", "link"),
}
"""Kinds that are missing together with an entity of a kind."""


def note_gaps(builder: PlanBuilder, source: Snapshot) -> None:
    """Warn about selected entities that could not be read on either side."""
    selection = builder.options.selection
    for gap in relevant_gaps(source, selection):
        builder.issues.add(
            "CC112", f"Source, {_kind(gap)}", _item(gap), advice=_advice(gap)
        )
    if builder.found is None:
        return
    for gap in relevant_gaps(builder.found, selection, builder.options.names):
        builder.issues.add(
            "CC113", f"Target, {_kind(gap)}", _item(gap), advice=_advice(gap)
        )


def block_read_only(builder: PlanBuilder) -> None:
    """Block values that the credentials may read, but not change."""
    if builder.found is None:
        return
    read_only = {
        gap.key.casefold()
        for gap in builder.found.gaps
        if gap.was_read and gap.entity == "values"
    }
    for step in builder.steps:
        is_value = step.entity in ("values", "change_request")
        if is_value and "/".join(step.key).casefold() in read_only:
            builder.issues.add("CC212", "Values", " in ".join(step.key))


def note_unknown_fields(builder: PlanBuilder, source: Snapshot) -> None:
    """Warn about fields that this version does not know and the plan would lose."""
    found = builder.found
    present = found.unknown_fields if found else ()
    is_same = found and found.source.product_id == source.source.product_id
    steps = [step for step in builder.steps if step.action != "delete"]
    written = {step.entity for step in steps}
    if any(step.operation == "create-setting" for step in steps):
        written.add("variation")
    overwritten = {step.entity for step in steps if _overwrites(step)}
    for one in source.unknown_fields:
        entities = _written_with(one)
        if not entities & written:
            continue
        if any(part in one.field.split(".") for part in _RULES):
            builder.issues.add("CC306", _label(one), one.field)
        elif not (is_same and one in present and entities & overwritten):
            builder.issues.add("CC120", _label(one), one.field)
    for one in present:
        if _written_with(one) & overwritten:
            builder.issues.add("CC121", _label(one), one.field)


def _overwrites(step: Step) -> bool:
    """Whether a step changes an entity that exists."""
    return step.action == "update" or step.replaces is not None


def _written_with(field: UnknownField) -> set[str]:
    """Return the kinds of entities that are written together with a field."""
    path = field.field.split(".")
    if "predefinedVariations" in path:
        return {"variation"}
    if "integrationLinks" in path:
        return {"link"}
    return {field.entity}


def _label(field: UnknownField) -> str:
    return field.entity.replace("_", " ").capitalize()


def relevant_gaps(
    snapshot: Snapshot, selection: Selection, names: NameMap = SAME_NAMES
) -> Iterator[Gap]:
    """Yield the gaps of a snapshot that concern selected entities.

    Args:
        snapshot: Source or target.
        selection: The selection, by the names of the source.
        names: The names of the target, if the snapshot is the target.
    """
    for gap in snapshot.gaps:
        if gap.was_read or gap.entity not in ENTITIES or gap.entity in _NOT_PLANNED:
            continue
        if any(_takes(selection, entity) for entity in _needing(gap.entity)) and (
            gap.key == "*" or _may_be_taken(gap, snapshot, selection, names)
        ):
            yield gap


def _takes(selection: Selection, entity: Entity) -> bool:
    if entity in ("permission_group", "preferences"):
        return selection.takes_all(entity)
    return selection.takes(entity)


def _needing(entity: str) -> Iterator[Entity]:
    """Yield the kinds that are incomplete if an entity of one kind is missing."""
    for one in get_args(Entity):
        if (
            one == entity
            or one in _BELONGING.get(entity, ())
            or (entity in ("config", "environment") and one not in _NOT_PLANNED)
        ):
            yield one


def _may_be_taken(
    gap: Gap, snapshot: Snapshot, selection: Selection, names: NameMap
) -> bool:
    """Whether the place of a gap is selected; True if it is not known."""
    config, environment = _place(gap, snapshot)
    if config is not None and not selection.takes_config(
        names.source_config(config) or config
    ):
        return False
    return environment is None or selection.takes_environment(
        names.source_environment(environment) or environment
    )


def _place(gap: Gap, snapshot: Snapshot) -> tuple[str | None, str | None]:
    """Return the config and the environment that a gap is in, as far as it tells."""
    if gap.entity == "config":
        return gap.key, None
    if gap.entity == "environment":
        return None, gap.key
    config = environment = None
    if gap.entity in ("setting", "values"):
        config = _named(gap.key, snapshot.configs)
    if config is not None and gap.entity == "values":
        rest = gap.key[len(config) + 1 :]
        environment = _named(rest, snapshot.environments)
    return config, environment


def _named(key: str, things: Iterable[Config] | Iterable[Environment]) -> str | None:
    """Find the name that a path starts with; with slashes in names, the longest."""
    found = [one.name for one in things if f"{key}/".startswith(f"{one.name}/")]
    return max(found, key=len, default=None)


def _kind(gap: Gap) -> str:
    return gap.entity.replace("_", " ")


def _item(gap: Gap) -> str:
    return f"{'all' if gap.key == '*' else gap.key} ({gap.reason})"


def _advice(gap: Gap) -> str:
    """Return the first half of a sentence that says how the entity can be read."""
    if gap.reason.endswith(NOT_KNOWN):
        return "This version of configcat-mgmt does not know them. Use a newer one"
    return "Grant the credentials access"


def note_left_out(builder: PlanBuilder, source: Snapshot) -> None:
    """Name entities of the whole product that reach beyond the selection."""
    selection = builder.options.selection
    if builder.takes("permission_group") and not selection.takes_all(
        "permission_group"
    ):
        for group in source.permission_groups:
            builder.issues.add("CC119", "Permission groups", group.name)
    if builder.takes("preferences") and not selection.takes_all("preferences"):
        present = builder.found.preferences if builder.found else Preferences()
        if differing(_preferences(source.preferences), _preferences(present)):
            builder.issues.add("CC119", "Product", "preferences")
    _note_of_all_settings(builder, source)
    if builder.options.members and not builder.takes("member") and source.members:
        emails = (one.email for one in source.members)
        builder.issues.add("CC119", "Members", *emails)
    if builder.takes("integration"):
        for one in source.integrations:
            if not is_within(one, selection):
                builder.issues.add("CC114", "Integrations", one.name)


def _note_of_all_settings(builder: PlanBuilder, source: Snapshot) -> None:
    """Name entities that concern all settings of a config, if some are selected."""
    selection = builder.options.selection
    if not selection.only.narrows_settings or selection.only.entities:
        return
    excluded = selection.exclude.entities
    hooks = (hook.url for hook in source.webhooks if "webhook" not in excluded)
    names = (one.name for one in source.integrations if "integration" not in excluded)
    for where, items in (("Webhooks", hooks), ("Integrations", names)):
        for item in items:
            builder.issues.add("CC119", where, item)


def note_what_stays_behind(builder: PlanBuilder) -> None:
    """Name the parts of created entities that cannot be copied."""
    created: dict[str, list[str]] = {}
    for step in builder.steps:
        if step.action == "create":
            created.setdefault(step.entity, []).append(" / ".join(step.key))
    places = [
        *(f"config {name}" for name in created.get("config", ())),
        *(f"environment {name}" for name in created.get("environment", ())),
    ]
    if places:
        builder.issues.add("CC101", "SDK keys", *places)
        builder.issues.add("CC108", "Proxy profiles", *places)
    settings = created.get("setting", [])
    if settings:
        builder.issues.add("CC106", "Settings", *settings)
        builder.issues.add("CC107", "Settings", *settings)
    if not builder.limits and (settings or builder.written or builder.proposed):
        builder.issues.add("CC115", "Limits")


def note_change_requests(builder: PlanBuilder, source: Snapshot) -> None:
    """Name settings of another product with open change requests, which stay there."""
    found = builder.found
    if found is not None and found.source.product_id == source.source.product_id:
        return
    for config in builder.wanted.configs:
        for setting in config.settings:
            for environment, value in setting.values.items():
                if value.change_requests:
                    where = f"{config.name} in {environment}"
                    builder.issues.add("CC701", where, setting.key)


def _preferences(preferences: Preferences) -> Mapping[str, JsonValue]:
    lists: dict[str, JsonValue] = {
        kind.field: kind.write(dict.fromkeys(names, True))
        for kind, names in demands_of(preferences).items()
    }
    return {**request_bodies.preferences_body(preferences), **lists}
