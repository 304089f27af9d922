"""Reads back and compares: empty means equal."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import ChangeRequestStatus
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.report import RequestState
from configcat_mgmt.jobs.compare.differences import (
    Difference,
    differences,
    uncompared_fields,
)
from configcat_mgmt.jobs.issues.open_requests import open_requests
from configcat_mgmt.jobs.model.plan import Issue, Plan, Step
from configcat_mgmt.jobs.model.selection import EVERYTHING, Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot, UnknownField
from configcat_mgmt.jobs.snapshotting.calls import ReadListener
from configcat_mgmt.jobs.snapshotting.product import Scope, read_product
from configcat_mgmt.jobs.verifying.plan_effects import unmet

UnknownFieldsListener: TypeAlias = Callable[[Sequence[UnknownField]], object]
"""Receives fields of the service that this version does not know."""

ProposalListener: TypeAlias = Callable[[Sequence[Step]], object]
"""Receives the steps of a plan whose change requests are open."""

IssueListener: TypeAlias = Callable[[Sequence[Issue]], object]
"""Receives issues that a comparison found."""

_OF_CONFIGS: Final = (
    "config",
    "setting",
    "variation",
    "values",
    "change_request",
    "link",
    "webhook",
)
"""Kinds whose keys begin with a config."""
_PAGE: Final = 100
"""Change requests of a page, as many as the service allows."""


@checked
async def verify(
    client: AsyncManagementClient,
    wanted: Plan | Snapshot,
    product: UUID | str,
    *,
    selection: Selection | None = None,
    progress: ReadListener | None = None,
    unknown_fields: UnknownFieldsListener | None = None,
    requests: Iterable[RequestState] = (),
    waiting: ProposalListener | None = None,
    issues: IssueListener | None = None,
) -> tuple[Difference, ...]:
    """Read a product and list its differences from a plan or snapshot.

    After a plan only the entities that it touches are read: the settings of its configs
    and, with one call per config and environment, their values, and lists of the other
    kinds. Values that an open change request of the plan proposes are not compared. For
    a snapshot everything is read except the organization.

    Args:
        client: Reads the product. It reads secrets of webhooks and integrations, which
            the result never contains.
        wanted: A plan that was applied, or how the product should look.
        product: Id of the product, or its name in any case.
        selection: Which part of a snapshot to compare; a plan is compared as a whole.
        progress: Called with the number of calls that are done and that are needed.
        unknown_fields: Called once, with the fields of the product and of the snapshot
            that this version does not know, and so did not compare; usually with none.
        requests: The change requests of the plan, such as `Report.requests`, which are
            recognized by id. Without them, the titles that the plan gives decide.
        waiting: Called once for a plan, with the steps whose change requests are open,
            so that their values were not compared; usually with none.
        issues: Called once, with an issue `CC706` for each config and environment where
            other open change requests may change values soon; usually with none.

    Returns:
        The differences, by natural key; empty means equal.

    Raises:
        ConfigurationError: There is no product of this name, or more than one.
        NotFoundError: There is no product of this id.
        JobError: Two entities of a kind have exactly the same name.
    """
    if isinstance(wanted, Plan):
        scope = Scope(selection=touched(wanted), parameters=True)
        found = await read_product(client, product, scope, progress)
        if unknown_fields is not None:
            unknown_fields(found.unknown_fields)
        proposed = await _open_proposals(client, wanted, found, requests)
        if waiting is not None:
            waiting(proposed)
        if issues is not None:
            ours = {" in ".join(step.key) for step in proposed}
            issues([one for one in open_requests(found) if one.where not in ours])
        open_ids = {step.id for step in proposed}
        left = tuple(step for step in wanted.steps if step.id not in open_ids)
        return unmet(attrs.evolve(wanted, steps=left), found)
    selection = selection or EVERYTHING
    excluded = (*selection.exclude.entities, "organization", "member")
    exclude = attrs.evolve(selection.exclude, entities=excluded)
    scope = Scope(attrs.evolve(selection, exclude=exclude), parameters=True)
    found = await read_product(client, product, scope, progress)
    if unknown_fields is not None:
        unknown_fields(uncompared_fields(wanted, found, selection))
    if issues is not None:
        issues(open_requests(found, selection))
    return differences(wanted, found, selection)


async def _open_proposals(
    client: AsyncManagementClient,
    plan: Plan,
    found: Snapshot,
    requests: Iterable[RequestState],
) -> tuple[Step, ...]:
    """Return the steps whose change requests are open: their values are to come."""
    ids = {(one.config, one.environment): one.id for one in requests}
    steps = [step for step in plan.steps if step.entity == "change_request"]
    configs = {one.name.casefold(): one.id for one in found.configs}
    places = {one.name.casefold(): one.id for one in found.environments}

    async def is_open(step: Step) -> bool:
        number = ids.get((step.key[0], step.key[1]))
        title = cast("Mapping[str, object]", step.body)["title"]
        pages = client.change_requests.iter_change_requests(
            found.source.product_id,
            config_id=configs.get(step.key[0].casefold()),
            environment_id=places.get(step.key[1].casefold()),
            change_request_status_filter=[ChangeRequestStatus.OPEN],
            page_size=_PAGE,
        )
        return any(
            [
                one.title == title
                if number is None
                else one.change_request_id == number
                async for one in pages
            ]
        )

    is_waiting = await asyncio.gather(*map(is_open, steps))
    return tuple(one for one, waits in zip(steps, is_waiting, strict=True) if waits)


def touched(plan: Plan) -> Selection:
    """Return the part of a product that a plan touches."""
    kinds = {step.entity for step in plan.steps} - {"member"}
    if "change_request" in kinds:
        kinds = kinds - {"change_request"} | {"values"}
    if "variation" in kinds:
        kinds.add("setting")
    return Selection(
        only=Criteria(
            # Never empty, which would mean everything.
            entities=sorted({*kinds, "product"}),
            configs=_configs(plan.steps),
            environments=_environments(plan.steps),
        )
    )


def _configs(steps: Iterable[Step]) -> list[str]:
    return sorted({step.key[0] for step in steps if step.entity in _OF_CONFIGS})


def _environments(steps: Iterable[Step]) -> list[str]:
    refs = [
        cast("Mapping[str, Sequence[str]]", step.arguments["environment_id"])
        for step in steps
        if step.entity in ("values", "change_request", "link")
    ]
    return sorted({ref["$ref"][-1] for ref in refs})
