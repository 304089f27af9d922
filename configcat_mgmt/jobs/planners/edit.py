"""Changes the same about many settings: tags, names, hints, places and values."""

from collections.abc import Mapping

import attrs

from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.edit import LONGEST_HINT, LONGEST_NAME, Edit
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.references import used_segments, value_in
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Tag,
    by_name,
)
from configcat_mgmt.jobs.planners.edit_settings import (
    edited_hint,
    edited_name,
    edited_tags,
    unknown_placeholders,
)
from configcat_mgmt.jobs.planners.edit_values import (
    edited_targeting,
    misfit,
    spelled,
)
from configcat_mgmt.jobs.planners.one_product import (
    note_selection,
    part_of,
    plan_change,
    refuse_entities,
)
from configcat_mgmt.jobs.planning.options import PlanOptions

__all__ = ["Edit", "edited", "plan_edit"]


def edited(
    snapshot: Snapshot, edit: Edit, selection: Selection = EVERYTHING
) -> Snapshot:
    """Return the product as it should be after an edit.

    Args:
        snapshot: The product as it was read.
        edit: What to change.
        selection: About which settings, and for values in which environments.

    Returns:
        The product. What an edit makes no sense for stays as it is; `plan_edit` tells.

    Raises:
        ConfigurationError: The selection chooses kinds of things.
    """
    return _Editing(snapshot, edit, selection).result()


def plan_edit(
    snapshot: Snapshot,
    edit: Edit,
    *,
    selection: Selection = EVERYTHING,
    reason: str | None = None,
) -> Plan:
    """Plan to change the same about many settings.

    There is one call for each setting whose name, hint, tags or place change, and one
    for each config and environment in which values change. Planning again after the
    plan was applied gives an empty plan.

    Args:
        snapshot: The product as it was read, with its tags if tags are edited.
        edit: What to change.
        selection: About which settings, and for values in which environments.
        reason: Note on changes of values; needed where the product demands one.

    Returns:
        A plan of kind `edit`, with blockers if the edit makes no sense for some of the
        selected settings.

    Raises:
        ConfigurationError: The selection chooses kinds of things.
    """
    editing = _Editing(snapshot, edit, selection)
    wanted = editing.result()
    entities = [
        *(("setting", "tag") if edit.changes_settings else ()),
        *(("values",) if edit.changes_values else ()),
    ]
    environments = selection.only.environments
    options = PlanOptions(
        kind="edit",
        selection=part_of(selection, *entities, environments=environments),
        reason=reason,
    )
    return plan_change(snapshot, wanted, options, editing.issues)


class _Editing:
    """One edit of one product."""

    def __init__(self, snapshot: Snapshot, edit: Edit, selection: Selection) -> None:
        refuse_entities(selection, "an edit")
        self.issues = IssueList()
        self._snapshot = snapshot
        self._edit = edit
        self._selection = selection
        self._tags = _known_tags(snapshot)
        self._segments = _known_segments(snapshot)
        self._selected: list[Setting] = []

    def result(self) -> Snapshot:
        """Return the product after the edit, and note what is to be said about it."""
        configs = tuple(map(self._config, self._snapshot.configs))
        is_any_selected = bool(self._selected)
        note_selection(
            self.issues,
            self._snapshot,
            self._selection,
            is_any_selected=is_any_selected,
        )
        tags = self._snapshot.tags
        if is_any_selected:
            self._note_slips()
            tags = by_name([*tags, *self._new_tags()])
        return attrs.evolve(self._snapshot, tags=tags, configs=configs)

    def _config(self, config: Config) -> Config:
        edit = spelled(self._edit, self._segments, config)
        settings: list[Setting] = []
        place = 0
        for setting in config.settings:
            if self._selection.takes_setting(config.name, setting):
                self._selected.append(setting)
                made = self._setting(config, setting, place)
                values = self._values(edit, config, setting)
                settings.append(attrs.evolve(made, values=values))
                place += 1
            else:
                settings.append(setting)
        return attrs.evolve(config, settings=tuple(settings))

    def _setting(self, config: Config, setting: Setting, place: int) -> Setting:
        edit = self._edit
        order = setting.order
        if edit.order is not None:
            order = edit.order + place * edit.order_step
        setting = attrs.evolve(setting, name=self._name(config, setting), order=order)
        return attrs.evolve(
            setting,
            hint=self._hint(config, setting),
            tags=edited_tags(edit, setting, self._tags),
        )

    def _name(self, config: Config, setting: Setting) -> str:
        name = edited_name(self._edit, setting)
        if name == setting.name or 0 < len(name) <= LONGEST_NAME:
            return name
        self.issues.add("CC524", config.name, f"{setting.key} ({len(name):,})")
        return setting.name

    def _hint(self, config: Config, setting: Setting) -> str | None:
        hint = edited_hint(self._edit, setting)
        if hint is None or len(hint) <= LONGEST_HINT:
            return hint
        self.issues.add("CC525", config.name, f"{setting.key} ({len(hint):,})")
        return setting.hint

    def _values(
        self, edit: Edit, config: Config, setting: Setting
    ) -> Mapping[str, SettingInEnvironment]:
        if not edit.changes_values:
            return setting.values
        code = misfit(edit, config, setting)
        if code is not None:
            self.issues.add(code, config.name, f"{setting.key} ({setting.type})")
            return setting.values
        values = dict(setting.values)
        for environment in self._snapshot.environments:
            name = environment.name
            if not self._selection.takes_environment(name):
                continue
            before = value_in(setting, name)
            if before is None:
                self.issues.add("CC208", f"{config.name} in {name}", setting.key)
            else:
                targeting = edited_targeting(edit, before.targeting, setting.type)
                values[name] = attrs.evolve(before, targeting=targeting)
        return values

    def _new_tags(self) -> list[Tag]:
        names = [one for one in self._edit.add_tags if one.casefold() not in self._tags]
        if names and any(gap.entity == "tag" for gap in self._snapshot.gaps):
            self.issues.add("CC528", "Tags", *names)
        return [Tag(name) for name in names]

    def _note_slips(self) -> None:
        removed = self._edit.remove_tags
        vain = [name for name in removed if name.casefold() not in self._tags]
        if vain:
            self.issues.add("CC526", "Tags", *vain)
        unknown = unknown_placeholders(self._edit)
        if unknown:
            self.issues.add("CC527", "Templates", *unknown)


def _known_tags(snapshot: Snapshot) -> dict[str, str]:
    """Return how tags are spelled, by casefolded name; those in use are known too."""
    used = (
        tag
        for config in snapshot.configs
        for setting in config.settings
        for tag in setting.tags
    )
    names = (*used, *(tag.name for tag in snapshot.tags))
    return {name.casefold(): name for name in names}


def _known_segments(snapshot: Snapshot) -> set[str]:
    """Return names of segments; those in use are known even if the list is not."""
    names = {segment.name for segment in snapshot.segments}
    if any(gap.entity == "segment" for gap in snapshot.gaps):
        for config in snapshot.configs:
            for setting in config.settings:
                for value in setting.values.values():
                    names.update(used_segments(value.targeting))
    return names
