"""Defines the base class of the API's enums, which keeps unknown values."""

import enum


class OpenEnum(enum.StrEnum):
    """A string enum that also accepts unknown values.

    The service adds enum values over time. `SomeEnum("newValue")` returns a
    member-like value that equals the string `"newValue"`, is sent back unchanged and
    has `is_known == False`. Known values are the usual members.
    """

    @classmethod
    def _missing_(cls, value: object) -> "OpenEnum | None":
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the API description of this version lists the value."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        """Return an expression that evaluates to the value."""
        if self.is_known:
            return f"{type(self).__name__}.{self._name_}"
        return f"{type(self).__name__}({self.value!r})"
