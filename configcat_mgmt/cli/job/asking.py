"""Shows a plan before anything is sent, and asks before it overwrites or deletes."""

from typing import Final

from configcat_mgmt.cli.job.document import plan_document
from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.job.proposal import Proposal
from configcat_mgmt.cli.job.view import check_view, plan_view
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR
from configcat_mgmt.cli.terminal.output import (
    confirmed,
    console,
    say,
    styled,
)
from configcat_mgmt.jobs import ISSUE_SUBJECTS, affected
from configcat_mgmt.texts import counted

_ACCEPTABLE: Final = tuple(
    start for start, subject in ISSUE_SUBJECTS.items() if subject.startswith("Imports")
)
"""How codes begin of blockers that an import may accept."""


def propose(proposal: Proposal, job: JobOptions) -> int | None:
    """Show a plan, and ask for consent if it overwrites or deletes anything.

    Returns:
        The exit code if the command ends here; None to continue.

    Raises:
        ConfigurationError: The question needs a terminal, and there is none.
    """
    out = console(stderr=job.as_json)
    plan = proposal.plan
    say(out, *plan_view(proposal))
    code: int | None = None
    if plan.blockers:
        found = counted(len(plan.blockers), "blocker")
        out.print(styled(f"The plan has {found}; nothing was sent.", "bold red"))
        codes = dict.fromkeys(one.code for one in plan.blockers)
        if acceptable := [one for one in codes if one.startswith(_ACCEPTABLE)]:
            options = " ".join(f"--accept {one}" for one in acceptable)
            out.print(styled(f"To import nevertheless: {options}"))
        code = ERROR
    elif not proposal.left:
        # Of a resumed job the verification and the report are left.
        code = None if proposal.is_resumed else DONE
    elif job.dry_run:
        out.print("Dry run: nothing was sent.")
        code = DIFFERENCES
    elif not (job.yes or _is_agreed(proposal)):
        out.print("Nothing was sent.")
        code = ERROR
    if code in (DONE, DIFFERENCES):
        say(out, *check_view(proposal))
    if code is not None:
        job.publish({"plan": plan_document(proposal), "report": None})
    return code


def _is_agreed(proposal: Proposal) -> bool:
    deleted = sum(affected(one) for one in proposal.left if one.action == "delete")
    changed = sum(
        affected(one)
        for one in proposal.left
        if one.action != "delete" and one.replaces is not None
    )
    if not deleted and not changed:
        return True
    product = proposal.plan.target.product
    return confirmed(f"{product}: {changed:,} changed, {deleted:,} deleted.")
