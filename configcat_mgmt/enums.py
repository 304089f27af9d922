"""The base of the API's enums: values that the service adds later are kept."""

import enum


class OpenEnum(enum.StrEnum):
    """A text enum that also accepts values it does not know.

    The service adds enum values over time. `SomeEnum("newValue")` gives a member-like
    value that equals the text `"newValue"`, is sent back unchanged and has
    `is_known == False`. Known values are the usual members.
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
        """Whether the API description that this version was built from lists it."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        """Show how the value is written in code."""
        if self.is_known:
            return f"{type(self).__name__}.{self._name_}"
        return f"{type(self).__name__}({self.value!r})"
