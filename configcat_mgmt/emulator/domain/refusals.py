"""The ways in which the emulated service says no; statuses are given elsewhere."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

FieldPath: TypeAlias = "str | tuple[str | int, ...]"
"""A field by its Python name, or the way to it: `("targeting_rules", 0, "value")`."""

WHOLE_REQUEST = "$"
"""Stands where a message belongs to no single field."""


class Refusal(Exception):  # noqa: N818 - says what happened, as its heirs do
    """The base of all refusals; a refused request changes nothing."""


class NotFound(Refusal):
    """What the request names does not exist, or its caller may not know of it."""

    def __init__(self, kind: str, identity: object) -> None:
        """Say that there is no `kind` (such as "tag") called `identity`."""
        super().__init__(f"There is no {kind} {identity}.")


class Forbidden(Refusal):
    """The caller knows of the thing but may not do this with it."""


class Refused(Refusal):
    """The request breaks a rule of the service.

    Attributes:
        messages: What is wrong, by the wire path of the field at fault, such as
            `targetingRules[0].value`.
    """

    messages: Mapping[str, Sequence[str]]

    def __init__(self, path: FieldPath, message: str) -> None:
        """Blame one field.

        Args:
            path: The field at fault, by Python names.
            message: What is wrong and what would be right, as a sentence.
        """
        super().__init__(message)
        self.messages = {wire_path(path): [message]}

    @classmethod
    def of(cls, messages: Mapping[str, Sequence[str]]) -> "Refused":
        """Make a refusal out of messages that are already sorted by wire path."""
        refused = cls(WHOLE_REQUEST, "The request is not valid.")
        refused.messages = messages
        return refused


def wire_name(python_name: str) -> str:
    """Turn a name such as `comparison_value` into `comparisonValue`."""
    if python_name == "can_disable_2fa":
        return "canDisable2FA"
    first, *others = python_name.rstrip("_").split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def wire_path(path: FieldPath) -> str:
    """Write a path as the service's error bodies name it."""
    parts = (path,) if isinstance(path, str) else path
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{wire_name(part)}" if text else wire_name(part)
    return text or WHOLE_REQUEST
