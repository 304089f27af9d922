"""Options that say how a LaunchDarkly project is translated."""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar, get_args

import click

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.jobs.launchdarkly import (
    NumberType,
    SegmentMode,
    ToggleMode,
    TranslationOptions,
)
from configcat_mgmt.json_value import JsonValue

ResultT = TypeVar("ResultT")


def _off_variations(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        try:
            if not key or not equals:
                raise ValueError
            found[key] = parse_json(value.encode())
        except ValueError:
            msg = f"{text!r} is not FLAG=JSON, such as my-flag=false"
            raise click.BadParameter(msg, context, parameter) from None
    return found


def _keys(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, (text or "").split(","))))


_OPTIONS: Final = (
    click.option(
        "--environments",
        callback=_keys,
        metavar="KEYS",
        help="Keys of the environments to import, separated by commas; by default all.",
    ),
    click.option(
        "--toggle",
        type=click.Choice(get_args(ToggleMode)),
        default="respect",
        show_default=True,
        help="How to import flags whose targeting is off: the off variation only, the "
        "rules as if it were on, or both with a setting that turns the rules on.",
    ),
    click.option(
        "--segments",
        type=click.Choice(get_args(SegmentMode)),
        default="auto",
        show_default=True,
        help="What segments become: segments where that is exact and settings "
        "elsewhere (auto), settings (helper), or segments, with a blocker where that "
        "is not exact (native).",
    ),
    click.option(
        "--off-variation",
        "off_variations",
        multiple=True,
        callback=_off_variations,
        metavar="FLAG=JSON",
        help="Value that a flag serves when it is off, if it has no off variation. May "
        "be repeated.",
    ),
    click.option(
        "--list-attribute",
        "list_attributes",
        multiple=True,
        metavar="KIND.NAME",
        help="An attribute that holds a list, such as user.groups or, nested, "
        "user./address/tags. May be repeated. --find-list-attributes asks LaunchDarkly "
        "for them.",
    ),
    click.option(
        "--accept",
        multiple=True,
        metavar="CODE",
        help="Import in spite of blockers with this code. May be repeated.",
    ),
    click.option(
        "--numbers",
        type=click.Choice(get_args(NumberType)),
        default="auto",
        show_default=True,
        help="Type of flags that serve whole numbers: int (auto) or double, which can "
        "serve fractions later. The type of a setting never changes.",
    ),
    click.option(
        "--exact-percentages",
        is_flag=True,
        help="Keep fractions of a percent, with settings of their own.",
    ),
    click.option("--archived", is_flag=True, help="Import archived flags too."),
    click.option(
        "--config",
        default="Main Config",
        show_default=True,
        metavar="NAME",
        help="Name of the config.",
    ),
    click.option(
        "--server-config",
        metavar="NAME",
        help="Name of a second config for flags that are for servers only.",
    ),
)


def translation_options(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add the options of a translation; the command gets them as `options`."""

    @wraps(command)
    def with_options(
        *,
        environments: tuple[str, ...],
        toggle: ToggleMode,
        segments: SegmentMode,
        off_variations: dict[str, JsonValue],
        list_attributes: tuple[str, ...],
        accept: tuple[str, ...],
        numbers: NumberType,
        exact_percentages: bool,
        archived: bool,
        config: str,
        server_config: str | None,
        **given: object,
    ) -> ResultT:
        options = TranslationOptions(
            environments=environments,
            toggle=toggle,
            segments=segments,
            off_variations=off_variations,
            list_attributes=list_attributes,
            accept=accept,
            numbers=numbers,
            exact_percentages=exact_percentages,
            archived=archived,
            config=config,
            server_config=server_config,
        )
        return command(options=options, **given)

    found: Callable[..., ResultT] = with_options
    for option in reversed(_OPTIONS):
        found = option(found)
    return found
