"""The edit of many settings at once."""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.edit_rules import (
    percentage_problems,
    rule_problems,
    value_problem,
)
from configcat_mgmt.jobs.model.snapshot import PercentageOption, Plain, Rule, RuleV1
from configcat_mgmt.texts import folded

LONGEST_NAME: Final = 255
"""Characters of the name of a setting or tag. Source: https://api.configcat.com/docs/.
"""
LONGEST_HINT: Final = 1_000
"""Source: https://api.configcat.com/docs/."""
LAST_ORDER: Final = (1 << 31) - 1


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    # A single string is one name, not one name per character.
    found = (names,) if isinstance(names, str) else tuple(names)
    by_folded: dict[str, str] = {}
    for name in found:
        by_folded.setdefault(folded(name), name)
    return tuple(by_folded.values())


def _rules(
    rules: Iterable[Rule | RuleV1] | None,
) -> tuple[Rule | RuleV1, ...] | None:
    return None if rules is None else tuple(rules)


def _as_tuple(
    percentage_options: Iterable[PercentageOption] | None,
) -> tuple[PercentageOption, ...] | None:
    return None if percentage_options is None else tuple(percentage_options)


@checked
@attrs.frozen(kw_only=True)
class Edit:
    """Changes to make to the selected settings; other fields stay as they are.

    Values, rules and percentage options are set in all selected environments.

    Raises:
        ConfigurationError: The edit changes nothing, or part of it is invalid for every
            setting.

    Attributes:
        add_tags (tuple[str, ...]): Names of tags to add; missing tags are created.
            Default: ().
        remove_tags (tuple[str, ...]): Names of tags to remove. Default: ().
        name (str | None): Template in which `{name}` stands for the present name and
            `{key}` for the key. A name that already matches the template stays.
            Default: None.
        replace_in_name (tuple[str, str] | None): Text to replace in the name and its
            replacement; excludes `name`. Default: None.
        hint (str | None): Template in which `{hint}` stands for the present hint,
            `{name}` for the edited name and `{key}` for the key; empty removes the
            hint. Default: None.
        order (int | None): Position in the config, from 0. With `order_step`, the
            position of the first selected setting of each config. Default: None.
        order_step (int): Distance from each selected setting of a config to the next.
            Default: 0.
        value (Plain | None): The value served by default. Default: None.
        rules (tuple[Rule | RuleV1, ...] | None): Replaces all targeting rules, and
            removes the percentage options unless they are given. Default: None.
        add_rule (Rule | RuleV1 | None): A targeting rule to add before all others; an
            equal rule is moved there. Default: None.
        add_rule_last (bool): Whether to add the rule after all others, before the
            percentage options. Default: False.
        percentage_options (tuple[PercentageOption, ...] | None): The percentage options
            after all rules; empty removes them. Default: None.
    """

    add_tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names of tags to add; missing tags are created."""
    remove_tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names of tags to remove."""
    name: str | None = None
    """Template in which `{name}` stands for the present name and `{key}` for the key. A
    name that already matches the template stays."""
    replace_in_name: tuple[str, str] | None = None
    """Text to replace in the name and its replacement; excludes `name`."""
    hint: str | None = None
    """Template in which `{hint}` stands for the present hint, `{name}` for the edited
    name and `{key}` for the key; empty removes the hint."""
    order: int | None = None
    """Position in the config, from 0. With `order_step`, the position of the first
    selected setting of each config."""
    order_step: int = 0
    """Distance from each selected setting of a config to the next."""
    value: Plain | None = None
    """The value served by default."""
    rules: tuple[Rule | RuleV1, ...] | None = attrs.field(
        default=None, converter=_rules
    )
    """Replaces all targeting rules, and removes the percentage options unless they are
    given."""
    add_rule: Rule | RuleV1 | None = None
    """A targeting rule to add before all others; an equal rule is moved there."""
    add_rule_last: bool = False
    """Whether to add the rule after all others, before the percentage options."""
    percentage_options: tuple[PercentageOption, ...] | None = attrs.field(
        default=None, converter=_as_tuple
    )
    """The percentage options after all rules; empty removes them."""

    def __attrs_post_init__(self) -> None:
        """Refuse an invalid edit."""
        for problem in self._problems():
            raise ConfigurationError(f"the edit is not valid: {problem}")

    @property
    def changes_settings(self) -> bool:
        """Whether the edit changes the name, hint, tags or order."""
        texts = (self.name, self.replace_in_name, self.hint, self.order)
        tags = self.add_tags or self.remove_tags
        return bool(tags) or any(one is not None for one in texts)

    @property
    def changes_values(self) -> bool:
        """Whether the edit changes values."""
        parts = (self.value, self.rules, self.add_rule, self.percentage_options)
        return any(one is not None for one in parts)

    @property
    def all_rules(self) -> tuple[Rule | RuleV1, ...]:
        """The rules that the edit sets or adds."""
        added = () if self.add_rule is None else (self.add_rule,)
        return (*(self.rules or ()), *added)

    def served(self) -> Iterator[Plain]:
        """Yield every value that the edit serves."""
        if self.value is not None:
            yield self.value
        for option in self.percentage_options or ():
            yield option.value
        for rule in self.all_rules:
            if rule.value is not None:
                yield rule.value
            if isinstance(rule, Rule):
                yield from (option.value for option in rule.percentage_options)

    def _problems(self) -> Iterator[str]:
        if not (self.changes_settings or self.changes_values):
            yield "it changes nothing; set `add_tags`, `value`, `hint` or another field"
        yield from self._problems_of_settings()
        if self.value is not None and (problem := value_problem(self.value)):
            yield problem
        yield from percentage_problems(self.percentage_options or ())
        yield from rule_problems(self.rules or ())
        if self.add_rule is None:
            return
        yield from rule_problems((self.add_rule,))
        if isinstance(self.add_rule, Rule) and not self.add_rule.conditions:
            yield "the added rule has no conditions; use `percentage_options` instead"
        if self.rules is not None:
            yield "`rules` and `add_rule` exclude each other"

    def _problems_of_settings(self) -> Iterator[str]:
        for tag in (*self.add_tags, *self.remove_tags):
            if not tag.strip() or len(tag) > LONGEST_NAME:
                yield f"the name of a tag must have 1 to {LONGEST_NAME} characters"
        removed = {folded(tag) for tag in self.remove_tags}
        for tag in self.add_tags:
            if folded(tag) in removed:
                yield f"the tag {tag!r} is both added and removed"
        if self.replace_in_name is not None:
            if not self.replace_in_name[0]:
                yield "the text to replace in names is empty"
            if self.name is not None:
                yield "`name` and `replace_in_name` exclude each other"
        if self.order is not None and self.order not in range(LAST_ORDER + 1):
            yield f"an order must be a number from 0 to {LAST_ORDER:,}"
        if self.order_step < 0 or (self.order_step and self.order is None):
            yield "`order_step` needs `order`, and must not be negative"
