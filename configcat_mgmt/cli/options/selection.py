"""`--only`, `--exclude` and `--map`: a part of a product, and new names for it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Final, TypeVar

import attrs
import click

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import (
    ENTITIES,
    SETTING_TYPES,
    Criteria,
    NameMap,
    Plain,
    Selection,
    Snapshot,
    StaleSettings,
)

ResultT = TypeVar("ResultT")

FIELDS: Final[Mapping[str, str]] = {
    "entity": "entities",
    "config": "configs",
    "environment": "environments",
    "tag": "tags",
    "key": "keys",
    "type": "types",
    "value": "values",
}
"""Kinds that `--only` and `--exclude` take, with their fields of `Criteria`."""
STALE: Final = "stale"
_EQUALS: Final = re.compile(r"(?<!\\)=")
"""An equals sign that is not escaped."""

_CHOSEN_HELP: Final = (
    "KIND is config, environment, tag, key, value, "
    f"type ({', '.join(SETTING_TYPES)}) or entity ({', '.join(ENTITIES)}). "
    "* and ? stand for any text and any character, such as 'key=checkout*'"
)


class NothingSelectedError(ConfigurationError):
    """A pattern in `--only` matches nothing in the product."""


@attrs.frozen
class Choice:
    """The values of --only and --exclude; `stale` is resolved later."""

    only: tuple[str, ...]
    """As given, such as `key=checkout*`."""
    exclude: tuple[str, ...]

    @property
    def is_given(self) -> bool:
        """Whether either option was given."""
        return bool(self.only or self.exclude)

    @property
    def asks_for_stale(self) -> bool:
        """Whether the selection needs the report on stale flags."""
        return STALE in self.only or STALE in self.exclude

    def selection(self, stale_settings: StaleSettings | None = None) -> Selection:
        """Return the selection.

        Args:
            stale_settings: Stale flags, from the report on stale flags.

        Raises:
            ConfigurationError: The selection needs stale flags, and there are none.
        """
        return Selection(_criteria(self.only), _criteria(self.exclude), stale_settings)

    def require_matches(self, snapshot: Snapshot) -> None:
        """Refuse a pattern in `--only` that matches nothing; it is mostly a typo.

        Raises:
            NothingSelectedError: A pattern matches nothing; the message names it.
        """
        for kind, pattern in _criteria(self.only).unmatched(snapshot):
            raise NothingSelectedError(
                f"--only {kind}={pattern}: there is no such {kind} in {snapshot.name!r}"
            )


def selection_options(
    *, stale: bool = False
) -> Callable[[Callable[..., ResultT]], Callable[..., ResultT]]:
    """Add `--only` and `--exclude`; the command gets both as `choice`.

    Args:
        stale: Whether the command can select stale flags.
    """
    help_text = f"{_CHOSEN_HELP}. May be repeated."
    if stale:
        help_text += " `stale` without a pattern selects stale flags."

    def add(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
        @click.option(
            "--only",
            multiple=True,
            metavar="KIND=PATTERN",
            help=f"Select a part. {help_text}",
        )
        @click.option(
            "--exclude",
            multiple=True,
            metavar="KIND=PATTERN",
            help="Leave a part out; takes the same values as --only.",
        )
        @wraps(command)
        def with_choice(
            only: tuple[str, ...], exclude: tuple[str, ...], **given: object
        ) -> ResultT:
            choice = Choice(only, exclude)
            for option, texts in (("--only", only), ("--exclude", exclude)):
                _require_sound(option, texts, stale=stale)
            return command(choice=choice, **given)

        return with_choice

    return add


dependencies_option: Final = click.option(
    "--with-dependencies",
    is_flag=True,
    help="Include the prerequisites and segments that the selected settings need.",
)


def map_option(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add `--map`; the command gets a `NameMap` as `names`."""

    @click.option(
        "--map",
        "mapped",
        multiple=True,
        metavar="KIND:OLD=NEW",
        help="New name of an environment or config in the target, such as "
        "environment:Staging=Test. Write = in OLD as \\=. May be repeated.",
    )
    @wraps(command)
    def with_names(mapped: tuple[str, ...], **given: object) -> ResultT:
        return command(names=read_names(mapped), **given)

    return with_names


def read_names(texts: Iterable[str]) -> NameMap:
    """Read the values of `--map`.

    Raises:
        click.BadParameter: A value is not `environment:OLD=NEW` or `config:OLD=NEW`.
        ConfigurationError: Two names would become one.
    """
    found: dict[str, dict[str, str]] = {"environment": {}, "config": {}}
    for text in texts:
        kind, colon, names = text.partition(":")
        # The first equals sign separates, so only the old name has to escape its own.
        old, *rest = map(_unescaped, _EQUALS.split(names, maxsplit=1))
        new = "".join(rest)
        if kind not in found or not colon or not old or not new:
            msg = (
                f"{text!r} is not like environment:OLD=NEW or config:OLD=NEW; "
                "write = in a name as \\="
            )
            raise click.BadParameter(msg, param_hint="--map")
        found[kind][old] = new
    return NameMap(found["environment"], found["config"])


def _unescaped(name: str) -> str:
    return name.replace("\\=", "=")


def _require_sound(option: str, texts: Iterable[str], *, stale: bool) -> None:
    for text in texts:
        if text == STALE and not stale:
            msg = "this command cannot select stale flags"
            raise click.BadParameter(msg, param_hint=option)
        kind, equals, pattern = text.partition("=")
        if text != STALE and (kind not in FIELDS or not equals or not pattern):
            msg = f"{text!r} is not KIND=PATTERN; kinds are {', '.join(FIELDS)}"
            raise click.BadParameter(msg, param_hint=option)
        allowed = {"entity": ENTITIES, "type": SETTING_TYPES}.get(kind)
        if allowed is not None and pattern not in allowed:
            msg = f"there is no {kind} {pattern!r}; choose one of {', '.join(allowed)}"
            raise click.BadParameter(msg, param_hint=option)


def _criteria(texts: Iterable[str]) -> Criteria:
    found: dict[str, list[str]] = {field: [] for field in FIELDS.values()}
    for kind, pattern in _pairs(texts):
        found[FIELDS[kind]].append(pattern)
    return Criteria(
        entities=found["entities"],
        configs=found["configs"],
        environments=found["environments"],
        tags=found["tags"],
        keys=found["keys"],
        types=found["types"],
        stale=STALE in texts,
        values=map(read_value, found["values"]),
    )


def _pairs(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        if text != STALE:
            kind, _, pattern = text.partition("=")
            yield kind, pattern


def read_value(text: str) -> Plain:
    """Read a served value: JSON such as `true`, `1` or `1.5`, otherwise text."""
    try:
        value = parse_json(text.encode())
    except ValueError:
        return text
    if isinstance(value, bool | int | float | str):
        return value
    return text
