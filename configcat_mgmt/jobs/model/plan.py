"""A plan: what has to be called, in which order, with names in place of ids."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.jobs.model.entity import Action, Entity, Ref, Severity
from configcat_mgmt.json_value import JsonValue

FORMAT: Final = 2
"""Raised when older versions cannot read the files of this one; form 1 is 0.2.0's."""


@attrs.frozen
class Step:
    """One call of the plan."""

    id: str
    """Unique in the plan and stable, such as `setting/Web shop/newLayout/create`."""
    stage: int
    """Steps of a stage may run side by side, stages one after the other."""
    action: Action
    entity: Entity
    key: tuple[str, ...]
    operation: str
    """Operation id."""
    arguments: Mapping[str, JsonValue]
    """By Python name, with refs."""
    body: "JsonValue | None" = attrs.field(repr=False)
    """Plain JSON in wire form, with refs; None for no body. It may hold secrets of
    webhooks and integrations if the snapshot does."""
    creates: Ref | None = None
    """What the answer's id will be known as."""
    id_field: str | None = None
    """Wire name of the id in the answer, such as `settingId`."""
    versions: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """What must still be there, so that nobody's change is overwritten or deleted
    unseen. For values: `lastVersionId` by setting key. For the deletion of a setting:
    its digests, as `marks_of` makes them; for that of a config: which settings it has,
    as `mark_of_keys` makes it."""
    replaces: "JsonValue | None" = None
    """What stood there when the plan was made, for people to look at. A setting is
    replaced only if it is still like that."""


@attrs.frozen
class Issue:
    """Something that a person should know before the plan is applied."""

    code: str
    """Such as `CC101`; the list stands in `issues`."""
    severity: Severity
    where: str
    cause: str
    remedy: str


@attrs.frozen
class Target:
    """Where a plan is to be applied."""

    base_url: str
    organization: str
    """Name or id."""
    product: str
    is_new: bool
    """Whether the plan makes the product."""
    product_id: UUID | None = None
    """Id of a product that is there already, so that a rename does not mislead."""


@attrs.frozen
class NewProduct:
    """A product that the plan is to make."""

    base_url: str
    """Address of the service, without a path."""
    organization: str
    """Name or id of the organization that it is made in."""
    name: str | None = None
    """Its name; that of the source if None."""
    limits: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """The organization's limits by wire name; what is not there is not checked."""


@attrs.frozen
class Plan:
    """Steps and issues; the same input always gives the same plan."""

    kind: str
    """`copy`, `promote`, `convert`, `restore`, `cleanup` or `edit`."""
    target: Target
    source_hash: str
    """Digest of the snapshot it was made of."""
    steps: tuple[Step, ...] = ()
    issues: tuple[Issue, ...] = ()
    invites: bool = False
    """Whether somebody opted in to invitations, which send e-mail."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps

    @property
    def blockers(self) -> tuple[Issue, ...]:
        """Issues that forbid to apply the plan."""
        return tuple(issue for issue in self.issues if issue.severity == "blocker")

    @property
    def deletes(self) -> int:
        """How many things it deletes."""
        return sum(step.action == "delete" for step in self.steps)

    def calls(self) -> dict[str, int]:
        """Count the calls by operation id."""
        found: dict[str, int] = {}
        for step in self.steps:
            found[step.operation] = found.get(step.operation, 0) + 1
        return found
