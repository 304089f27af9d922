"""Refuses unusable arguments of the emulator; the error names what is allowed."""

from collections.abc import Collection
from typing import cast

from configcat_mgmt.errors import ConfigurationError


def require_whole(
    name: str, value: object, least: int, most: int | None = None
) -> None:
    """Refuse an argument that is no whole number from `least` to `most`.

    True and False are no numbers.

    Raises:
        ConfigurationError: It is something else.
    """
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or value < least
        or (most is not None and value > most)
    ):
        span = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ConfigurationError(f"{name} must be a whole number {span}")


def require_instance(name: str, value: object, kind: type) -> None:
    """Refuse an argument that is neither None nor of a class.

    Raises:
        ConfigurationError: It is of another class.
    """
    if value is not None and not isinstance(value, kind):
        raise ConfigurationError(f"{name} must be a {kind.__name__} or None")


def require_choice(name: str, value: object, choices: Collection[str]) -> None:
    """Refuse an argument that is none of the choices.

    Raises:
        ConfigurationError: It is something else.
    """
    if not isinstance(value, str) or value not in choices:
        listed = ", ".join(map(repr, choices))
        raise ConfigurationError(f"{name} must be one of {listed}")


def require_texts(name: str, value: object) -> None:
    """Refuse an argument that is not a collection of texts, such as a single text.

    Raises:
        ConfigurationError: It is something else.
    """
    is_listed = isinstance(value, Collection) and not isinstance(value, str | bytes)
    texts = cast("Collection[object]", value) if is_listed else (None,)
    if not all(isinstance(one, str) for one in texts):
        raise ConfigurationError(f"{name} must be a list, tuple or set of str")
