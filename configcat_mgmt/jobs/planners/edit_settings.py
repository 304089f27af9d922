"""What an edit makes of the name, the hint and the tags of a setting."""

from collections.abc import Mapping

from configcat_mgmt.jobs.model.edit import Edit
from configcat_mgmt.jobs.model.snapshot import Setting
from configcat_mgmt.jobs.planners.templates import filled, replaced, unknown_in


def edited_name(edit: Edit, setting: Setting) -> str:
    """Return what a setting is to be called; it may be too long, or empty."""
    name = setting.name
    if edit.name is not None:
        return filled(edit.name, "name", {"name": name, "key": setting.key})
    if edit.replace_in_name is not None:
        return replaced(name, *edit.replace_in_name).strip()
    return name


def edited_hint(edit: Edit, setting: Setting) -> str | None:
    """Return the hint that a setting, named already, is to have; it may be too long."""
    if edit.hint is None:
        return setting.hint
    hint = setting.hint or ""
    fields = {"hint": hint, "name": setting.name, "key": setting.key}
    return filled(edit.hint, "hint", fields) or None


def edited_tags(
    edit: Edit, setting: Setting, spelled: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the tags that a setting is to have.

    Args:
        edit: What to change.
        setting: The setting.
        spelled: How tags are spelled, by casefolded name.
    """
    tags = {tag.casefold(): tag for tag in setting.tags}
    for tag in edit.remove_tags:
        tags.pop(tag.casefold(), None)
    for tag in edit.add_tags:
        tags.setdefault(tag.casefold(), spelled.get(tag.casefold(), tag))
    return tuple(sorted(tags.values()))


def unknown_placeholders(edit: Edit) -> list[str]:
    """Return what looks like a placeholder in the templates and stands for nothing."""
    return [
        *unknown_in(edit.name or "", ("name", "key")),
        *unknown_in(edit.hint or "", ("hint", "name", "key")),
    ]
