"""Plans the product itself, its preferences and its members."""

from collections.abc import Iterable, Mapping

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.environment_entries import demands_of
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.builder import LAST, PRODUCT, PlanBuilder, changed
from configcat_mgmt.json_value import JsonValue


def plan_new_product(builder: PlanBuilder, target: NewProduct) -> None:
    """Plan the creation of the product."""
    wanted = builder.wanted
    builder.add(
        PRODUCT,
        "create",
        "product",
        (builder.product,),
        "create-product",
        arguments={
            "organization_id": request_bodies.ref("organization", target.organization)
        },
        body=request_bodies.product_body(
            builder.product, wanted.description, wanted.order
        ),
    )


def plan_product(builder: PlanBuilder, found: Snapshot) -> None:
    """Plan to bring name, description and order back, which only a restore does."""
    if builder.options.kind != "restore":
        return
    if not builder.options.selection.takes_all("product"):
        return
    wanted = builder.wanted
    body = request_bodies.product_body(wanted.name, wanted.description, wanted.order)
    present = request_bodies.product_body(found.name, found.description, found.order)
    fields = changed(body, present)
    if fields and builder.may_write("Product", found.name, fields):
        builder.add(
            PRODUCT,
            "update",
            "product",
            (builder.product,),
            "update-product",
            arguments={"product_id": builder.product_ref},
            body=fields,
            replaces={name: present.get(name) for name in fields},
        )


def plan_preferences(builder: PlanBuilder, stage: int) -> None:
    """Plan the preferences, after everything that they would make fail."""
    is_taken = builder.options.selection.takes_all("preferences")
    if not is_taken or _are_unread(builder.wanted):
        return
    wanted = request_bodies.preferences_body(builder.wanted.preferences)
    demands = demands_of(builder.wanted.preferences)
    if builder.found is None:
        for kind, names in demands.items():
            wanted[kind.field] = kind.write(_entries(builder, names))
        _add_preferences(builder, stage, wanted, None)
        return
    found = request_bodies.preferences_body(builder.found.preferences)
    is_unread = _are_unread(builder.found)
    fields = {
        name: wanted[name]
        for name in (wanted if is_unread else differing(wanted, found))
    }
    old = {name: found.get(name) for name in fields}
    present = demands_of(builder.found.preferences)
    for kind, names in demands.items():
        entries: Mapping[str, JsonValue] = _entries(builder, names)
        if is_unread:
            changing = entries
        elif kind in present:
            now = dict.fromkeys(map(str.casefold, present[kind]), True)
            changing = {
                name: entry
                for name, entry in entries.items()
                if now.get(name.casefold(), False) != entry
            }
        else:
            continue  # The service of the target is older than the preference.
        if changing:
            fields[kind.field] = kind.write(changing)
            old[kind.field] = kind.write(
                {name: not changing[name] for name in changing}
            )
    if fields and builder.may_write("Product", "preferences", fields):
        # The present preferences are unknown if they could not be read.
        _add_preferences(builder, stage, fields, None if is_unread else old)


def plan_members(builder: PlanBuilder, stage: int) -> None:
    """Plan invitations if they were asked for: one call per permission group."""
    members = builder.wanted.members
    if not members or not builder.takes("member"):
        return
    present: set[str] = set()
    if builder.found is not None:
        present = {member.email.casefold() for member in builder.found.members}
    by_group: dict[str, dict[str, str]] = {}
    for member in members:
        folded = member.email.casefold()
        if folded not in present:
            by_group.setdefault(member.permission_group, {})[folded] = member.email
    emails = [email for group in by_group.values() for email in group.values()]
    if not emails:
        return
    builder.issues.add(
        "CC110" if builder.options.members else "CC109", "Members", *emails
    )
    if not builder.options.members:
        return
    for name, invited in by_group.items():
        group = builder.require(
            "Members", "invitations", "permission group", builder.groups, name
        )
        if group is None:
            continue
        builder.add(
            stage,
            "set",
            "member",
            (group,),
            "invite-member",
            arguments={"product_id": builder.product_ref},
            body={
                "emails": list(invited.values()),
                "permissionGroupId": request_bodies.ref("permission_group", group),
            },
        )


def last_stage(builder: PlanBuilder) -> int:
    """Return the stage of preferences and members: after all deletions."""
    return max([LAST - 1, *(step.stage for step in builder.steps)]) + 1


def _are_unread(snapshot: Snapshot) -> bool:
    """Whether the preferences of a snapshot could not be read."""
    return any(gap.entity == "preferences" for gap in snapshot.gaps)


def _entries(builder: PlanBuilder, names: Iterable[str]) -> dict[str, JsonValue]:
    """Return whether each environment of the plan is one of those named."""
    demanding = {name.casefold() for name in names}
    entries: dict[str, JsonValue] = {}
    for environment in builder.wanted.environments:
        name = builder.environments.get(environment.name)
        needed = environment.name.casefold() in demanding
        if name is None:
            if needed:
                builder.require(
                    "Product",
                    "preferences",
                    "environment",
                    builder.environments,
                    environment.name,
                )
        elif needed or builder.found is not None:
            entries[name] = needed
    return entries


def _add_preferences(
    builder: PlanBuilder, stage: int, body: Mapping[str, JsonValue], old: JsonValue
) -> None:
    builder.add(
        stage,
        "set",
        "preferences",
        (builder.product,),
        "update-product-preferences",
        arguments={"product_id": builder.product_ref},
        body=dict(body),
        replaces=old,
    )
