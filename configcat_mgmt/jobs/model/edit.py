"""What to change about many settings at once."""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.edit_rules import (
    percentage_problems,
    rule_problems,
    value_problem,
)
from configcat_mgmt.jobs.model.snapshot import PercentageOption, Plain, Rule, RuleV1

LONGEST_NAME: Final = 255
"""Of settings and tags. Source: https://api.configcat.com/docs/."""
LONGEST_HINT: Final = 1_000
"""Source: https://api.configcat.com/docs/."""
LAST_ORDER: Final = (1 << 31) - 1


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    # A single text is one name, not one name per character.
    found = (names,) if isinstance(names, str) else tuple(names)
    by_folded: dict[str, str] = {}
    for name in found:
        by_folded.setdefault(name.casefold(), name)
    return tuple(by_folded.values())


def _rules(
    rules: Iterable[Rule | RuleV1] | None,
) -> tuple[Rule | RuleV1, ...] | None:
    return None if rules is None else tuple(rules)


def _as_tuple(
    percentage_options: Iterable[PercentageOption] | None,
) -> tuple[PercentageOption, ...] | None:
    return None if percentage_options is None else tuple(percentage_options)


@attrs.frozen(kw_only=True)
class Edit:
    """What to change about the selected settings; what is left out stays as it is.

    Values, rules and percentage options are set in all environments that are selected.

    Raises:
        ConfigurationError: Nothing is to be changed, or something makes no sense for
            any setting.
    """

    add_tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names; tags that the product does not have are made."""
    remove_tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names."""
    name: str | None = None
    """Template in which `{name}` stands for the present name and `{key}` for the key.
    A name that is of this form already stays."""
    replace_in_name: tuple[str, str] | None = None
    """What to replace in the name, and by what; not together with `name`."""
    hint: str | None = None
    """Template with `{hint}` for the present hint, `{name}` for the name after the edit
    and `{key}`; empty for none."""
    order: int | None = None
    """Place among the settings of the config, from 0; of the first one if there is a
    step."""
    order_step: int = 0
    """How much further behind each next setting of a config stands."""
    value: Plain | None = None
    """What is served by default."""
    rules: tuple[Rule | RuleV1, ...] | None = attrs.field(
        default=None, converter=_rules
    )
    """All targeting rules; percentage options go as well, unless they are given."""
    add_rule: Rule | RuleV1 | None = None
    """A targeting rule to add before all others; one that is there is moved."""
    add_rule_last: bool = False
    """Whether to add it after all others, before the percentage options."""
    percentage_options: tuple[PercentageOption, ...] | None = attrs.field(
        default=None, converter=_as_tuple
    )
    """The percentage options that come after all rules; empty for none."""

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no sense."""
        for problem in self._problems():
            raise ConfigurationError(f"the edit makes no sense: {problem}")

    @property
    def changes_settings(self) -> bool:
        """Whether anything that settings have in all environments is changed."""
        texts = (self.name, self.replace_in_name, self.hint, self.order)
        tags = self.add_tags or self.remove_tags
        return bool(tags) or any(one is not None for one in texts)

    @property
    def changes_values(self) -> bool:
        """Whether anything that settings have in an environment is changed."""
        parts = (self.value, self.rules, self.add_rule, self.percentage_options)
        return any(one is not None for one in parts)

    @property
    def all_rules(self) -> tuple[Rule | RuleV1, ...]:
        """The rules that are set or added."""
        added = () if self.add_rule is None else (self.add_rule,)
        return (*(self.rules or ()), *added)

    def served(self) -> Iterator[Plain]:
        """Go through everything that it has settings serve."""
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
            yield "it changes nothing"
        yield from self._problems_of_settings()
        if self.value is not None and (problem := value_problem(self.value)):
            yield problem
        yield from percentage_problems(self.percentage_options or ())
        yield from rule_problems(self.rules or ())
        if self.add_rule is None:
            return
        yield from rule_problems((self.add_rule,))
        if isinstance(self.add_rule, Rule) and not self.add_rule.conditions:
            yield "the rule to add has no conditions; use `percentage_options` instead"
        if self.rules is not None:
            yield "either all rules are set, or one is added"

    def _problems_of_settings(self) -> Iterator[str]:
        for tag in (*self.add_tags, *self.remove_tags):
            if not tag.strip() or len(tag) > LONGEST_NAME:
                yield f"the name of a tag has 1 to {LONGEST_NAME} characters"
        removed = {tag.casefold() for tag in self.remove_tags}
        for tag in self.add_tags:
            if tag.casefold() in removed:
                yield f"the tag {tag!r} is to be added and removed"
        if self.replace_in_name is not None:
            if not self.replace_in_name[0]:
                yield "nothing is said that is to be replaced in names"
            if self.name is not None:
                yield "names are made anew, or something is replaced in them"
        if self.order is not None and self.order not in range(LAST_ORDER + 1):
            yield f"an order is a number from 0 to {LAST_ORDER:,}"
        if self.order_step < 0 or (self.order_step and self.order is None):
            yield "a step of the order needs an order, and is not negative"
