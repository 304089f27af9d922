"""`configcat-mgmt whoami`: show the account, its products and its quota."""

import asyncio
from collections.abc import Sequence

import attrs
import click

from configcat_mgmt.api.model_index import (
    MeModel,
    OrganizationModel,
    ProductModel,
)
from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.terminal.output import console, print_json, styled, table
from configcat_mgmt.core.codec.decode import from_json
from configcat_mgmt.core.pacing.quota import QuotaHeaders, read_quota_headers
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import duration

_ENDPOINT = "get-me"


@attrs.frozen
class Access:
    """The account of the credentials, with its products and quota."""

    me: MeModel
    quota: QuotaHeaders
    organizations: Sequence[OrganizationModel]
    products: Sequence[ProductModel]


@click.command()
@profile_option
@json_option
def whoami(profile: str, as_json: bool) -> None:
    """Show the account, the products it can access, and the remaining quota.

    The service counts the calls of each endpoint separately: about 20 a second and 500
    a minute.
    """
    account = connect(profile)
    access = asyncio.run(_read(account))
    if as_json:
        print_json(_document(account, access))
    else:
        _show(account, access)


async def _read(account: Connection) -> Access:
    async with account.client() as client:
        answer, organizations, products = await asyncio.gather(
            client.call_raw(_ENDPOINT),
            client.organizations.get_organizations(),
            client.products.get_products(),
        )
    me = from_json(answer.json(), MeModel)
    return Access(me, read_quota_headers(answer.headers), organizations, products)


def _document(account: Connection, access: Access) -> dict[str, JsonValue]:
    quota = access.quota
    return {
        "email": access.me.email,
        "full_name": access.me.full_name,
        "base_url": account.base_url,
        "organizations": [
            {"id": str(one.organization_id), "name": one.name}
            for one in access.organizations
        ],
        "products": [
            {
                "id": str(one.product_id),
                "name": one.name,
                "organization_id": str(one.organization.organization_id),
            }
            for one in access.products
        ],
        "budget": {
            "operation": _ENDPOINT,
            "remaining": quota.remaining,
            "reset_in_seconds": quota.reset_in_seconds,
        },
    }


def _show(account: Connection, access: Access) -> None:
    out = console()
    me = access.me
    out.print(styled(f"{me.full_name} <{me.email}> on {account.base_url}", "bold"))
    out.print()
    made = table("organization", "product", "id")
    for organization in access.organizations:
        made.add_row(
            styled(organization.name, "bold"), "", str(organization.organization_id)
        )
        for product in access.products:
            if product.organization.organization_id == organization.organization_id:
                made.add_row("", styled(product.name), str(product.product_id))
    out.print(made)
    out.print()
    quota = access.quota
    left = (
        "unknown (the response has no quota headers)"
        if quota.remaining is None
        else f"{quota.remaining:,} calls"
    )
    reset = quota.reset_in_seconds
    until = "" if reset is None else f"; full quota in {duration(reset)}"
    out.print(f"Remaining quota of {_ENDPOINT} in this minute: {left}{until}.")
