"""Plans the same edit for many settings: tags, names, hints, order and values."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from configcat_mgmt.checked import checked
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
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.texts import folded

__all__ = ["Edit", "edited", "plan_edit"]


@checked
def edited(
    snapshot: Snapshot, edit: Edit, selection: Selection = EVERYTHING
) -> Snapshot:
    """Return the product as an edit leaves it.

    Args:
        snapshot: A snapshot of the product.
        edit: The changes.
        selection: Which settings to edit, and in which environments to edit values.

    Returns:
        The edited product. Settings that the edit does not fit stay as they are; the
        issues of `plan_edit` name them.

    Raises:
        ConfigurationError: The selection names kinds of entities.
    """
    return _Editing(snapshot, edit, selection).result()


@checked
def plan_edit(
    snapshot: Snapshot,
    edit: Edit,
    *,
    selection: Selection = EVERYTHING,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
) -> Plan:
    """Plan the same edit for many settings.

    The plan has one step for each setting whose name, hint, tags or order change, and
    one for each config and environment in which values change. Applying it replaces
    each value of a V2 config only if it still has the version that the snapshot saw.
    Planning again after the plan was applied gives an empty plan.

    Args:
        snapshot: A snapshot of the product, with its tags if the edit changes tags.
        edit: The changes.
        selection: Which settings to edit, and in which environments to edit values.
        reason: Reason recorded with changed values; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.

    Returns:
        A plan of kind `edit`, with blockers if the edit does not fit some of the
        selected settings.

    Raises:
        ConfigurationError: The selection names kinds of entities.
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
        approval=approval,
        apply_at=apply_at,
    )
    return plan_change(snapshot, wanted, options, editing.issues)


class _Editing:
    """The state of editing one product."""

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
        """Return the edited product, and note its issues."""
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
        names = [one for one in self._edit.add_tags if folded(one) not in self._tags]
        if names and any(gap.entity == "tag" for gap in self._snapshot.gaps):
            self.issues.add("CC528", "Tags", *names)
        return [Tag(name) for name in names]

    def _note_slips(self) -> None:
        removed = self._edit.remove_tags
        vain = [name for name in removed if folded(name) not in self._tags]
        if vain:
            self.issues.add("CC526", "Tags", *vain)
        unknown = unknown_placeholders(self._edit)
        if unknown:
            self.issues.add("CC527", "Templates", *unknown)


def _known_tags(snapshot: Snapshot) -> dict[str, str]:
    """Return the spelling of tags by casefolded name, also of unlisted tags in use."""
    used = (
        tag
        for config in snapshot.configs
        for setting in config.settings
        for tag in setting.tags
    )
    names = (*used, *(tag.name for tag in snapshot.tags))
    return {folded(name): name for name in names}


def _known_segments(snapshot: Snapshot) -> set[str]:
    """Return names of segments, including segments that only rules name."""
    names = {segment.name for segment in snapshot.segments}
    if any(gap.entity == "segment" for gap in snapshot.gaps):
        for config in snapshot.configs:
            for setting in config.settings:
                for value in setting.values.values():
                    names.update(used_segments(value.targeting))
    return names
