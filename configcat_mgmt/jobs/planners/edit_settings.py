"""Applies an edit to the name, hint and tags of a setting."""

import re
from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.model.edit import Edit
from configcat_mgmt.jobs.model.snapshot import Setting
from configcat_mgmt.texts import folded

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def edited_name(edit: Edit, setting: Setting) -> str:
    """Return the new name of a setting, which may be empty or too long."""
    name = setting.name
    if edit.name is not None:
        return _fill(edit.name, "name", {"name": name, "key": setting.key})
    if edit.replace_in_name is not None:
        return _replace(name, *edit.replace_in_name).strip()
    return name


def edited_hint(edit: Edit, setting: Setting) -> str | None:
    """Return the new hint of a setting that has its new name; it may be too long."""
    if edit.hint is None:
        return setting.hint
    hint = setting.hint or ""
    fields = {"hint": hint, "name": setting.name, "key": setting.key}
    return _fill(edit.hint, "hint", fields) or None


def edited_tags(
    edit: Edit, setting: Setting, spelled: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the new tags of a setting.

    Args:
        edit: The changes.
        setting: The setting.
        spelled: Spelling of tags by casefolded name.
    """
    tags = {folded(tag): tag for tag in setting.tags}
    for tag in edit.remove_tags:
        tags.pop(folded(tag), None)
    for tag in edit.add_tags:
        tags.setdefault(folded(tag), spelled.get(folded(tag), tag))
    return tuple(sorted(tags.values()))


def unknown_placeholders(edit: Edit) -> list[str]:
    """Return the unknown placeholders in the templates of an edit."""
    return [
        *_unknown_in(edit.name or "", ("name", "key")),
        *_unknown_in(edit.hint or "", ("hint", "name", "key")),
    ]


def _fill(template: str, own: str, fields: Mapping[str, str]) -> str:
    """Fill in a template, once: a text that already has its form stays.

    Args:
        template: Text with the names of fields in braces.
        own: Name of the field that receives the text. If the template contains this
            field, a text that already matches the template stays, so a prefix or suffix
            is not added twice.
        fields: Values of the placeholders; other braces stay as they are.
    """
    template, present = template.strip(), fields[own]
    if f"{{{own}}}" in template:
        alone = _substituted(template, {**fields, own: ""})
        if present == alone or _form(template, own, fields).fullmatch(present):
            return present
    return _substituted(template, fields)


def _replace(text: str, old: str, new: str) -> str:
    """Replace in a text, except where an earlier run already did."""
    if old in new:
        text = text.replace(new, old)
    return text.replace(old, new)


def _unknown_in(template: str, known: tuple[str, ...]) -> list[str]:
    """Return the unknown placeholders of a template."""
    return [
        found[0] for found in _PLACEHOLDER.finditer(template) if found[1] not in known
    ]


def _substituted(template: str, fields: Mapping[str, str]) -> str:
    text = _PLACEHOLDER.sub(lambda found: fields.get(found[1], found[0]), template)
    return text.strip()


def _form(template: str, own: str, fields: Mapping[str, str]) -> re.Pattern[str]:
    """Return a pattern that matches every text that the template can make."""
    parts: list[str] = []
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        parts.append(re.escape(template[end : found.start()]))
        end = found.end()
        if found[1] != own:
            parts.append(re.escape(fields.get(found[1], found[0])))
        else:
            parts.append("(.+)" if "(.+)" not in parts else r"\1")
    return re.compile("".join((*parts, re.escape(template[end:]))), re.DOTALL)
