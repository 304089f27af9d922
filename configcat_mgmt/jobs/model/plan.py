"""The records of a plan: calls in their order, with natural keys in place of ids."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast
from uuid import UUID

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.model.entity import Action, Entity, Ref, Severity
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import counted

FORMAT: Final = 2
"""Raised when older versions cannot read the files of this one; form 1 is 0.2.0's."""


@attrs.frozen
class Step:
    """A change that the plan makes, usually with one call.

    Attributes:
        id (str): Unique in the plan, and equal when planned again, such as `setting/Web
            shop/newLayout/create`.
        stage (int): Steps of one stage run concurrently, stages one after the other.
        action (Action): Whether it creates, updates, sets or deletes.
        entity (Entity): Kind of what it changes, such as `setting`.
        key (tuple[str, ...]): Names of what it changes, from the outermost to the
            innermost.
        operation (str): Operation id of its call.
        arguments (Mapping[str, JsonValue]): Arguments of its call by Python name, with
            refs.
        body (JsonValue): The request body as plain JSON, with refs; None for no body.
            It has the secrets of webhooks and integrations that the snapshot has.
        creates (Ref | None): The entity that the call creates; the response has its id.
            Default: None.
        id_field (str | None): Wire name of the id in the response, such as `settingId`.
            Default: None.
        versions (Mapping[str, str]): Fingerprints of the present state. `apply` leaves
            the entity alone if one differs, so no change of somebody else is
            overwritten or deleted. For values: `lastVersionId` by setting key. For the
            deletion of a setting: its digests; for the deletion of a config: a digest
            of its setting keys. Default: {}.
        replaces (JsonValue): The previous content of the changed fields, for review.
            `apply` replaces a setting only if it still has this content. Default: None.
    """

    id: str
    """Unique in the plan, and equal when planned again, such as `setting/Web
    shop/newLayout/create`."""
    stage: int
    """Steps of one stage run concurrently, stages one after the other."""
    action: Action
    """Whether it creates, updates, sets or deletes."""
    entity: Entity
    """Kind of what it changes, such as `setting`."""
    key: tuple[str, ...]
    """Names of what it changes, from the outermost to the innermost."""
    operation: str
    """Operation id of its call."""
    arguments: Mapping[str, JsonValue]
    """Arguments of its call by Python name, with refs."""
    body: JsonValue = attrs.field(repr=False)
    """The request body as plain JSON, with refs; None for no body. It has the secrets
    of webhooks and integrations that the snapshot has."""
    creates: Ref | None = None
    """The entity that the call creates; the response has its id."""
    id_field: str | None = None
    """Wire name of the id in the response, such as `settingId`."""
    versions: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Fingerprints of the present state. `apply` leaves the entity alone if one
    differs, so no change of somebody else is overwritten or deleted. For values:
    `lastVersionId` by setting key. For the deletion of a setting: its digests; for the
    deletion of a config: a digest of its setting keys."""
    replaces: JsonValue = None
    """The previous content of the changed fields, for review. `apply` replaces a
    setting only if it still has this content."""

    def __repr__(self) -> str:
        """Show the id, which names action and entity."""
        return f"<Step {self.id}>"

    def calls(self) -> dict[str, int]:
        """Count the calls by operation id.

        A step makes one call, except where it replaces values of a V2 config: each of
        these has a version of its own, and so a call of its own.
        """
        if self.operation != "post-setting-values-v2" or not self.versions:
            return {self.operation: 1}
        found = {"replace-setting-value-v2": len(self.versions)}
        body = cast("Mapping[str, Sequence[object]]", self.body)
        if len(body["updateFormulas"]) > len(self.versions):
            found[self.operation] = 1
        return found


@attrs.frozen
class Issue:
    """A finding that a person should see before the plan is applied.

    Attributes:
        code (str): Such as `CC101`; `configcat_mgmt.jobs.ISSUE_KINDS` lists all, and
            `configcat-mgmt explain CC101` explains one.
        severity (Severity): `blocker`, `warning` or `note`; a plan with a blocker must
            not be applied.
        where (str): The part of the product that it concerns, such as `Tags`.
        cause (str): The cause, in sentences that name the affected entities.
        remedy (str): The remedy, in a sentence.
    """

    code: str
    """Such as `CC101`; `configcat_mgmt.jobs.ISSUE_KINDS` lists all, and
    `configcat-mgmt explain CC101` explains one."""
    severity: Severity
    """`blocker`, `warning` or `note`; a plan with a blocker must not be applied."""
    where: str
    """The part of the product that it concerns, such as `Tags`."""
    cause: str
    """The cause, in sentences that name the affected entities."""
    remedy: str
    """The remedy, in a sentence."""


@attrs.frozen
class Target:
    """The product that a plan changes.

    Attributes:
        base_url (str): Address of the service, without a path.
        organization (str): Name or id of the organization.
        product (str): Name of the product.
        is_new (bool): Whether the plan creates the product.
        product_id (UUID | None): Id of an existing product, which finds it even after a
            rename. Default: None.
    """

    base_url: str
    """Address of the service, without a path."""
    organization: str
    """Name or id of the organization."""
    product: str
    """Name of the product."""
    is_new: bool
    """Whether the plan creates the product."""
    product_id: UUID | None = None
    """Id of an existing product, which finds it even after a rename."""


@checked
@attrs.frozen
class NewProduct:
    """A product that the plan is to make.

    Attributes:
        base_url (str): Address of the service, without a path.
        organization (str): Name or id of the organization that it is made in.
        name (str | None): Its name; that of the source if None. Default: None.
        limits (Mapping[str, int]): The organization's limits by wire name. A plan does
            not check absent ones. Default: {}.
    """

    base_url: str
    """Address of the service, without a path."""
    organization: str
    """Name or id of the organization that it is made in."""
    name: str | None = None
    """Its name; that of the source if None."""
    limits: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """The organization's limits by wire name. A plan does not check absent ones."""


