"""The thread that asks Redis for places and reports the calls that ended.

The processes of a fleet share one ledger for each endpoint, which `script.lua` keeps
in Redis. The proof of `ledger` holds for all of them together, because its three
premises do: a place is taken before the call leaves, it is kept until a window after
an event that is not before the answer, and one clock measures both. The script takes
the place before the process sends; an answer is booked with an age that is at most its
true age; and every time is that of Redis. Of N + 1 calls in one window the one that was
admitted last would have found N places taken.

Each process asks in a thread of its own rather than on the event loops of its callers.
So calls that ended are reported, and a restart of Redis is noticed, after an event loop
has ended or while one is busy, and all loops of a process wait as one.

    ask        for at most two tokens at a time, and again when the last one is good
    ahead      tokens for places that come back within a quarter of a second are handed
               out early, with the time from which they are good
    book       what ended within a tenth of a second goes with the next question
    lease      the places of a process that died come back by themselves
    epoch      tells a process that Redis may have forgotten its places: they are booked
               again, with their ages, before anybody gets a new one

Not covered: a clock of Redis that is set forward by more than the guard; processes that
use the credentials without the shared pace; a server that evicts keys; the places of
processes that had ended when Redis forgot them; and with `on_outage="share"` a network
that parts only some processes from Redis.
"""

import asyncio
import atexit
import math
import os
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from secrets import token_urlsafe
from typing import Final, Protocol
from weakref import WeakSet

import attrs

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.hooks import log
from configcat_mgmt.core.pacing.fleet.redis_pace import VARIABLE, RedisPace
from configcat_mgmt.core.pacing.fleet.store import MICRO, AwayError, Call, Reply, Store
from configcat_mgmt.core.pacing.fleet.token import Place, Token, awake_or_not
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.limits import part
from configcat_mgmt.errors import ConfigurationError

TOKENS_AT_ONCE: Final = 2
KEEP_SECONDS: Final = 3600.0
"""How much longer than the longest window Redis keeps the state of an endpoint."""
REMEMBER_SECONDS: Final = 30 * 86_400.0
"""How long Redis keeps the epoch of credentials that nobody uses."""
CLOCK_JUMP_SECONDS: Final = 1.0
"""A clock of Redis that goes back by more than this has been set."""
EXIT_SECONDS: Final = 1.5
"""The longest time that the end of the process waits for the last report."""


@attrs.frozen
class Timing:
    """The times of the protocol, in seconds."""

    ahead: float = 0.25
    """How long before it is good a token may be handed out."""
    use: float = 5.0
    """How long a token may be used once it is good."""
    book: float = 0.1
    """How long a report may wait for a question to go with."""
    check: float = 1.0
    """How often a process with young places looks whether Redis has forgotten them."""
    retry: float = 0.25
    """How often a process tries to reach Redis again."""
    quiet: float = 2.5
    """How long a new epoch hands out nothing: longer than it takes every process to
    notice (`check`, a reply that does not come, and `retry`) and to book again."""


class Queue(Protocol):
    """The calls of one event loop to an endpoint."""

    loop: asyncio.AbstractEventLoop
    waiting: int


