"""`configcat-mgmt convert`: convert a config to evaluation version 2."""

from datetime import datetime
from functools import partial

import click

from configcat_mgmt.cli.job.options import (
    JobOptions,
    approval_options,
    job_options,
    secrets_option,
)
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import Approval, converted, plan_conversion, take_snapshot


@click.command()
@click.argument("product")
@click.argument("config")
@click.option("--name", help="Name of the new config; by default 'CONFIG (V2)'.")
@profile_option
@secrets_option
@approval_options
@job_options
def convert(
    *,
    product: str,
    config: str,
    name: str | None,
    profile: str,
    secrets: bool,
    approval: Approval | None,
    apply_at: datetime | None,
    job: JobOptions,
) -> int:
    """Create a V2 config that serves the same values as the V1 CONFIG of PRODUCT.

    CONFIG is a name or an id. The old config stays unchanged. The job creates the
    settings, values, links and webhooks of the new config and adds the config to the
    integrations. With --secrets it also copies the headers of webhooks and lists the
    new SDK keys.
    """
    account = connect(profile)

    async def prepare(meter: CallsMeter) -> Prepared:
        async with account.client() as client:
            snapshot = await take_snapshot(
                client, product, secrets=secrets, progress=meter.part()
            )
        plan = plan_conversion(
            snapshot,
            config,
            name=name,
            reason=job.reason,
            approval=approval,
            apply_at=apply_at,
        )
        return Prepared(plan=plan, snapshot=snapshot)

    source = partial(converted, config=config, name=name)
    return run_job(
        "convert", product, account, job, prepare, source=source, secrets=secrets
    )
