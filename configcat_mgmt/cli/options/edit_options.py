"""Options for the changes that `configcat-mgmt edit` makes to settings."""

import contextlib
import json
import re
from collections.abc import Callable, Generator
from functools import wraps
from typing import Final, TypeVar

import click

from configcat_mgmt.cli.options.selection import read_value
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import Edit, PercentageOption, Rule, RuleV1, read_rule

ResultT = TypeVar("ResultT")

_RULE_HELP: Final = (
    "as in a snapshot: "
    '\'{"conditions": [{"attribute": "Email", "comparator": "containsAnyOf", '
    '"value": [["@acme.example", null]]}], "value": true}\''
)
_FIELD: Final = re.compile(r"`([a-z_]+)`")
_FLAGS: Final = {
    "add_tags": "--add-tag",
    "remove_tags": "--remove-tag",
    "name": "--name",
    "replace_in_name": "--replace-in-name",
    "hint": "--hint",
    "order": "--order",
    "order_step": "--order-step",
    "value": "--value",
    "rules": "--rule",
    "add_rule": "--add-rule",
    "add_rule_last": "--last",
    "percentage_options": "--percentage-option",
}
"""Options by the field of `Edit` that they set."""
_OPTIONS: Final = (
    click.option(
        "--add-tag",
        multiple=True,
        metavar="NAME",
        help="Add a tag; it is created if missing.",
    ),
    click.option("--remove-tag", multiple=True, metavar="NAME", help="Remove a tag."),
    click.option(
        "--name",
        metavar="TEMPLATE",
        help="New name, such as '[old] {name}'; {key} is the key.",
    ),
    click.option(
        "--replace-in-name",
        nargs=2,
        metavar="OLD NEW",
        help="Replace text in the name.",
    ),
    click.option(
        "--hint",
        metavar="TEMPLATE",
        help="New hint, with {name}, {key} and {hint}; empty removes it.",
    ),
    click.option("--order", type=int, metavar="N", help="Position in the config."),
    click.option(
        "--order-step",
        type=int,
        metavar="N",
        help="Distance between positions.",
    ),
    click.option(
        "--value", metavar="VALUE", help="New default value: true, 5, 1.5 or text."
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        metavar="JSON",
        help=f"Replace all targeting rules, {_RULE_HELP}. May be repeated.",
    ),
    click.option("--no-rules", is_flag=True, help="Remove all targeting rules."),
    click.option(
        "--add-rule", metavar="JSON", help="Add a targeting rule before the others."
    ),
    click.option("--last", is_flag=True, help="Add the rule after the others instead."),
    click.option(
        "--percentage-option",
        "percentage_options",
        multiple=True,
        metavar="PERCENT=VALUE",
        help="Percentage option, such as 20=true. Repeat up to 100 percent.",
    ),
    click.option(
        "--no-percentage-options", is_flag=True, help="Remove all percentage options."
    ),
)


def edit_options(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add the options of an edit; the command gets an `Edit` as `change`."""

    @wraps(command)
    def with_edit(
        *,
        add_tag: tuple[str, ...],
        remove_tag: tuple[str, ...],
        name: str | None,
        replace_in_name: tuple[str, str] | None,
        hint: str | None,
        order: int | None,
        order_step: int | None,
        value: str | None,
        rules: tuple[str, ...],
        no_rules: bool,
        add_rule: str | None,
        last: bool,
        percentage_options: tuple[str, ...],
        no_percentage_options: bool,
        **given: object,
    ) -> ResultT:
        _require_one("--rule", rules, "--no-rules", off=no_rules)
        _require_one(
            "--percentage-option",
            percentage_options,
            "--no-percentage-options",
            off=no_percentage_options,
        )
        if not any(
            _is_given(one)
            for one in (
                add_tag,
                remove_tag,
                name,
                replace_in_name,
                hint,
                order,
                order_step,
                value,
                rules,
                no_rules,
                add_rule,
                percentage_options,
                no_percentage_options,
            )
        ):
            msg = (
                "nothing to change: pass --add-tag, --value, --hint or another action; "
                "--help lists them"
            )
            raise click.UsageError(msg)
        with _named_options():
            change = Edit(
                add_tags=add_tag,
                remove_tags=remove_tag,
                name=name,
                replace_in_name=replace_in_name,
                hint=hint,
                order=order,
                order_step=order_step or 0,
                value=None if value is None else read_value(value),
                rules=tuple(map(_read_rule, rules)) if rules or no_rules else None,
                add_rule=None if add_rule is None else _read_rule(add_rule),
                add_rule_last=last,
                percentage_options=tuple(
                    map(_read_percentage_option, percentage_options)
                )
                if percentage_options or no_percentage_options
                else None,
            )
        return command(change=change, **given)

    added: Callable[..., ResultT] = with_edit
    for option in reversed(_OPTIONS):
        added = option(added)
    return added


def _is_given(value: object) -> bool:
    """Whether an option was given; an empty text and 0 are values too."""
    return value is not None and value is not False and value != ()


@contextlib.contextmanager
def _named_options() -> Generator[None, None, None]:
    """Name options in the errors of `Edit`, which names its fields."""
    try:
        yield
    except ConfigurationError as error:
        text = _FIELD.sub(lambda found: _FLAGS.get(found[1], found[0]), str(error))
        raise ConfigurationError(text) from None


def _require_one(option: str, given: tuple[str, ...], other: str, *, off: bool) -> None:
    if given and off:
        msg = f"{option} and {other} exclude each other"
        raise click.UsageError(msg)


def _read_rule(text: str) -> Rule | RuleV1:
    """Read a rule of either version, in the form of a snapshot."""
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigurationError(f"the rule is not valid JSON: {text!r}") from None
    return read_rule(data)


def _read_percentage_option(text: str) -> PercentageOption:
    percentage, equals, value = text.partition("=")
    if not equals or not percentage.isascii() or not percentage.isdigit():
        msg = f"{text!r} is not PERCENT=VALUE, such as 20=true"
        raise click.BadParameter(msg, param_hint="--percentage-option")
    return PercentageOption(int(percentage), read_value(value))
