"""`configcat-mgmt emulate`: a ConfigCat on this machine until Ctrl-C."""

import asyncio
import contextlib
import json
import re
import shlex
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast, get_args

import click
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.output import console, say, styled
from configcat_mgmt.emulator import (
    NO_LIMITS,
    Emulator,
    OldAuditLogs,
    RatePolicy,
    RateRule,
)
from configcat_mgmt.emulator.control import Control, add_user, read_seed
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_bounded

MAX_FILE_BYTES = 64 * 1024
UNITS = {"s": 1, "m": 60, "h": 3600}
_VARIABLES: Final[Mapping[str, str]] = {
    "CONFIGCAT_BASE_URL": "base URL",
    "CONFIGCAT_API_USER": "user",
    "CONFIGCAT_API_PASS": "password",
}
"""The printed fact for each variable that a client reads."""

_CONTROL_HELP: Final = """\b
Calls to the address of --control (`GET /` lists them with all fields):
  POST /organizations  add a second organization with a user of its own:
                       {"name": "Globex", "email": "b@example.com",
                        "full_name": "Bo", "username": "bo", "password": "..."}
  POST /seed           make products: {"products": 1, "flags": 20}
  POST /age            make a product older, so that cleanup finds stale flags:
                       {"product_id": "...", "days": 90}
  POST /users          add a user; POST /members puts users into a product
  POST /faults         inject errors, delays and lost responses
  GET /state           save the state; also PUT /state, POST /reset
"""


@click.command(epilog=_CONTROL_HELP)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 picks a free port.",
)
@click.option("--user", default="emulator", show_default=True, help="User name.")
@click.option("--password", help="Generated and printed if left out.")
@click.option(
    "--id-seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Generate the same ids, SDK keys and password each time; random by default.",
)
@click.option(
    "--rate",
    default="service",
    show_default=True,
    help="service (20/s and 500/m for each endpoint), off, or limits as 40/s,1000/m.",
)
@click.option(
    "--sliding", is_flag=True, help="Use strict sliding windows instead of fixed ones."
)
@click.option(
    "--per-credential", is_flag=True, help="Count the calls of all endpoints together."
)
@click.option(
    "--state",
    type=NamedPath(dir_okay=False, path_type=Path),
    callback=file_to_write,
    help="Keep the state in this file; load it if it exists. Survives kill -9. "
    "Credentials are not part of it.",
)
@click.option(
    "--seed-file",
    type=NamedPath(exists=True, dir_okay=False, path_type=Path),
    help='Products to make at the start, such as {"products": 1, "flags": 100}; with '
    "--state only those that the state does not have.",
)
@click.option(
    "--users-file",
    type=NamedPath(exists=True, dir_okay=False, path_type=Path),
    help='Users with credentials of their own, such as [{"email": "ben@example.com", '
    '"full_name": "Ben", "username": "ben", "password": "...", "admin": false}]. They '
    "are members of the products that exist at the start.",
)
@click.option(
    "--control",
    type=click.IntRange(0, 65535),
    help="Port of a second address, which sets up the emulator; 0 for any.",
)
@click.option(
    "--cdn/--no-cdn",
    default=True,
    show_default=True,
    help="Serve the published configs to evaluation SDKs.",
)
@click.option(
    "--old-audit-logs",
    type=click.Choice(get_args(OldAuditLogs)),
    default="302",
    show_default=True,
    help="How the audit logs of version 1 of the API behave: redirect with a status, "
    "answer in pages like version 2, or answer with a list.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def emulate(
    *,
    host: str,
    port: int,
    user: str,
    password: str | None,
    id_seed: int | None,
    rate: str,
    sliding: bool,
    per_credential: bool,
    state: Path | None,
    seed_file: Path | None,
    users_file: Path | None,
    control: int | None,
    cdn: bool,
    old_audit_logs: OldAuditLogs,
    as_json: bool,
) -> None:
    """Run the emulator until Ctrl-C, and print its address.

    The address serves the management API and the published configs for evaluation
    SDKs. With a host that is not a loopback address, other machines have access.
    """
    emulator = Emulator(
        username=user,
        password=password or None,
        seed=id_seed,
        rate_policy=read_rate(rate, sliding=sliding, per_credential=per_credential),
        host=host,
        port=port,
        cdn=cdn,
        old_audit_logs=old_audit_logs,
    )
    if state is not None:
        emulator.attach(state)
    if seed_file is not None:
        arguments = _json_in(seed_file, "object")
        emulator.seed(
            **read_seed(arguments), only_new=state is not None, organization_id=None
        )
    if users_file is not None:
        _add_users(emulator, users_file)
    asyncio.run(_serve(emulator, control, state, cdn=cdn, as_json=as_json))


