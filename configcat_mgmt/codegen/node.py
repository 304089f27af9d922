"""A JSON value of the description that knows its path, for clear errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast


class DescriptionError(ValueError):
    """The description cannot be turned into code; the message says where and why."""


@dataclass(frozen=True)
class Node:
    """One JSON object, with its place such as `paths./v1/me.get`."""

    data: dict[str, object]
    where: str

    def fail(self, problem: str) -> DescriptionError:
        """Return the error that says what is wrong at this place."""
        return DescriptionError(f"{self.where}: {problem}")

    def allow(self, *names: str) -> None:
        """Refuse members other than `names`, so nothing is ignored silently."""
        for name in self.data:
            if name not in names:
                known = ", ".join(f"`{known}`" for known in names)
                raise self.fail(
                    f"`{name}` is not supported by the generator (only {known})",
                )

    def has(self, name: str) -> bool:
        """Whether there is a member `name`."""
        return name in self.data

    def child(self, name: str) -> "Node":
        """Return the object `name`, which is required."""
        return self._object(self._required(name), f"{self.where}.{name}")

    def children(self, name: str) -> Iterator[tuple[str, "Node"]]:
        """Yield each member of the object `name` by its own name; none if missing."""
        if self.has(name):
            parent = self.child(name)
            for key in parent.data:
                yield key, parent.child(key)

    def phrases(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield each member of the object `name`, all phrases; none if missing."""
        if self.has(name):
            parent = self.child(name)
            for key in parent.data:
                yield key, parent.phrase(key)

    def elements(self, name: str) -> Iterator["Node"]:
        """Yield each object of the list `name`; none if it is missing."""
        for index, item in enumerate(self._list(name)):
            yield self._object(item, f"{self.where}.{name}[{index}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the list of texts `name`; empty if it is missing."""
        items = self._list(name)
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise self.fail(f"`{name}[{index}]` is not a text")
        return tuple(cast("list[str]", items))

    def text(self, name: str) -> str:
        """Return the text `name`, which is required."""
        value = self._required(name)
        if not isinstance(value, str) or not value:
            raise self.fail(f"`{name}` must be a text that is not empty")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return the text `name`, or None if it is missing."""
        return self.text(name) if self.has(name) else None

    def phrase(self, name: str) -> str:
        """Return the text `name`, which must be fit for a docstring."""
        value = self.text(name)
        unfit = value.startswith('"') or '"""' in value or "\\" in value
        if unfit or value != " ".join(value.split()):
            raise self.fail(
                f"`{name}` must be one line of single spaces, with no backslash, no "
                f"triple quote and no quote at its start: {value!r}",
            )
        return value

    def sentences(self, name: str) -> str:
        """Return the text `name` for a docstring, which must be whole sentences."""
        value = self.phrase(name)
        if not value.endswith((".", "!", "?")):
            raise self.fail(f"`{name}` must end with a full stop: {value!r}")
        if value[0].islower():
            raise self.fail(f"`{name}` must start with a capital letter: {value!r}")
        return value

    def choice(self, name: str, *allowed: str) -> str:
        """Return the text `name`, which must be one of `allowed`."""
        value = self.text(name)
        if value not in allowed:
            raise self.fail(f"`{name}` is {value!r}, not one of {', '.join(allowed)}")
        return value

    def flag(self, name: str) -> bool:
        """Return the boolean `name`; False if it is missing."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise self.fail(f"`{name}` must be true or false")
        return value

    def integer(self, name: str) -> int | None:
        """Return the whole number `name`, or None if it is missing."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(f"`{name}` must be a whole number")
        return value

    def _required(self, name: str) -> object:
        if name not in self.data:
            raise self.fail(f"`{name}` is missing")
        return self.data[name]

    def _list(self, name: str) -> list[object]:
        value = self.data.get(name, [])
        if not isinstance(value, list):
            raise self.fail(f"`{name}` must be a list")
        return cast("list[object]", value)

    def _object(self, value: object, where: str) -> "Node":
        if not isinstance(value, dict):
            raise DescriptionError(f"{where}: must be an object")
        return Node(cast("dict[str, object]", value), where)
