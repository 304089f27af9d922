"""How names of the description become names of Python code."""

import keyword
import re

LONGEST_NAME = 60
"""Characters that a name may have, so its lines stay short."""

RESERVED_FIELDS = frozenset(
    {"bool", "dict", "field", "float", "int", "list", "object", "str"},
)
"""Names that a class body needs for its annotations, so no field may take them."""

RESERVED_ARGUMENTS = frozenset({"body", "operations", "self"})
"""Names that every generated method already uses."""


def _words(name: str) -> list[str]:
    """Split `canDisable2FA` into `can`, `Disable`, `2FA`, and `key1` into `key1`."""
    marked = re.sub(r"[^A-Za-z0-9]+", "_", name)
    marked = re.sub(r"([a-z])(\d+[A-Z])(?![a-z])", r"\1_\2", marked)
    marked = re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", marked)
    marked = re.sub(r"([a-z])([A-Z])", r"\1_\2", marked)
    marked = re.sub(r"(\d)([A-Z][a-z])", r"\1_\2", marked)
    return [word for word in marked.split("_") if word]


def snake_case(name: str) -> str:
    """Return a wire name or an operation id as a Python name in lower case.

    A Python keyword gets an underscore at its end: `from` becomes `from_`.
    """
    snake = "_".join(_words(name)).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def upper_case(name: str) -> str:
    """Return an operation id or an enum value as the name of a constant."""
    return "_".join(_words(name)).upper()


def class_case(name: str) -> str:
    """Return a snake_case name as the name of a class: `sdk_keys` as `SdkKeys`."""
    return "".join(word.capitalize() for word in name.split("_"))


def field_name(wire_name: str) -> str:
    """Return the attribute that holds the property `wire_name` of a model."""
    name = snake_case(wire_name)
    return f"{name}_" if name in RESERVED_FIELDS else name


def wire_name(field: str) -> str:
    """Return the JSON name that a field has unless its metadata names another.

    The codec applies the same rule; the generator imports nothing of the package.
    """
    first, *rest = field.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def argument_name(wire_name: str) -> str:
    """Return the argument that holds the parameter `wire_name` of an operation."""
    name = snake_case(wire_name)
    return f"{name}_" if name in RESERVED_ARGUMENTS else name
