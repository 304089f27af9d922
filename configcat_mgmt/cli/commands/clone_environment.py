"""`configcat-mgmt clone-environment`: make an environment like another one."""

from datetime import datetime

import click

from configcat_mgmt.cli.job.options import JobOptions, approval_options, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import Approval, plan_clone_environment, take_snapshot


@click.command("clone-environment")
@click.argument("product")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="ENVIRONMENT",
    help="Environment to copy.",
)
@click.option(
    "--name", required=True, help="Name of the new environment; 1 to 255 characters."
)
@click.option(
    "--webhooks",
    is_flag=True,
    help="Copy the webhooks too. They send to the same addresses at once.",
)
@profile_option
@approval_options
@job_options
def clone_environment(
    *,
    product: str,
    source: str,
    name: str,
    webhooks: bool,
    profile: str,
    approval: Approval | None,
    apply_at: datetime | None,
    job: JobOptions,
) -> int:
    """Make an environment of PRODUCT that serves the same values as another one.

    The new environment gets the color, the description and the required reasons and
    approvals of the other one, and the value and rules of every setting. Integration
    links stay behind. Permission groups get the access that they have to new
    environments; the plan names those for which it differs.
    """
    account = connect(profile)

    async def prepare(meter: CallsMeter) -> Prepared:
        async with account.client() as client:
            snapshot = await take_snapshot(client, product, progress=meter.part())
        plan = plan_clone_environment(
            snapshot,
            source,
            name,
            webhooks=webhooks,
            reason=job.reason,
            approval=approval,
            apply_at=apply_at,
        )
        return Prepared(plan=plan, snapshot=snapshot)

    return run_job("clone-environment", f"{product}-{name}", account, job, prepare)
