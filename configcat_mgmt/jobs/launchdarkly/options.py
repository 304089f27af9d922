"""Options of a translation."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
from configcat_mgmt.jobs.launchdarkly.attributes import reference_text
from configcat_mgmt.json_value import JsonValue

ToggleMode: TypeAlias = Literal["respect", "ignore", "emulate"]
"""What becomes of the targeting toggle; see `TranslationOptions.toggle`."""
SegmentMode: TypeAlias = Literal["auto", "helper", "native"]
"""What segments become; see `TranslationOptions.segments`."""
NumberType: TypeAlias = Literal["auto", "double"]
"""The type of flags that serve numbers; see `TranslationOptions.numbers`."""

LARGEST_LIMITS: Final[Mapping[str, int]] = {
    "maxPercentageOptionCount": 500,
    "maxTargetingRuleCount": 500,
    "maxComparisonValueLength": 65_535,
    "maxComparisonValueListLength": 15_000,
    "maxComparisonValueListItemLength": 255,
    "maxStringFlagValueLength": 100_000,
}
"""The limits of the largest subscription, used where the target's are unknown.

Source: https://configcat.com/docs/subscription-plan-limits.
"""


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


def _known_codes(_: object, __: object, codes: tuple[str, ...]) -> None:
    unknown = [code for code in codes if code not in ISSUE_KINDS]
    if unknown:
        raise ConfigurationError(f"there is no issue code {', '.join(unknown)}")


def is_list_attribute(name: str) -> bool:
    """Whether a text has the form `kind.name`."""
    kind, _, attribute = name.partition(".")
    return bool(kind and attribute)


def _list_attributes(_: object, __: object, names: tuple[str, ...]) -> None:
    for name in names:
        if not is_list_attribute(name):
            raise ConfigurationError(
                f"{name!r} does not name a list attribute; write KIND.NAME, such as "
                f"user.groups"
            )


@checked
@attrs.frozen(kw_only=True)
class TranslationOptions:
    """Options of a translation.

    Attributes:
        toggle (ToggleMode): For a flag that is off: `respect` imports its off variation
            without the rules, `ignore` imports the rules as if it were on, `emulate`
            imports both and a boolean setting that turns the rules on. Default:
            "respect".
        segments (SegmentMode): `helper` makes each segment a boolean setting, which is
            always exact. `native` makes it a segment, and blocks where that is not
            exact. `auto` makes a segment where that is exact, and otherwise a setting.
            Default: "auto".
        off_variations (Mapping[str, JsonValue]): The value that a flag without an off
            variation serves when it is off, by key. Default: {}.
        list_attributes (tuple[str, ...]): Attributes that hold lists, as `kind.name`,
            or `kind./path/to/it` if they are nested. Those of `Project.list_attributes`
            count as well. Default: ().
        accept (tuple[str, ...]): Codes of blockers that become warnings. Default: ().
        numbers (NumberType): `auto` makes a flag of whole numbers an int, `double`
            makes all of them doubles. The type of a setting never changes. Default:
            "auto".
        archived (bool): Whether to import archived flags; a flag that others need is
            always imported. Default: False.
        environments (tuple[str, ...]): Keys of the environments to import; empty for
            all. Default: ().
        config (str): Name of the config. Default: "Main Config".
        server_config (str | None): Name of a second config for flags that are for
            servers only; None for none. A flag that others depend on stays with them.
            Default: None.
        hash_keys (bool): Whether keys of contexts are hashed in the configs that
            clients download. Default: True.
        exact_percentages (bool): Whether fractions of a percent get settings of their
            own, to 0.001%. Default: False.
        limits (Mapping[str, int]): Limits of the target's organization by wire name.
            Default: {}.
    """

    toggle: ToggleMode = "respect"
    """For a flag that is off: `respect` imports its off variation without the rules,
    `ignore` imports the rules as if it were on, `emulate` imports both and a boolean
    setting that turns the rules on."""
    segments: SegmentMode = "auto"
    """`helper` makes each segment a boolean setting, which is always exact. `native`
    makes it a segment, and blocks where that is not exact. `auto` makes a segment
    where that is exact, and otherwise a setting."""
    off_variations: Mapping[str, JsonValue] = attrs.field(factory=dict[str, JsonValue])
    """The value that a flag without an off variation serves when it is off, by key."""
    list_attributes: tuple[str, ...] = attrs.field(
        default=(), converter=_texts, validator=_list_attributes
    )
    """Attributes that hold lists, as `kind.name`, or `kind./path/to/it` if they are
    nested. Those of `Project.list_attributes` count as well."""
    accept: tuple[str, ...] = attrs.field(
        default=(), converter=_texts, validator=_known_codes
    )
    """Codes of blockers that become warnings."""
    numbers: NumberType = "auto"
    """`auto` makes a flag of whole numbers an int, `double` makes all of them
    doubles. The type of a setting never changes."""
    archived: bool = False
    """Whether to import archived flags; a flag that others need is always imported."""
    environments: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Keys of the environments to import; empty for all."""
    config: str = "Main Config"
    """Name of the config."""
    server_config: str | None = None
    """Name of a second config for flags that are for servers only; None for none. A
    flag that others depend on stays with them."""
    hash_keys: bool = True
    """Whether keys of contexts are hashed in the configs that clients download."""
    exact_percentages: bool = False
    """Whether fractions of a percent get settings of their own, to 0.001%."""
    limits: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Limits of the target's organization by wire name."""

    def limit(self, name: str) -> int | None:
        """Return a limit by its wire name; None if nothing is known about it."""
        return self.limits.get(name, LARGEST_LIMITS.get(name))

    def with_lists(self, found: Iterable[str]) -> "TranslationOptions":
        """Return these options with further attributes that hold lists."""
        names = dict.fromkeys((*self.list_attributes, *found))
        return attrs.evolve(self, list_attributes=tuple(names))

    def is_list(self, kind: str, path: tuple[str, ...]) -> bool:
        """Whether an attribute was declared as a list.

        Args:
            kind: Kind of the contexts that have it, such as `user`.
            path: Its name, or the names on the way to it.
        """
        names = {f"{kind}.{reference_text(path)}", f"{kind}.{'/'.join(path)}"}
        return not names.isdisjoint(self.list_attributes)