class Ask:
    """The wish of a queue for tokens."""

    __slots__ = ("_queue", "future", "lease", "place")

    def __init__(self, place: Place, queue: Queue, lease: float) -> None:
        """Make the future; must be called on the loop of the queue.

        Args:
            place: The endpoint.
            queue: Who waits.
            lease: Seconds after its last moment of use for which a call may be on its
                way or unanswered.
        """
        self.place = place
        self._queue = queue
        self.lease = lease
        self.future: asyncio.Future[list[Token]] = queue.loop.create_future()
        """Done with tokens, or with an empty list to look at the endpoint again."""

    @property
    def wanted(self) -> int:
        """How many tokens the queue can use."""
        return max(1, self._queue.waiting)

    def answer(self, result: list[Token] | Exception) -> bool:
        """Complete the future from the thread; return whether its loop still runs."""
        try:
            self._queue.loop.call_soon_threadsafe(self._complete, result)
        except RuntimeError:
            return False
        return True

    def _complete(self, result: list[Token] | Exception) -> None:
        if self.future.done():
            for token in result if isinstance(result, list) else ():
                token.end(None)
        elif isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class _Endpoint:
    """The places and requests of this process at one endpoint."""

    __slots__ = (
        "ask_at",
        "asks",
        "book_at",
        "contact",
        "flights",
        "free",
        "keys",
        "lease",
        "ledger",
        "reports",
        "young",
    )

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self.asks: deque[Ask] = deque()
        self.ask_at = -math.inf
        self.reports: list[Token] = []
        self.book_at = math.inf
        self.flights: dict[str, Token] = {}
        self.young: deque[Token] = deque()
        """Calls that ended less than the longest window ago."""
        self.contact = -math.inf
        """When Redis said how many places are `free`."""
        self.free = 0
        self.lease = 0.0
        """The longest that was asked for."""
        self.ledger: Ledger | None = None
        """Admits calls while Redis is away, and then counts only this process."""

    def waits(self) -> bool:
        """Drop the wishes that nobody has any more; return whether there are others."""
        while self.asks and self.asks[0].future.done():
            self.asks.popleft()
        return bool(self.asks)

    def report(self, token: Token, at: float) -> None:
        """Report the end of a call, at that time at the latest."""
        self.reports.append(token)
        self.book_at = min(self.book_at, at)

    def book_all_again(self, at: float) -> None:
        """Report every place that counts, and every token that was never used."""
        unused = [token for token in self.reports if token.since is None]
        self.reports = [*unused, *self.young, *self.flights.values()]
        self.book_at = at if self.reports else math.inf

    def forget(self, now: float, span: float) -> None:
        """Forget calls that ended more than the longest window ago."""
        # Redis has counted it as given up since its lease ended.
        for token in [t for t in self.flights.values() if t.lease_ends <= now]:
            del self.flights[token.id]
            token.since = token.lease_ends
            self.young.append(token)
        while self.young and (self.young[0].since or 0.0) + span <= now:
            self.young.popleft()


