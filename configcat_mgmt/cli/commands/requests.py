"""`configcat-mgmt requests`: list, show, approve, apply, close and comment requests."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import click

from configcat_mgmt.api.model_index import (
    AddChangeRequestCommentModel,
    ChangeRequestModel,
    ChangeRequestScheduleFilter,
    ChangeRequestStatus,
    ChangeRequestSummaryModel,
    NeedsAttentionFilter,
)
from configcat_mgmt.cli.job.options import json_option, yes_option
from configcat_mgmt.cli.job.view import changes_view
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR
from configcat_mgmt.cli.terminal.lazy_group import LazyGroup
from configcat_mgmt.cli.terminal.output import (
    confirmed,
    console,
    listing,
    print_json,
    say,
    styled,
)
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.errors import (
    BadRequestError,
    ConfigurationError,
    PermissionDeniedError,
)
from configcat_mgmt.jobs import (
    find_config,
    find_environment,
    find_product,
    proposed_changes,
)
from configcat_mgmt.texts import counted, moment_text

T = TypeVar("T")

SUMMARIES: Final = {
    "list": "List the change requests of a product.",
    "show": "Show a change request with its proposed changes.",
    "approve": "Approve a change request of somebody else.",
    "apply": "Publish the proposed values of a change request.",
    "close": "Close a change request without publishing anything.",
    "comment": "Comment on a change request.",
}
_OPEN: Final = ChangeRequestStatus.OPEN
_number: Final = click.argument("number", type=click.IntRange(min=0), metavar="ID")


class _Requests(LazyGroup):
    summaries = SUMMARIES

    def load(self, name: str) -> click.Command:
        """Return a command of the group."""
        return _COMMANDS[name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take anything but the name of a command as a product to list."""
        if args[0] not in self.summaries:
            args = ["list", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Requests)
def requests() -> None:
    """Work with change requests: `requests PRODUCT` lists those of a product.

    A product whose name is also the name of a command follows `requests list`.
    """


def _run(profile: str, work: Callable[[AsyncManagementClient], Awaitable[T]]) -> T:
    account = connect(profile)

    async def run() -> T:
        async with account.client() as client:
            return await work(client)

    return asyncio.run(run())


@click.command("list")
@click.argument("product")
@click.option(
    "--status",
    "statuses",
    type=click.Choice([one.value for one in ChangeRequestStatus]),
    multiple=True,
    help="Only requests with this status; repeatable. Open ones by default.",
)
@click.option("--all", "everything", is_flag=True, help="Requests of every status.")
@click.option("--config", metavar="NAME", help="Only requests of this config.")
@click.option("--environment", metavar="NAME", help="Only those of this environment.")
@click.option("--scheduled", is_flag=True, help="Only scheduled requests.")
@click.option("--attention", is_flag=True, help="Only requests that need attention.")
@profile_option
@json_option
def list_(
    *,
    product: str,
    statuses: tuple[str, ...],
    everything: bool,
    config: str | None,
    environment: str | None,
    scheduled: bool,
    attention: bool,
    profile: str,
    as_json: bool,
) -> None:
    """List the change requests of PRODUCT, newest first.

    PRODUCT, --config and --environment are names or ids.
    """

    async def read(client: AsyncManagementClient) -> list[ChangeRequestSummaryModel]:
        place = (await find_product(client, product)).product_id
        config_id = environment_id = None
        if config is not None:
            config_id = (await find_config(client, place, config)).config_id
        if environment is not None:
            found = await find_environment(client, place, environment)
            environment_id = found.environment_id
        pages = client.change_requests.iter_change_requests(
            place,
            config_id=config_id,
            environment_id=environment_id,
            change_request_status_filter=None if everything else statuses or [_OPEN],
            schedule_filter=(
                ChangeRequestScheduleFilter.SCHEDULED if scheduled else None
            ),
            needs_attention_filter=(
                NeedsAttentionFilter.NEEDS_ATTENTION if attention else None
            ),
            page_size=100,
        )
        return [one async for one in pages]

    found = _run(profile, read)
    if as_json:
        print_json([to_json(one) for one in found])
        return
    out = console()
    rows = [
        [
            styled(one.change_request_id),
            styled(_state(one), "yellow" if one.needs_attention else ""),
            styled(one.title),
            styled(", ".join(one.affected_setting_keys)),
            styled(one.creator_user_email),
            styled(moment_text(one.apply_at) if one.apply_at else "by hand"),
        ]
        for one in found
    ]
    if rows:
        headings = ("id", "status", "title", "settings", "by", "applies")
        out.print(listing(out, headings, rows, wrapping=["title", "settings"]))
    out.print(counted(len(found), "change request"))


