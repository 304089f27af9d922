"""Finds the one budget that all clients with the same credential share."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar
from weakref import WeakSet

from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.turnstile import Turnstile

T = TypeVar("T")
Rules: TypeAlias = tuple[Rule, ...]
Place: TypeAlias = tuple[asyncio.AbstractEventLoop, str, str]
"""Event loop, method and path template."""
Key: TypeAlias = tuple[str, bytes, Callable[[], float]]
"""Base URL, digest of the credential, and clock."""


class Pool:
    """A budget, and the turnstiles of each event loop in front of it."""

    def __init__(self, budget: Budget) -> None:
        """Start without turnstiles."""
        self.budget = budget
        self.users: WeakSet[object] = WeakSet()
        """Who may still want to spend from the budget."""
        self._turnstiles: dict[Rules, dict[Place, Turnstile]] = {}
        self._own: dict[tuple[Rules, str, str], Ledger] = {}
        self._lock = threading.Lock()
        with _registry.lock:
            _registry.all.add(self)

    def turnstiles(self, rules: Rules, user: object) -> dict[Place, Turnstile]:
        """Return the turnstiles for callers with certain rules, to look up in.

        Args:
            rules: The budget's, or others that hold in addition.
            user: The pool is kept at least for as long as this object lives.
        """
        with self._lock:
            self.users.add(user)
            return self._turnstiles.setdefault(rules, {})

    def new_turnstile(self, rules: Rules, method: str, template: str) -> Turnstile:
        """Make a turnstile for the running loop, which must not have one yet.

        Rules other than the budget's hold in addition, for these callers alone.
        """
        loop = asyncio.get_running_loop()
        endpoint = self.budget.endpoint(method, template)
        with self._lock:
            self._drop_closed_loops()
            own = None
            if rules != self.budget.rules:
                own = self._own.setdefault(
                    (rules, method, template),
                    self.budget.new_ledger(rules),
                )
            turnstile = Turnstile(self.budget, endpoint, own, rules)
            self._turnstiles[rules][loop, method, template] = turnstile
            return turnstile

    def waiting(self, method: str, template: str) -> int:
        """Count the calls that wait for an endpoint, over all event loops."""
        with self._lock:
            return sum(
                turnstile.waiting
                for turnstiles in self._turnstiles.values()
                for place, turnstile in turnstiles.items()
                if place[1:] == (method, template)
            )

    def before_fork(self) -> None:
        """Take both locks."""
        self._lock.acquire()
        self.budget.before_fork()

    def after_fork_in_parent(self) -> None:
        """Go on as before."""
        self.budget.after_fork_in_parent()
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Renew both locks; the parent's loops do not run in the child."""
        self._lock = threading.Lock()
        for turnstiles in self._turnstiles.values():
            turnstiles.clear()
        self.budget.after_fork_in_child()

    def _drop_closed_loops(self) -> None:
        closed: set[asyncio.AbstractEventLoop] = set()
        for turnstiles in self._turnstiles.values():
            for place in [place for place in turnstiles if place[0].is_closed()]:
                del turnstiles[place]
                closed.add(place[0])
        for loop in closed:
            self.budget.abandon(loop)


class _Registry:
    """All pools of the process."""

    def __init__(self) -> None:
        # Re-entrant, as a pool that is made under the lock takes it as well.
        self.lock = threading.RLock()
        self.shared: dict[Key, Pool] = {}
        self.all: WeakSet[Pool] = WeakSet()
        self._forking: list[Pool] = []

    def join(
        self,
        key: Key,
        make: Callable[[], Pool],
        join: Callable[[Pool], T],
    ) -> T:
        """Join the pool for `key`, and forget those that nobody needs any more."""
        with self.lock:
            for other, pool in list(self.shared.items()):
                if not pool.users and pool.budget.idle():
                    del self.shared[other]
            if key not in self.shared:
                self.shared[key] = make()
            return join(self.shared[key])

    def before_fork(self) -> None:
        self.lock.acquire()
        self._forking = list(self.all)
        for pool in self._forking:
            pool.before_fork()

    def after_fork_in_parent(self) -> None:
        for pool in self._forking:
            pool.after_fork_in_parent()
        self._forking = []
        self.lock.release()

    def after_fork_in_child(self) -> None:
        self.lock = threading.RLock()
        for pool in self._forking:
            pool.after_fork_in_child()
        self._forking = []


_registry: Final = _Registry()

if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(
        before=_registry.before_fork,
        after_in_parent=_registry.after_fork_in_parent,
        after_in_child=_registry.after_fork_in_child,
    )


def join_shared(
    base_url: str,
    credential_digest: bytes,
    clock: Callable[[], float],
    make: Callable[[], Pool],
    join: Callable[[Pool], T],
) -> T:
    """Join the one pool of a credential, made if there is none yet.

    Args:
        base_url: Of the service.
        credential_digest: Tells credentials apart.
        clock: Pools with different clocks are kept apart.
        make: Makes the pool.
        join: Is given the pool, and has to make itself known as a user of it before it
            returns, as a pool without users is forgotten.

    Returns:
        What `join` returns.
    """
    return _registry.join((base_url, credential_digest, clock), make, join)