def _json_in(path: Path, kind: str) -> object:
    try:
        return json.loads(read_bounded(path, MAX_FILE_BYTES))
    except ValueError as error:
        msg = f"{path} does not contain a JSON {kind}"
        raise ConfigurationError(msg) from error


def _add_users(emulator: Emulator, path: Path) -> None:
    """Add the users in a file, and make them members of all products.

    Raises:
        ConfigurationError: The file is no list of users, or a user cannot be added.
    """
    entries = _json_in(path, "list")
    if not isinstance(entries, list):
        msg = f"{path} does not contain a JSON list"
        raise ConfigurationError(msg)
    for number, entry in enumerate(cast("list[object]", entries)):
        try:
            user = add_user(emulator, entry)
        except ConfigurationError as error:
            msg = f"{path} cannot be used: {error} @ $[{number}]"
            raise ConfigurationError(msg) from None
        for product in emulator.state.products.values():
            if user.user_id not in product.members:
                emulator.add_member(product.product_id, user.user_id)


async def _serve(
    emulator: Emulator,
    control_port: int | None,
    state: Path | None,
    *,
    cdn: bool,
    as_json: bool,
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(getattr(signal, name), stopping.set)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(emulator)
        facts = {
            "base URL": emulator.base_url,
            "user": emulator.username,
            "password": emulator.password,
        }
        if cdn:
            facts["SDK base URL"] = emulator.base_url
        if control_port is not None:
            control = Control(emulator, control_port)
            await control.start()
            stack.push_async_callback(control.stop)
            facts["control URL"] = control.base_url
        _print(facts, emulator.users_without_credentials, as_json=as_json)
        await stopping.wait()
    if state is not None:
        emulator.detach()
        if not as_json:
            console().print(styled(f"Saved to {state}."))


def _print(
    facts: dict[str, str], without_credentials: Sequence[str], *, as_json: bool
) -> None:
    if as_json:
        named = {name.replace(" ", "_").lower(): fact for name, fact in facts.items()}
        people = {"users_without_credentials": [*without_credentials]}
        click.echo(json.dumps({**named, **people}))
        return
    made = Table.grid(padding=(0, 2))
    for name, fact in facts.items():
        made.add_row(styled(name, "bold"), styled(fact))
    say(
        console(),
        made,
        "\nFor a client in another terminal:",
        *(
            styled(f"  export {variable}={shlex.quote(facts[name])}")
            for variable, name in _VARIABLES.items()
        ),
        *_people(without_credentials),
        "\nStop with Ctrl-C.",
    )


def _people(without_credentials: Sequence[str]) -> Iterator[Text]:
    if without_credentials:
        names = ", ".join(without_credentials)
        yield styled(
            f"The state has users without credentials, which no file keeps: {names}. "
            f"--users-file, or POST /users of the control URL, gives them new ones.",
            "yellow",
        )


def read_rate(text: str, *, sliding: bool, per_credential: bool) -> RatePolicy:
    """Read a rate policy from the command line.

    Raises:
        click.BadParameter: It is neither `service` nor `off` nor a list of limits.
    """
    if text == "off":
        return NO_LIMITS
    rules = RatePolicy().rules
    if text != "service":
        rules = tuple(_rule(part.strip()) for part in text.split(","))
    return RatePolicy(
        rules=rules,
        window="sliding" if sliding else "fixed",
        scope="credential" if per_credential else "endpoint",
    )


def _rule(text: str) -> RateRule:
    found = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([smh])", text)
    if found is None:
        msg = f"{text!r} is not a limit such as 20/s or 500/m"
        raise click.BadParameter(msg, param_hint="--rate")
    return RateRule(int(found[1]), int(found[2] or 1) * UNITS[found[3]])