class Worker:
    """The part of this process in the pace of one credential."""

    def __init__(
        self,
        pace: RedisPace,
        digest: str,
        rules: Sequence[Rule],
        hold: Callable[[str, str, float, float], None],
        timing: Timing | None = None,
    ) -> None:
        """Do nothing until somebody asks.

        Args:
            pace: Names the server.
            digest: The same for the same service and credential in every process.
            rules: The limits of each endpoint, shortest window first.
            hold: Receives method and template of an endpoint that the service holds,
                the seconds left, and the wait that it asked for.
            timing: The times of the protocol.
        """
        self.address = pace.address
        self._pace = pace
        self._root = f"{pace.prefix}:{{{digest}}}"
        self._rules = tuple(rules)
        self._hold = hold
        self._timing = timing or Timing()
        self._span = max(rule.seconds + rule.guard for rule in rules)
        self._store = Store(pace)
        self._reached = False
        """Whether Redis has ever answered; before that, its absence is a mistake."""
        self._start_over()
        _workers.add(self)

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wishes: SimpleQueue[Ask | None] = SimpleQueue()
        self._ended: deque[Token] = deque()
        self._endpoints: dict[Place, _Endpoint] = {}
        self._epoch = ""
        self._check_at = math.inf
        self._retry_at = -math.inf
        self._away_since: float | None = None
        self._away_reason = ""
        self._stopping = False

    @property
    def outage(self) -> str | None:
        """Say how long Redis has been away and why; None if it is not."""
        since = self._away_since
        if since is None:
            return None
        return (
            f"Redis at {self.address} has not answered for {monotonic() - since:.1f} s "
            f"({self._away_reason})"
        )

    def ask(self, place: Place, queue: Queue, lease: float) -> Ask:
        """Ask for tokens; see `Ask` for the arguments."""
        ask = Ask(place, queue, lease)
        with self._lock:
            self._wishes.put(ask)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run,
                    name=f"configcat-mgmt pace {self.address}",
                    daemon=True,
                )
                self._thread.start()
        return ask

    def stop(self, seconds: float = EXIT_SECONDS) -> None:
        """Report what ended, end the thread, and wait for that; a new `ask` starts it.

        Args:
            seconds: The longest time to wait.
        """
        thread = self._thread
        if thread is not None:
            self._wishes.put(None)
            thread.join(seconds)

    def after_fork_in_child(self) -> None:
        """Leave thread, connection and places to the parent."""
        self._store.leave_to_parent()
        self._start_over()

    # All below runs in the thread.

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except Exception as error:
            # Without the frames, which could hold the password of Redis.
            name = type(error).__name__
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("the thread of the shared pace failed: %s\n%s", name, where)
            with self._lock:
                self._receive()
                self._store.disconnect()
                self._thread = None
            for ask in self._asks():
                ask.answer(RuntimeError(f"the shared pace failed: {name}; see the log"))

    def _step(self) -> bool:
        """Do what is due; return whether anything is left to do."""
        self._receive(self._next_time() - monotonic())
        now = monotonic()
        self._collect(now)
        if self._busy():
            if not self._store.connected and now >= self._retry_at:
                self._connect(now)
            if self._store.connected:
                self._exchange(monotonic())
            elif self._away_since is not None and self._pace.on_outage == "share":
                self._share(monotonic(), self._away_since)
            waits = any(endpoint.waits() for endpoint in self._endpoints.values())
            if waits or not self._stopping:
                return True
        with self._lock:
            self._stopping = False
            if not self._wishes.empty():
                return True
            self._store.disconnect()
            self._thread = None
            return False

    def _busy(self) -> bool:
        """Return whether anybody waits, or any place of this process counts."""
        return any(
            endpoint.waits() or endpoint.reports or endpoint.flights or endpoint.young
            for endpoint in self._endpoints.values()
        )

    def _receive(self, wait: float = 0.0) -> None:
        """Take in all wishes; wait for the first one if there is none."""
        try:
            ask = (
                self._wishes.get(timeout=min(wait, threading.TIMEOUT_MAX))
                if wait > 0
                else self._wishes.get_nowait()
            )
            while True:
                if ask is None:
                    self._stopping = True
                else:
                    endpoint = self._endpoint(ask.place)
                    endpoint.asks.append(ask)
                    endpoint.lease = max(endpoint.lease, ask.lease)
                ask = self._wishes.get_nowait()
        except Empty:
            pass

    def _next_time(self) -> float:
        """Return when something is due, by the monotonic clock."""
        if not self._busy():
            # What the last step did was the last there was to do.
            return -math.inf
        connected = self._store.connected
        time = self._check_at if connected else self._retry_at
        for endpoint in self._endpoints.values():
            if endpoint.flights:
                time = min(time, monotonic() + self._timing.book)
            if connected:
                time = min(time, endpoint.book_at)
            if endpoint.waits() and (connected or endpoint.ledger is not None):
                time = min(time, endpoint.ask_at)
        return time

    def _endpoint(self, place: Place) -> _Endpoint:
        if place not in self._endpoints:
            name = f"{self._root}:{place[0]} {place[1]}"
            keys = (self._root, f"{name}:flights", f"{name}:answers", name)
            self._endpoints[place] = _Endpoint(keys)
        return self._endpoints[place]

    def _collect(self, now: float) -> None:
        """Take in the calls that ended, and forget those that no longer count."""
        while self._ended:
            token = self._ended.popleft()
            endpoint = self._endpoints.get(token.place)
            if endpoint is None or endpoint.flights.pop(token.id, None) is None:
                # It was the parent process', or its lease has ended.
                continue
            at = now
            if token.since is not None:
                endpoint.young.append(token)
                if token.held is None:
                    at = min(token.since, now) + self._timing.book
            if token.ledger is not None and token.since is not None:
                token.ledger.answered(token.since)
            elif token.ledger is not None:
                token.ledger.never_sent()
            endpoint.report(token, at)
        for endpoint in self._endpoints.values():
            endpoint.forget(now, self._span)

    def _connect(self, now: float) -> None:
        """Connect, and book all places again: Redis may have forgotten them."""
        away = self._away_since
        try:
            self._store.connect()
        except (AwayError, ConfigurationError) as error:
            self._failed(error)
            return
        for endpoint in self._endpoints.values():
            endpoint.book_all_again(now)
        self._epoch = ""
        shared = away is not None and self._pace.on_outage == "share"
        join = (self._root,), self._question(join=True, away=shared)
        due = [(e, list[Token]()) for e in self._endpoints.values() if e.reports]
        replies = self._send([join], due)
        if replies is None:
            return
        self._epoch = replies[0].epoch
        self._reached, self._away_since = True, None
        if away is not None:
            log.info("Redis at %s answers again after %.1f s", self.address, now - away)
            for endpoint in self._endpoints.values():
                endpoint.ask_at, endpoint.ledger = now, None

    def _exchange(self, now: float) -> None:
        """Ask and report in one round trip, if anything is due."""
        due: list[tuple[_Endpoint, list[Token]]] = []
        for place, endpoint in self._endpoints.items():
            count = 0
            if endpoint.waits() and now >= endpoint.ask_at:
                count = sum(ask.wanted for ask in endpoint.asks)
            late = now >= endpoint.book_at or self._stopping
            if count or (endpoint.reports and late):
                count = min(count, TOKENS_AT_ONCE)
                due.append((endpoint, [self._token(place) for _ in range(count)]))
        check = not due and now >= self._check_at
        if not due and not check:
            return
        sent_at = awake_or_not()
        replies = self._send([((self._root,), self._question())] if check else [], due)
        if replies is None:
            return
        received = monotonic()
        for (endpoint, wanted), reply in zip(due, replies, strict=False):
            self._take_in(endpoint, wanted, reply, received, sent_at)
        if any(reply.epoch != self._epoch for reply in replies):
            self._epoch = replies[-1].epoch
            for endpoint in self._endpoints.values():
                endpoint.book_all_again(received)

    def _send(
        self,
        first: list[Call],
        due: Sequence[tuple[_Endpoint, list[Token]]],
    ) -> list[Reply] | None:
        """Run the script for each endpoint; return None if that failed."""
        now = monotonic()
        calls = first + [self._call(endpoint, now, wanted) for endpoint, wanted in due]
        try:
            replies = self._store.ask(calls)
        except (AwayError, ConfigurationError) as error:
            for endpoint, wanted in due:
                # Redis may have handed them out nevertheless.
                endpoint.reports += wanted
            self._failed(error)
            return None
        for endpoint, _ in due:
            endpoint.reports, endpoint.book_at = [], math.inf
        self._check_at = now + self._timing.check
        return replies

    def _token(self, place: Place) -> Token:
        return Token(place, self._ended)

    def _take_in(
        self,
        endpoint: _Endpoint,
        wanted: Sequence[Token],
        reply: Reply,
        received: float,
        sent_at: float,
    ) -> None:
        """Hand out the tokens of a reply, and note when to ask again."""
        endpoint.contact, endpoint.free = received, reply.free
        granted: deque[Token] = deque()
        for token, (wait, mark) in zip(wanted, reply.tokens, strict=False):
            token.good_at = received + wait
            token.use_by = sent_at + wait + self._timing.use
            token.lease_ends = token.good_at + self._timing.use + endpoint.lease
            token.mark, token.epoch = mark, reply.epoch
            endpoint.flights[token.id] = token
            granted.append(token)
        if not wanted:
            return
        if granted:
            endpoint.ask_at = granted[-1].good_at
        if len(granted) < len(wanted):
            endpoint.ask_at = max(endpoint.ask_at, received + reply.wait)
        _hand_out(endpoint, granted)
        if reply.held > 0:
            # The budget of the process makes the callers wait, or refuses them.
            self._hold(*wanted[0].place, reply.held, reply.asked)
            endpoint.ask_at = received
            while endpoint.asks:
                endpoint.asks.popleft().answer([])

    def _call(self, endpoint: _Endpoint, now: float, wanted: Sequence[Token]) -> Call:
        """Make the call of the script for an endpoint, with its reports."""
        calls: list[tuple[str, str, int]] = []
        seen: list[tuple[int, int, int]] = []
        held: list[tuple[int, int]] = []
        for token in endpoint.reports:
            if token.id in endpoint.flights:
                age = now - token.lease_ends
                calls.append((token.id, "flight", _micro(age)))
            elif token.since is None:
                calls.append((token.id, "unused", 0))
            else:
                calls.append((token.id, "answer", _micro(now - token.since)))
            if token.seen is not None and token.epoch == self._epoch:
                left, end = token.seen
                seen.append((token.mark, left, _micro(end - now)))
            if token.held is not None and token.held[0] > now:
                held.append((_micro(token.held[0] - now), _micro(token.held[1])))
        question = self._question(
            rules=[
                (rule.calls, _micro(rule.seconds), _micro(rule.guard))
                for rule in self._rules
            ],
            calls=calls,
            seen=seen,
            held=held,
            want=[token.id for token in wanted],
            ahead=_micro(self._timing.ahead),
            lease=_micro(self._timing.use + endpoint.lease),
            keep=_milli(self._span + endpoint.lease + KEEP_SECONDS),
        )
        return endpoint.keys, question

    def _question(self, **more: object) -> dict[str, object]:
        return {
            "epoch": self._epoch,
            "fresh": token_urlsafe(9),
            "jump": _micro(CLOCK_JUMP_SECONDS),
            "quiet": _micro(self._timing.quiet),
            "remember": _milli(REMEMBER_SECONDS),
            **more,
        }

    def _asks(self) -> Iterator[Ask]:
        """Take every wish off its queue."""
        for endpoint in self._endpoints.values():
            while endpoint.asks:
                yield endpoint.asks.popleft()

    def _failed(self, error: AwayError | ConfigurationError) -> None:
        """Note an outage, or end all waits if waiting will not help."""
        now = monotonic()
        self._retry_at = now + self._timing.retry
        if isinstance(error, AwayError) and self._reached:
            self._away(str(error), now)
            return
        text = str(error)
        if isinstance(error, AwayError):
            text = (
                f"Redis at {self.address} cannot be reached ({error}); check that it "
                f"runs, and its URL in Options(pace=...) or {VARIABLE}"
            )
        for ask in self._asks():
            ask.answer(ConfigurationError(text))

    def _away(self, reason: str, now: float) -> None:
        """Note that Redis is of no use now, and say so once for each outage."""
        self._away_reason = reason
        if self._away_since is not None:
            return
        self._away_since = now
        share = self._pace.share
        log.warning(
            "Redis at %s is not available (%s): until it is, calls %s",
            self.address,
            reason,
            "wait" if share is None else f"keep to {share:.3g} of the limits",
        )

    def _share(self, now: float, since: float) -> None:
        """Admit calls by ledgers of this process alone while Redis is away."""
        for place, endpoint in self._endpoints.items():
            if endpoint.ledger is None:
                self._begin_share(endpoint, since)
            ledger = endpoint.ledger
            while ledger is not None and endpoint.waits() and now >= endpoint.ask_at:
                wait = ledger.wait(now)
                if wait > 0:
                    endpoint.ask_at = now + min(wait, self._timing.book)
                    break
                ledger.take()
                token = self._token(place)
                token.ledger = ledger
                token.good_at = now
                token.use_by = awake_or_not() + self._timing.use
                token.lease_ends = now + self._timing.use + endpoint.lease
                endpoint.flights[token.id] = token
                _hand_out(endpoint, deque([token]))

    def _begin_share(self, endpoint: _Endpoint, since: float) -> None:
        """Make the ledger of an endpoint, for a share of the places that are free.

        Calls of others since the last contact are unknown. The short window limits
        them: so many places are not free any more, and nothing goes before such a
        window has passed. It may begin a little later than the outage, because others
        may have tokens for places that come back `ahead`.
        """
        short, longest = self._rules[0], self._rules[-1]
        share = self._pace.share or 1.0
        rules = [attrs.evolve(r, calls=part(r.calls, share)) for r in self._rules]
        endpoint.ledger = Ledger(rules)
        windows = 1 + min((since - endpoint.contact) / short.seconds, longest.calls)
        free = max(0, endpoint.free - short.calls * int(windows))
        missing = rules[-1].calls - int(free * share)
        if missing > 0:
            until = since + endpoint.lease + self._span
            endpoint.ledger.set_aside(missing, until)
        window = short.seconds + short.guard
        endpoint.ask_at = since + self._timing.ahead + window


def _hand_out(endpoint: _Endpoint, granted: "deque[Token]") -> None:
    """Give tokens to those who wait, and back if nobody does."""
    while granted and endpoint.waits():
        ask = endpoint.asks.popleft()
        tokens = [granted.popleft() for _ in range(min(ask.wanted, len(granted)))]
        if not ask.answer(tokens):
            granted.extendleft(reversed(tokens))
    for token in granted:
        token.end(None)


def _micro(seconds: float) -> int:
    return round(seconds * MICRO)


def _milli(seconds: float) -> int:
    return round(seconds * 1000)


_workers: Final[WeakSet[Worker]] = WeakSet()


@atexit.register
def _stop_all() -> None:
    for worker in list(_workers):
        worker.stop()


def _leave_all() -> None:
    for worker in list(_workers):
        worker.after_fork_in_child()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(after_in_child=_leave_all)
