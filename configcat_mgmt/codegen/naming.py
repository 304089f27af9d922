"""How names of the description become names of Python code."""

import keyword
import re
from collections.abc import Collection

LONGEST_NAME = 60
"""Characters that a name may have, so its lines stay short."""

BUILT_IN = frozenset({"bool", "dict", "float", "int", "list", "object", "str"})
"""Names that annotations in a class body need, so no method may take them."""

RESERVED_FIELDS = BUILT_IN | {"field"}
"""Names that the class body of a model needs, so no field may take them."""

RESERVED_ARGUMENTS = frozenset({"body", "operations", "self"})
"""Names that every generated method already uses."""

RESERVED_CLASSES = frozenset(
    {
        "AsyncGroups",
        "Caller",
        "False",
        "Final",
        "FindCreated",
        "Groups",
        "Mapping",
        "None",
        "OpenEnum",
        "Operation",
        "Parameter",
        "Portal",
        "Sequence",
        "True",
        "TypeAlias",
        "UNSET",
        "UUID",
        "UnsetType",
    }
)
"""Names that generated modules import, so no schema may take them."""

RESERVED_GROUPS = frozenset(
    {
        "aio",
        "base_url",
        "call",
        "call_raw",
        "change_value",
        "close",
        "closed",
        "common",
        "find_created",
        "groups",
        "options",
        "portal",
        "request",
        "with_options",
    }
)
"""Names of other generated files and of other members of a client."""


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


def is_method_name(operation_id: str) -> bool:
    """Whether an operation id gives a name that a method can have."""
    name = snake_case(operation_id)
    fits = len(operation_id) <= LONGEST_NAME and name not in BUILT_IN
    return fits and name.isidentifier() and name.isascii()


def operation_id(method: str, path: str, taken: Collection[str]) -> str:
    """Return an id for an operation that has none: `get-v1-tags-by-tag-id`.

    Args:
        method: In any case.
        path: With its parameters in braces.
        taken: Python names of other operations.
    """
    segments = [
        f"by-{segment[1:-1]}" if segment.startswith("{") else segment
        for segment in path.split("/")
    ]
    words = "-".join(_words("_".join([method, *segments]))).lower()
    names = {each.replace("_", "-") for each in taken}
    return _not_taken(words[:LONGEST_NAME].rstrip("-"), names, "-")


def class_name(name: str, taken: Collection[str]) -> str:
    """Return the name of a schema as the name of a class that is still free."""
    fit = name
    if not name.isidentifier() or not name[0].isupper() or not name.isascii():
        fit = "".join(word[0].upper() + word[1:] for word in _words(name))
        fit = fit if fit[:1].isalpha() else f"Model{fit}"
    if fit in taken or fit in RESERVED_CLASSES:
        fit = f"{fit}Model"
    return _not_taken(fit[:LONGEST_NAME], taken, "")


def classes_of_group(group: str) -> tuple[str, str]:
    """Return the names of the two classes of a group."""
    name = class_case(group)
    return name, f"Async{name}"


def group_name(tag: str, classes: Collection[str]) -> str:
    """Return the group of a tag: `Tags (new) - Beta` as `tags`.

    Args:
        tag: The tag as the service has it.
        classes: Names of classes that the group's own classes must not have.
    """
    name = snake_case(re.sub(r"\(.*?\)| - .*", "", tag)) or snake_case(tag) or "other"
    name = name if name[0].isalpha() else f"group_{name}"
    name = name[:40].rstrip("_")
    clash = {*classes_of_group(name)} & {*classes, *RESERVED_CLASSES}
    if clash or name in RESERVED_GROUPS:
        return f"{name}_group"
    return name


def free_name(name: str, taken: Collection[str], prefix: str) -> str:
    """Return the name of a field, argument or enum member, made fit and free.

    Args:
        name: The name that follows from the one in the API.
        taken: Names that are no longer free.
        prefix: Start of a name that would have no letter first.
    """
    fit = name if name[:1].isalpha() else f"{prefix}{name}".rstrip("_")
    return _not_taken(
        fit[:LONGEST_NAME].rstrip("_") + "_" * name.endswith("_"), taken, "_"
    )


def _not_taken(name: str, taken: Collection[str], separator: str) -> str:
    made, number = name, 2
    while made in taken:
        ending = f"{separator}{number}"
        made, number = f"{name[: LONGEST_NAME - len(ending)]}{ending}", number + 1
    return made
