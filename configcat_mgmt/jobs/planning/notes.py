"""Says what a plan does not carry over, as far as it makes something anew."""

from collections.abc import Mapping

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.narrow_and_rename import is_within
from configcat_mgmt.jobs.model.snapshot import Preferences, Snapshot
from configcat_mgmt.jobs.planning.builder import Draft
from configcat_mgmt.json_value import JsonValue


def note_left_out(draft: Draft, source: Snapshot) -> None:
    """Name what belongs to the product and reaches beyond the selection."""
    selection = draft.options.selection
    if draft.takes("permission_group") and not selection.takes_all("permission_group"):
        for group in source.permission_groups:
            draft.issues.add("CC119", "Permission groups", group.name)
    if draft.takes("preferences") and not selection.takes_all("preferences"):
        present = draft.found.preferences if draft.found else Preferences()
        if differing(_preferences(source.preferences), _preferences(present)):
            draft.issues.add("CC119", "Product", "preferences")
    if draft.takes("integration"):
        for one in source.integrations:
            if not is_within(one, selection):
                draft.issues.add("CC114", "Integrations", one.name)


def note_what_stays_behind(draft: Draft) -> None:
    """Name what cannot be copied and belongs to something that the plan makes."""
    created: dict[str, list[str]] = {}
    for step in draft.steps:
        if step.action == "create":
            created.setdefault(step.entity, []).append(", ".join(step.key))
    places = [
        *(f"config {name}" for name in created.get("config", ())),
        *(f"environment {name}" for name in created.get("environment", ())),
    ]
    if places:
        draft.issues.add("CC101", "SDK keys", *places)
        draft.issues.add("CC108", "Proxy profiles", *places)
    settings = created.get("setting", [])
    if settings:
        draft.issues.add("CC106", "Settings", *settings)
        draft.issues.add("CC107", "Settings", *settings)
    if not draft.limits and (settings or draft.written):
        draft.issues.add("CC115", "Limits")


def _preferences(preferences: Preferences) -> Mapping[str, JsonValue]:
    reasons = dict.fromkeys(preferences.reason_required_environments, True)
    return request_bodies.preferences_body(preferences, reasons)
