"""A local ConfigCat management service as one object."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from configcat_mgmt.clock import monotonic
from configcat_mgmt.emulator.domain.aging import age_product
from configcat_mgmt.emulator.domain.given import (
    require_choice,
    require_instance,
    require_texts,
    require_whole,
)
from configcat_mgmt.emulator.domain.identifiers import SEED_BITS, default_password
from configcat_mgmt.emulator.domain.limits import PlanLimits
from configcat_mgmt.emulator.domain.names import is_visible
from configcat_mgmt.emulator.domain.records import Organization, Product, User
from configcat_mgmt.emulator.domain.state import Clock, State, system_clock
from configcat_mgmt.emulator.seeding.seeds import seed as make_seed
from configcat_mgmt.emulator.server.accounts import Accounts, require_username
from configcat_mgmt.emulator.server.app import App, Observer, ReplayError, Sleep, Timer
from configcat_mgmt.emulator.server.background import Background
from configcat_mgmt.emulator.server.counts import Counts
from configcat_mgmt.emulator.server.faults import Faults
from configcat_mgmt.emulator.server.old_audit_logs import (
    OLD_AUDIT_LOGS,
    OldAuditLogs,
)
from configcat_mgmt.emulator.server.request_log import RequestLog
from configcat_mgmt.emulator.server.server import Server, base_url
from configcat_mgmt.emulator.server.throttle import (
    DEFAULT_POLICY,
    NO_LIMITS,
    RatePolicy,
    Throttle,
)
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.json_value import JsonValue

if TYPE_CHECKING:
    from configcat_mgmt.emulator.storage.journal import StateJournal

MAX_AGE_DAYS: Final = 36_500
MOST_PORT: Final = 65_535
MOST_SEED: Final = 2**SEED_BITS - 1


class Emulator:
    """A ConfigCat management service that needs no account and no network.

    It starts with one organization and one user, who is its Organization Admin. Two
    emulators share nothing.

    Example:
        >>> with Emulator() as emulator:
        ...     print(emulator.base_url, emulator.username, emulator.password)

    `with` runs the server on its own thread, `async with` in the running event loop. A
    stopped emulator keeps its state and can start again.

    Attributes:
        username: User name of the first user, for HTTP Basic.
        password: Password of the first user.
        state: The internal state. Its classes are not public and may change in any
            release; read or change it only while no request is in progress.
        faults: Faults to inject: `emulator.faults.add(Fault(...))`.
        counts: Calls and calls refused by the rate policy, by operation id.
        requests: The last requests, at most `request_log` of them.
    """

    def __init__(
        self,
        *,
        username: str = "emulator",
        password: str | None = None,
        rate_policy: RatePolicy | None = DEFAULT_POLICY,
        host: str = "127.0.0.1",
        port: int = 0,
        host_names: Collection[str] = (),
        seed: int | None = None,
        limits: PlanLimits | None = None,
        request_log: int = 0,
        cdn: bool = True,
        old_audit_logs: OldAuditLogs = "302",
        clock: Clock = system_clock,
        timer: Timer = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Make an emulator; it does not listen yet.

        Args:
            username: User name of the first user.
            password: Password of the first user; made from `seed` if left out.
            rate_policy: The rate limit; None admits every call.
            host: Address to listen on. Everything but a loopback address lets other
                machines in.
            port: Port to listen on; 0 means any free one.
            host_names: Names that clients may use besides those of the loopback, for
                addresses that are not. Requests for other hosts are refused, so that no
                web page can reach the emulator through a browser.
            seed: Determines all ids, SDK keys, secrets and the default password, from 0
                to 2**63 - 1. A random one by default, so two emulators never share an
                id by accident.
            limits: Limits of the plan; those of the largest plan by default.
            request_log: How many requests `requests` keeps.
            cdn: Whether evaluation SDKs can read the published configs here.
            old_audit_logs: How the audit logs of version 1 of the API behave: "302" and
                "307" redirect to version 2, "paged" answers like version 2, and "list"
                answers as before the redirect.
            clock: Returns the time of changes, as an aware UTC time.
            timer: Returns seconds for the rate limit, from a clock that never jumps.
            sleep: Waits for faults that delay.

        Raises:
            ConfigurationError: An argument has a wrong type or is out of range; the
                message names it and what is allowed.
            ValueError: The user name is empty or has a colon.
        """
        require_whole("port", port, 0, MOST_PORT)
        if seed is not None:
            require_whole("seed", seed, 0, MOST_SEED)
        require_whole("request_log", request_log, 0)
        require_instance("rate_policy", rate_policy, RatePolicy)
        require_instance("limits", limits, PlanLimits)
        require_texts("host_names", host_names)
        require_choice("old_audit_logs", old_audit_logs, OLD_AUDIT_LOGS)
        seed = secrets.randbits(SEED_BITS) if seed is None else seed
        password = default_password(seed) if password is None else password
        self.username = username
        self.password = password
        self.state = State(seed=seed, clock=clock, limits=limits)
        self._host = host
        self._accounts = Accounts()
        self._throttle = Throttle(rate_policy or NO_LIMITS)
        self._app = App(
            self.state,
            self._accounts,
            self._throttle,
            request_log_size=request_log,
            serves_published=cdn,
            old_audit_logs=old_audit_logs,
            timer=timer,
            sleep=sleep,
        )
        self._server = Server(self._app, host, port, host_names)
        self._background: Background | None = None
        self._journal: StateJournal | None = None
        self._base_url: str | None = None
        self._seed = seed
        self._limits = limits
        self._begin(self.state)
        self._accounts.add(username, password, self.state.caller)

    @property
    def base_url(self) -> str:
        """The address to give to a client, such as `http://127.0.0.1:41234`.

        Raises:
            RuntimeError: The emulator is not running.
        """
        if self._base_url is None:
            message = "the emulator is not running; use it in a with statement"
            raise RuntimeError(message)
        return self._base_url

    @property
    def faults(self) -> Faults:
        """The faults to inject."""
        return self._app.faults

    @property
    def counts(self) -> Counts:
        """How often each operation was called and refused."""
        return self._app.counts

    @property
    def requests(self) -> RequestLog:
        """The last requests."""
        return self._app.log

    @property
    def rate_policy(self) -> RatePolicy:
        """The rate limit."""
        return self._throttle.policy

    @property
    def users_without_credentials(self) -> tuple[str, ...]:
        """E-mail addresses of users who cannot call, such as those of a loaded state.

        No file holds credentials; `add_user` gives a user new ones.
        """
        able = self._accounts.user_ids
        users = self.state.users.values()
        return tuple(user.email for user in users if user.user_id not in able)

    def observe(self, observer: Observer) -> None:
        """Call `observer` with each request and its response.

        Args:
            observer: Called on the thread that serves requests, after the response is
                made and before it is sent. It must not raise.
        """
        self._app.observers.append(observer)

    def add_organization(self, name: str) -> UUID:
        """Add an organization, whose Organization Admin is the first user.

        Args:
            name: Name of the organization.

        Returns:
            Its id.
        """
        admin = next(iter(self.state.users.values()))
        organization = self.state.add_organization(name, admin)
        self._write_checkpoint()
        return organization.organization_id

    def add_user(
        self,
        email: str,
        full_name: str,
        *,
        username: str,
        password: str,
        admin: bool = False,
        organization_id: UUID | None = None,
    ) -> User:
        """Let a user of an organization call, with credentials.

        If there is a user with this address already, they get the credentials; a state
        that was loaded has users without any.

        Args:
            email: E-mail address of the user.
            full_name: Name of the user.
            username: User name of the credentials; unique in the emulator.
            password: Password of the credentials; replaces an earlier one of the user.
            admin: Whether the user is an Organization Admin. Others see no product
                until they are members of one of its permission groups.
            organization_id: Organization of the user; the first one by default. Users
                of other organizations cannot see it.

        Returns:
            The user, whose `user_id` the operations on members take.

        Raises:
            ValueError: The user name belongs to another user, is empty or has a colon,
                or the address is empty or has white space or control characters;
                nothing was changed.
            ConfigurationError: There is no such organization.
        """
        organization = self._organization(organization_id)
        require_username(username)
        if not email or not is_visible(email):
            message = "an e-mail address must not be empty or contain white space or "
            raise ValueError(f"{message}control characters")
        known = {one.email.casefold(): one for one in self.state.users.values()}
        user = known.get(email.casefold())
        owner = self._accounts.owner(username)
        # A user who left with `restore` or `reset` owns no name anymore.
        if owner and known.get(owner.email.casefold(), user) is not user:
            message = "the user name belongs to another user; choose another one"
            raise ValueError(message)
        user = user or self.state.add_user(email, full_name)
        groups = [organization.members, *([organization.admins] if admin else [])]
        for people in groups:
            if user.user_id not in people:
                people.append(user.user_id)
        self._accounts.add(username, password, user)
        self._write_checkpoint()
        return user

    def _organization(self, organization_id: UUID | None) -> Organization:
        """Return an organization; the first one for None."""
        organizations = self.state.organizations
        if organization_id is None:
            return next(iter(organizations.values()))
        if organization_id not in organizations:
            msg = f"there is no organization {organization_id}"
            raise ConfigurationError(msg)
        return organizations[organization_id]

    def add_member(
        self, product_id: UUID, user_id: str, permission_group_id: int | None = None
    ) -> None:
        """Put a user into a permission group of a product.

        Args:
            product_id: The product.
            user_id: The user; a member of another group of the product moves.
            permission_group_id: The group; the first one of the product by default.

        Raises:
            ConfigurationError: There is no such product, user or permission group.
        """
        product = self._product(product_id)
        if permission_group_id is None:
            permission_group_id = product.permission_group_ids[0]
        if permission_group_id not in product.permission_group_ids:
            message = f"the product has no permission group {permission_group_id}"
            raise ConfigurationError(message)
        if user_id not in self.state.users:
            message = f"there is no user {user_id}"
            raise ConfigurationError(message)
        organization = self.state.organizations[product.organization_id]
        if user_id not in organization.members:
            organization.members.append(user_id)
        product.members[user_id] = permission_group_id
        self._write_checkpoint()

    def age_product(self, product_id: UUID, *, days: int) -> None:
        """Make a product older, so that its flags become stale.

        Every time that the product's settings, values, segments, invitations, code
        references and audit log carry moves into the past.

        Args:
            product_id: The product.
            days: By how many days, from 0 to 36,500.

        Raises:
            ConfigurationError: There is no such product, or `days` is out of range;
                nothing was changed.
        """
        product = self._product(product_id)
        require_whole("days", days, 0, MAX_AGE_DAYS)
        try:
            age_product(self.state, product, days)
        except OverflowError:
            message = "the times of the product would lie before the year 1"
            raise ConfigurationError(message) from None
        self._write_checkpoint()

    def accept_invitation(
        self, invitation_id: UUID, full_name: str, *, username: str, password: str
    ) -> User:
        """Accept an invitation, as the invited person does on the dashboard.

        Args:
            invitation_id: From the lists of pending invitations.
            full_name: Name of the new user.
            username: User name of the credentials; unique in the emulator.
            password: Password of the credentials.

        Returns:
            The new member.

        Raises:
            KeyError: There is no such invitation.
            ValueError: `add_user` refuses the user name; the invitation stays.
        """
        invitation = self.state.invitations[invitation_id]
        user = self.add_user(
            invitation.email, full_name, username=username, password=password
        )
        del self.state.invitations[invitation_id]
        product = self.state.products[invitation.product_id]
        product.members[user.user_id] = invitation.permission_group_id
        self._write_checkpoint()
        return user

    def seed(
        self,
        *,
        products: int = 1,
        environments: int = 3,
        configs: int = 4,
        flags: int = 50,
        seed: int = 1,
        only_new: bool = False,
        organization_id: UUID | None = None,
    ) -> list[UUID]:
        """Make products with flags, targeting and everything else.

        Args:
            products: How many, 0 to 1,000.
            environments: How many in each product, 1 to 100.
            configs: How many in each product, 1 to 100.
            flags: How many in each product, spread over its configs; at most 10,000 in
                all products, and 200,000 values in all environments.
            seed: A whole number from 0; equal seeds make equal flags.
            only_new: Whether products that an earlier call made count, so that two
                equal calls make them once.
            organization_id: The organization to make them in; the first by default.

        Returns:
            The ids of the products.

        Raises:
            ConfigurationError: A number is no whole number or out of range, or there is
                no such organization; nothing was made.
        """
        made = make_seed(
            self.state,
            products=products,
            environments=environments,
            configs=configs,
            flags=flags,
            seed=seed,
            only_new=only_new,
            organization_id=self._organization(organization_id).organization_id,
        )
        self._write_checkpoint()
        return made

    def snapshot(self) -> dict[str, JsonValue]:
        """Return the whole state as plain JSON data; credentials are no part of it."""
        from configcat_mgmt.emulator.storage.state_file import dump_state

        return dump_state(self.state)

    def restore(self, snapshot: object) -> None:
        """Replace the state by one that `snapshot` returned, of any emulator.

        The credentials that the emulator was made with act for the first user of it.

        Raises:
            ConfigurationError: The data is not a state, or is damaged; the state is
                unchanged.
        """
        from configcat_mgmt.emulator.storage.state_file import load_state

        load_state(self.state, snapshot)
        self._write_checkpoint()
        self._accounts.add(self.username, self.password, self.state.caller)

    def reset(self) -> None:
        """Restore the empty organization of the start; clear faults and counts."""
        fresh = State(seed=self._seed, clock=self.state.clock, limits=self._limits)
        self._begin(fresh)
        self.state.replace(fresh)
        self._write_checkpoint()
        self._accounts.add(self.username, self.password, self.state.caller)
        self.faults.clear()
        self.counts.reset()

    def attach(self, path: str | Path) -> None:
        """Keep the state in a file from now on, through any end of the process.

        Loads the file if there is one. Each change is in the journal next to the file
        (its name ends in `.journal`) before the client gets its response, so even
        `kill -9` loses at most a call that had no response. Users made with `add_user`
        are kept, but not their credentials.

        Raises:
            ConfigurationError: Another emulator uses the file, it cannot be read or
                written, or it does not hold a state; the state is unchanged.
            RuntimeError: The emulator already keeps its state in a file.
        """
        from configcat_mgmt.emulator.storage.journal import StateJournal
        from configcat_mgmt.emulator.storage.state_file import dump_state, load_state

        if self._journal is not None:
            message = "the emulator already keeps its state in a file"
            raise RuntimeError(message)
        journal = StateJournal(path)
        before = dump_state(self.state)
        changes = 0
        try:
            for entry in journal.load(self.state):
                changes += 1
                self._app.repeat(entry)
            journal.write_checkpoint(self.state)
        except (ConfigurationError, ReplayError) as error:
            load_state(self.state, before)
            journal.close()
            if isinstance(error, ConfigurationError):
                raise
            message = f"change {changes} in the journal of {path} cannot be repeated"
            remedy = "start the version that wrote it once, and stop it with Ctrl-C"
            raise ConfigurationError(f"{message}: {error}; {remedy}") from None
        self._journal = journal
        self._app.recorder = self._record
        self._accounts.add(self.username, self.password, self.state.caller)

    def detach(self) -> None:
        """Write the state to the attached file and stop keeping it there.

        Raises:
            ConfigurationError: The file cannot be written; the journal stays.
        """
        if self._journal is not None:
            self._journal.remove(self.state)
            self._journal = self._app.recorder = None

    def save(self, path: str | Path) -> None:
        """Write the state to a file that only its owner can read.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        from configcat_mgmt.emulator.storage.state_file import save_state

        save_state(self.state, path)

    def load(self, path: str | Path) -> None:
        """Replace the state by one that `save` wrote.

        Raises:
            ConfigurationError: The file cannot be read, or holds no such state.
        """
        from configcat_mgmt.emulator.storage.state_file import read_state

        read_state(self.state, path)
        self._write_checkpoint()
        self._accounts.add(self.username, self.password, self.state.caller)

    async def start(self) -> None:
        """Start to listen in the running event loop.

        Raises:
            OSError: The address cannot be used.
            RuntimeError: The emulator is running already.
        """
        self._require_stopped()
        self._set_port(await self._server.start())

    async def stop(self) -> None:
        """Stop listening; the state stays. Takes at most about a second."""
        self._base_url = None
        await self._server.stop()

    async def __aenter__(self) -> "Emulator":
        """Start in the running event loop."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    def __enter__(self) -> "Emulator":
        """Start on a thread of its own."""
        self._require_stopped()
        background = Background(self._server)
        self._set_port(background.start())
        self._background = background
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and end the thread."""
        self._base_url = None
        if self._background is not None:
            self._background.stop()
            self._background = None

    def _begin(self, state: State) -> None:
        admin = state.add_user("admin@example.com", "Ada Admin")
        state.add_organization("Example organization", admin)

    def _product(self, product_id: UUID) -> Product:
        product = self.state.products.get(product_id)
        if product is None:
            message = f"there is no product {product_id}"
            raise ConfigurationError(message)
        return product

    def _record(self, change: Mapping[str, JsonValue]) -> None:
        if self._journal is not None:
            if self._journal.needs_checkpoint:
                self._write_checkpoint()
            else:
                self._journal.write_entry(change)

    def _write_checkpoint(self) -> None:
        if self._journal is not None:
            self._journal.write_checkpoint(self.state)

    def _require_stopped(self) -> None:
        if self._base_url is not None:
            message = "the emulator is already running"
            raise RuntimeError(message)

    def _set_port(self, port: int) -> None:
        self._base_url = base_url(self._host, port)
