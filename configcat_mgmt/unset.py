"""Defines `UNSET`, which leaves a field out; to the API, null means something else."""

import enum
from typing import Final, Literal


class UnsetType(enum.Enum):
    """The type of `UNSET`, its only member, so that checkers can narrow it."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        """Count as false, so that `model.name or "default"` works."""
        return False

    def __repr__(self) -> str:
        """Return the name that users import."""
        return "UNSET"


UNSET: Final = UnsetType.UNSET
"""Leave this field out of the request body; `None` sends a JSON null instead."""


def hidden(value: object) -> str:
    """Return `'***'` as the `repr` of a secret; None and UNSET keep their own."""
    return repr(value) if value is None or value is UNSET else "'***'"
