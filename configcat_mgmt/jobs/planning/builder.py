"""Collects the steps and issues of a plan for all planning modules."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias, TypeVar

import attrs

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.entity import Action, Entity, Ref
from configcat_mgmt.jobs.model.narrow_and_rename import Named
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.references import used_segments
from configcat_mgmt.jobs.model.snapshot import Formula, Snapshot, ValueV1
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.json_value import JsonValue

NamedT = TypeVar("NamedT", bound=Named)

PRODUCT: Final = 1
FRAME: Final = 2
"""Environments and tags."""
PARTS: Final = 3
"""Permission groups, segments and configs."""
SETTINGS: Final = 4
VALUES: Final = 5
SURROUNDINGS: Final = 6
"""Links, webhooks and integrations."""
LAST: Final = 7
"""Deletions start here; preferences and members come after them."""

VERSIONS: Final = ("v1", "v2")
"""Evaluation versions of configs."""

ID_FIELDS: Final[Mapping[Entity, str]] = {
    "product": "productId",
    "environment": "environmentId",
    "tag": "tagId",
    "permission_group": "permissionGroupId",
    "segment": "segmentId",
    "config": "configId",
    "setting": "settingId",
    "webhook": "webhookId",
    "integration": "integrationId",
    "change_request": "changeRequestId",
}
"""Wire name of the id in the answer to a creation."""

_LIMITS: Final[Mapping[str, str]] = {
    "maxPercentageOptionCount": "percentage options",
    "maxTargetingRuleCount": "targeting rules",
    "maxConditionPerTargetingRuleCount": "conditions in a rule",
    "maxComparisonValueLength": "characters in a comparison value",
    "maxComparisonValueListLength": "items in a comparison list",
    "maxComparisonValueListItemLength": "characters in an item of a comparison list",
    "maxStringFlagValueLength": "characters in a text value",
    "maxPredefinedVariations": "predefined variations",
}
"""Words for the limits of an organization, by wire name."""

ValuePlace: TypeAlias = tuple[str, str, str]
"""Config, key and environment of a value, as the target spells them."""


@attrs.define
class Spellings:
    """Spellings of the names of one kind of entity in the target."""

    _by_folded: dict[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def of(cls, things: Iterable[Named]) -> "Spellings":
        """Start with the entities that exist."""
        return cls({thing.name.casefold(): thing.name for thing in things})

    def add(self, name: str) -> None:
        """Add the name of an entity that the plan creates."""
        self._by_folded[name.casefold()] = name

    def add_all(self, names: Iterable[str]) -> None:
        """Add names of entities that exist, unless their spelling is known."""
        for name in names:
            self._by_folded.setdefault(name.casefold(), name)

    def get(self, name: str) -> str | None:
        """Return the spelling of a name, None if there is no such entity."""
        return self._by_folded.get(name.casefold())

    def as_mapping(self) -> Mapping[str, str]:
        """Return all spellings by casefolded name."""
        return self._by_folded


@attrs.define
class PlanBuilder:
    """A plan in the making."""

    options: PlanOptions
    wanted: Snapshot
    """The selected part of the source, under the names of the target."""
    found: Snapshot | None
    """The target; None for a new product."""
    product: str
    """Name of the product, as it is called when the plan starts."""
    limits: Mapping[str, int]
    """Limits of the target's organization by wire name."""
    mark: str = ""
    """Eight digits that are equal for equal plans only."""
    steps: list[Step] = attrs.field(factory=list[Step], init=False)
    issues: IssueList = attrs.field(factory=IssueList, init=False)
    environments: Spellings = attrs.field(init=False)
    tags: Spellings = attrs.field(init=False)
    segments: Spellings = attrs.field(init=False)
    groups: Spellings = attrs.field(init=False)
    configs: Spellings = attrs.field(init=False)
    written: dict[ValuePlace, Formula | ValueV1] = attrs.field(
        factory=dict[ValuePlace, Formula | ValueV1], init=False
    )
    """Values that the plan writes."""
    proposed: dict[ValuePlace, Formula | ValueV1] = attrs.field(
        factory=dict[ValuePlace, Formula | ValueV1], init=False
    )
    """Values that the plan proposes in change requests."""

    def __attrs_post_init__(self) -> None:
        """Start with the entities of the target."""
        found = self.found
        self.environments = Spellings.of(found.environments if found else ())
        self.tags = Spellings.of(found.tags if found else ())
        self.segments = Spellings.of(found.segments if found else ())
        self.groups = Spellings.of(found.permission_groups if found else ())
        self.configs = Spellings.of(found.configs if found else ())
        if found and any(gap.entity in ("segment", "tag") for gap in found.gaps):
            self._add_what_is_used(found)

    def _add_what_is_used(self, found: Snapshot) -> None:
        """Know segments and tags in use though only their names were read."""
        for config in found.configs:
            for setting in config.settings:
                self.tags.add_all(setting.tags)
                for value in setting.values.values():
                    self.segments.add_all(used_segments(value.targeting))

    @property
    def product_ref(self) -> JsonValue:
        """Return how the product is named in arguments."""
        return Ref("product", (self.product,)).to_json()

    def takes(self, entity: Entity) -> bool:
        """Whether entities of a kind are selected."""
        return self.options.selection.takes(entity)

    def updates(self, entity: Entity) -> bool:
        """Whether selected entities of a kind are changed where the target has them."""
        options = self.options
        is_dependency = options.with_dependencies and entity == "segment"
        return options.selection.updates(entity) or is_dependency

    def add(
        self,
        stage: int,
        action: Action,
        entity: Entity,
        key: tuple[str, ...],
        operation: str,
        *,
        arguments: Mapping[str, JsonValue],
        body: JsonValue = None,
        versions: Mapping[str, str] | None = None,
        replaces: JsonValue = None,
    ) -> None:
        """Add a step. The entity that it creates is known by its key from then on."""
        creates = Ref(entity, key) if action == "create" else None
        self.steps.append(
            Step(
                id=step_id(entity, key, action),
                stage=stage,
                action=action,
                entity=entity,
                key=key,
                operation=operation,
                arguments=arguments,
                body=body,
                creates=creates,
                id_field=ID_FIELDS.get(entity) if creates else None,
                versions=versions or {},
                replaces=replaces,
            )
        )

    def may_write(self, where: str, item: str, fields: Iterable[str]) -> bool:
        """Decide whether to overwrite an entity that differs, and add the issue if not.

        Args:
            where: The part of the product that it is in.
            item: Its name.
            fields: The fields that differ.
        """
        if self.options.on_conflict == "overwrite":
            return True
        code = "CC402" if self.options.on_conflict == "skip" else "CC401"
        self.issues.add(code, where, item, fields=", ".join(fields))
        return False

    def require(
        self, where: str, item: str, what: str, spellings: Spellings, name: str
    ) -> str | None:
        """Return the spelling of a needed name; block the plan if it is missing.

        Args:
            where: The part of the product that needs it.
            item: The entity that needs it there.
            what: Kind of the needed entity, for people.
            spellings: The known names of this kind.
            name: The needed name.
        """
        found = spellings.get(name)
        if found is None:
            self.issues.add("CC201", where, item, what=f"{what} {name!r}")
        return found

    def require_within(self, where: str, item: str, limit: str, needed: int) -> None:
        """Block if the organization's limits do not allow something.

        Args:
            where: The part of the product.
            item: The entity that needs it there.
            limit: Wire name of the limit; a limit that is not known is not checked.
            needed: How much it needs.
        """
        allowed = self.limits.get(limit)
        if allowed is not None and needed > allowed:
            self.issues.add(
                "CC220", where, item, limit=f"{allowed:,}", what=_LIMITS[limit]
            )


def step_id(entity: Entity, key: tuple[str, ...], action: Action) -> str:
    """Return the id of a step, such as `setting/Web shop/newLayout/create`.

    A slash in a name is written `%2F` and a percent sign `%25`, so two keys never give
    one id.
    """
    parts = (part.replace("%", "%25").replace("/", "%2F") for part in key)
    return "/".join((entity, *parts, action))


def by_folded_name(things: Iterable[NamedT]) -> dict[str, NamedT]:
    """Return entities by their casefolded names."""
    return {thing.name.casefold(): thing for thing in things}


def changed(
    wanted: Mapping[str, JsonValue], found: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """Return the fields of a body that differ from the present ones.

    To remove a text the body has an empty text, since null means "unchanged" there.
    """
    fields: dict[str, JsonValue] = {}
    for name in differing(wanted, found):
        value = wanted.get(name)
        fields[name] = "" if value is None else value
    return fields
