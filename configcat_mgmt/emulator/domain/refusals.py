"""Refusals of the emulated service; the server maps them to statuses."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

FieldPath: TypeAlias = "str | tuple[str | int, ...]"
"""A field by its Python name, or the way to it: `("targeting_rules", 0, "value")`."""

WHOLE_REQUEST = "$"
"""The key of messages that belong to no single field."""


class Refusal(Exception):  # noqa: N818 - says what happened, as its heirs do
    """The base of all refusals; a refused request changes nothing."""


class NotFound(Refusal):
    """An entity of the request does not exist, or its caller may not see it."""

    def __init__(self, kind: str, identity: object) -> None:
        """State that there is no `kind` (such as "tag") called `identity`."""
        super().__init__(f"There is no {kind} {identity}.")


class Forbidden(Refusal):
    """The caller may see the entity but lacks the right for the operation."""


class Conflict(Refusal):
    """The request names another version of a value than the latest."""

    def __init__(self, key: str) -> None:
        """Say that the setting `key` has changed."""
        super().__init__(
            f"{key} has changed since the version that latestVersionId names. Read it "
            "again."
        )


class Refused(Refusal):
    """The request breaks a rule of the service.

    Attributes:
        messages: The problems by the JSON path of the field, such as
            `targetingRules[0].value`.
    """

    messages: Mapping[str, Sequence[str]]

    def __init__(self, path: FieldPath, message: str) -> None:
        """Refuse one field.

        Args:
            path: The field, by Python names.
            message: The problem and its remedy, as a sentence.
        """
        super().__init__(message)
        self.messages = {wire_path(path): [message]}

    @classmethod
    def of(cls, messages: Mapping[str, Sequence[str]]) -> "Refused":
        """Make a refusal of messages that are already sorted by JSON path."""
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
    """Write a path as the error bodies of the service do."""
    parts = (path,) if isinstance(path, str) else path
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{wire_name(part)}" if text else wire_name(part)
    return text or WHOLE_REQUEST