@attrs.frozen
class Plan:
    """Steps and issues; equal inputs give equal plans.

    Attributes:
        kind (str): `copy`, `promote`, `clone-environment`, `convert`, `restore`,
            `cleanup`, `edit` or `import`.
        target (Target): The product that it changes.
        source_hash (str): Digest of the snapshot that the plan was made from.
        steps (tuple[Step, ...]): The changes, in order of their stages. Default: ().
        issues (tuple[Issue, ...]): Findings to see before the plan is applied,
            the worst first. Default: ().
        invites (bool): Whether the user opted in to invitations, which send e-mail.
            Default: False.
    """

    kind: str
    """`copy`, `promote`, `clone-environment`, `convert`, `restore`, `cleanup`, `edit`
    or `import`."""
    target: Target
    """The product that it changes."""
    source_hash: str
    """Digest of the snapshot that the plan was made from."""
    steps: tuple[Step, ...] = ()
    """The changes, in order of their stages."""
    issues: tuple[Issue, ...] = ()
    """Findings to see before the plan is applied, the worst first."""
    invites: bool = False
    """Whether the user opted in to invitations, which send e-mail."""

    def __repr__(self) -> str:
        """Summarize the plan, since a full listing has thousands of lines."""
        actions = Counter(step.action for step in self.steps)
        found = [f"{count:,} {action}" for action, count in actions.items()]
        severities = Counter(issue.severity for issue in self.issues)
        found += [counted(count, name) for name, count in severities.items()]
        where = f"{self.kind} {self.target.product!r}"
        return f"<Plan {where}: {', '.join(found) or 'nothing to do'}>"

    @property
    def is_empty(self) -> bool:
        """Whether the plan has no steps."""
        return not self.steps

    @property
    def blockers(self) -> tuple[Issue, ...]:
        """Issues that prevent the plan from being applied."""
        return tuple(issue for issue in self.issues if issue.severity == "blocker")

    @property
    def deletes(self) -> int:
        """Number of deletions."""
        return sum(step.action == "delete" for step in self.steps)

    def calls(self) -> dict[str, int]:
        """Count the calls by operation id."""
        return total_calls(self.steps)


def total_calls(steps: Iterable[Step]) -> dict[str, int]:
    """Count the calls of steps by operation id."""
    found: dict[str, int] = {}
    for step in steps:
        for operation, count in step.calls().items():
            found[operation] = found.get(operation, 0) + count
    return found