@click.command()
@_number
@profile_option
@json_option
def show(*, number: int, profile: str, as_json: bool) -> None:
    """Show the change request ID with its changes, approvals, issues and comments."""

    async def read(
        client: AsyncManagementClient,
    ) -> tuple[ChangeRequestModel, str, str, str]:
        request = await client.change_requests.get_change_request(number)
        config, environment = await asyncio.gather(
            client.configs.get_config(request.config_id),
            client.environments.get_environment(request.environment_id),
        )
        return request, config.product.name, config.name, environment.name

    request, product, config, environment = _run(profile, read)
    if as_json:
        print_json(to_json(request))
        return
    out = console()
    out.print(styled(f"{request.title} ({request.change_request_id})", "bold"))
    out.print(
        styled(f"{_state(request)}, by {request.creator_user_email}, in {product}")
    )
    if request.reason:
        out.print(styled(f"reason: {request.reason}"))
    if request.apply_at:
        out.print(styled(f"applies at {moment_text(request.apply_at)}"))
    for approval in request.approvals:
        word = "approved" if approval.dismissed_at is None else "approval dismissed"
        out.print(styled(f"{word}: {approval.user_email}"))
    for issue in request.change_request_issues:
        if issue.issue_fixed_at is None:
            out.print(
                styled(f"needs attention: {issue.issue_type}: {issue.issue_details}"),
                style="yellow",
            )
    out.print()
    changes = proposed_changes(request, config, environment)
    say(out, *changes_view(changes, len(changes)))
    for comment in request.comments:
        out.print(styled(f"{comment.user_email}: {comment.body}"))


@click.command()
@_number
@profile_option
@json_option
def approve(*, number: int, profile: str, as_json: bool) -> None:
    """Approve the change request ID."""

    async def approve(client: AsyncManagementClient) -> ChangeRequestModel:
        request = await _open_request(client, number)
        try:
            return await client.change_requests.approve_change_request(number)
        except (BadRequestError, PermissionDeniedError) as error:
            me = await client.me.get_me()
            if me.email.casefold() != request.creator_user_email.casefold():
                raise
            msg = (
                f"these credentials made change request {number} themselves, and the "
                f"service refused their approval; have somebody else approve it "
                f"(--profile NAME uses other credentials): {error}"
            )
            raise ConfigurationError(msg) from error

    _ended(_run(profile, approve), as_json=as_json)


@click.command("apply")
@_number
@yes_option
@profile_option
@json_option
def apply_(*, number: int, yes: bool, profile: str, as_json: bool) -> int:
    """Publish the proposed values of the change request ID at once."""
    if not yes and not confirmed(f"This publishes change request {number}."):
        return ERROR

    async def publish(client: AsyncManagementClient) -> ChangeRequestModel:
        request = await _open_request(client, number)
        problems = [
            f"{one.issue_type}: {one.issue_details}"
            for one in request.change_request_issues
            if one.issue_fixed_at is None
        ]
        if problems:
            msg = (
                f"change request {number} needs attention ({'; '.join(problems)}); "
                f"settle that in the dashboard first"
            )
            raise ConfigurationError(msg)
        return await client.change_requests.apply_change_request(number)

    _ended(_run(profile, publish), as_json=as_json)
    return DONE


@click.command()
@_number
@yes_option
@profile_option
@json_option
def close(*, number: int, yes: bool, profile: str, as_json: bool) -> int:
    """Close the change request ID for good."""
    if not yes and not confirmed(f"This closes change request {number} for good."):
        return ERROR

    async def end(client: AsyncManagementClient) -> ChangeRequestModel:
        await _open_request(client, number)
        return await client.change_requests.close_change_request(number)

    _ended(_run(profile, end), as_json=as_json)
    return DONE


@click.command()
@_number
@click.argument("text")
@profile_option
@json_option
def comment(*, number: int, text: str, profile: str, as_json: bool) -> None:
    """Add the comment TEXT to the change request ID."""
    body = AddChangeRequestCommentModel(body=text)
    found = _run(
        profile,
        lambda client: client.change_requests.add_change_request_comment(number, body),
    )
    if as_json:
        print_json(to_json(found))
    else:
        console().print(f"comment {found.change_request_comment_id} added")


async def _open_request(
    client: AsyncManagementClient, number: int
) -> ChangeRequestModel:
    """Read a change request, and refuse one that is at its end."""
    request = await client.change_requests.get_change_request(number)
    status = request.change_request_status
    if status in (ChangeRequestStatus.APPLIED, ChangeRequestStatus.CLOSED):
        msg = f"change request {number} is {status} already, which is final"
        raise ConfigurationError(f"{msg}; make a new one for further changes")
    return request


def _state(request: ChangeRequestModel | ChangeRequestSummaryModel) -> str:
    """Return the status in words."""
    words = [str(request.change_request_status)]
    if request.change_request_status == _OPEN:
        words.append("approved" if request.approved else "not approved")
        if request.needs_attention:
            words.append("needs attention")
    return ", ".join(words)


def _ended(request: ChangeRequestModel, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(request))
        return
    text = f"{request.title} ({request.change_request_id}): {_state(request)}"
    console().print(styled(text))


_COMMANDS: Final[dict[str, click.Command]] = {
    "list": list_,
    "show": show,
    "approve": approve,
    "apply": apply_,
    "close": close,
    "comment": comment,
}
