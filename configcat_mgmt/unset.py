"""`UNSET` marks a field that is left out, which the API tells apart from null."""

import enum
from typing import Final, Literal


class UnsetType(enum.Enum):
    """The type of `UNSET`, its only member, so that checkers can narrow it."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        """Count as false, so that `model.name or "default"` works."""
        return False

    def __repr__(self) -> str:
        """Show the name that users import."""
        return "UNSET"


UNSET: Final = UnsetType.UNSET
"""Leave this field out of the request body; `None` sends a JSON null instead."""


def hidden(value: object) -> str:
    """Stand in for a secret in the `repr` of a model; None and UNSET show."""
    return repr(value) if value is None or value is UNSET else "'***'"
