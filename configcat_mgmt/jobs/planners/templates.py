"""Fills in texts for many settings; doing it again changes nothing more."""

import re
from collections.abc import Mapping
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def filled(template: str, own: str, fields: Mapping[str, str]) -> str:
    """Return a text for a setting.

    Args:
        template: The text, with the names of fields in braces.
        own: Name of the field that gets the text. Where the template has this one in
            it, a text that is of its form already stays, so that nothing is put in
            front of it or behind it twice.
        fields: What the placeholders stand for; other braces stay as they are.
    """
    template, present = template.strip(), fields[own]
    if f"{{{own}}}" in template:
        alone = _substituted(template, {**fields, own: ""})
        if present == alone or _form(template, own, fields).fullmatch(present):
            return present
    return _substituted(template, fields)


def replaced(text: str, old: str, new: str) -> str:
    """Replace in a text, but for what looks as if it had been replaced before."""
    if old in new:
        text = text.replace(new, old)
    return text.replace(old, new)


def unknown_in(template: str, known: tuple[str, ...]) -> list[str]:
    """Return what looks like a placeholder and stands for nothing."""
    return [
        found[0] for found in _PLACEHOLDER.finditer(template) if found[1] not in known
    ]


def _substituted(template: str, fields: Mapping[str, str]) -> str:
    text = _PLACEHOLDER.sub(lambda found: fields.get(found[1], found[0]), template)
    return text.strip()


def _form(template: str, own: str, fields: Mapping[str, str]) -> re.Pattern[str]:
    """Return what fits every text that the template can make of its own field."""
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
