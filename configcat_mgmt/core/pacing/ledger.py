"""The count of own calls that keeps the service from ever having to answer 429.

The service counts calls in windows. The client knows neither when a window begins nor
when exactly the service counted a call, only that it was between sending and answer. A
ledger is safe under every such uncertainty.

For a rule of N calls in W seconds, each call occupies one of N places from the moment
it is sent until W seconds and a guard g after its *answer* was seen. A call that finds
no place waits.

Claim: no interval of W seconds, both ends included, has more than N calls counted in
it. Suppose one had N + 1, and call the one sent last the late one. Every other of them
was counted no more than W before the late one was. A call is counted before it is
answered, and the late one was sent before it was counted; so when the late one was
sent, each of the N others was either not answered yet, or answered no more than W ago.
Either way it still had its place, all N places were taken, and the late one would have
waited.

Whatever the service does, it counts in intervals of W at most (a window fixed by the
clock, or opened by a first call, or sliding, or a bucket that refills N in W), so none
of these sees a call too many. The guard must be above 0: it covers that the two
clocks do not run at the same rate, and that the service's may move in steps.

Nothing that is certain can be faster: were a call sent while N places are taken, the
service could have counted the N others so late that it falls in one window with them,
and nothing seen so far would contradict that. The price is one round trip per window.

Not covered: others who use the same credential. For them there are `set_aside` and
`slow_down`, which only ever make the ledger stricter.
"""

import math
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

import attrs


@attrs.frozen
class Rule:
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    """From 1 on."""
    seconds: float
    """Length of the window, above 0."""
    guard: float
    """Seconds, above 0, that a place is kept longer than the window."""


class _Window:
    """The places of one rule."""

    __slots__ = (
        "aside",
        "aside_until",
        "free",
        "reduced",
        "releases",
        "rule",
        "slowed_at",
        "slowed_to",
        "span",
    )

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.span = rule.seconds + rule.guard
        self.releases: list[float] = []
        """A heap of the times at which the places of ended calls come back."""
        self.free = rule.calls
        """Places that own calls may take: less than the rule's after a surprise."""
        self.reduced = False
        """Whether `free` may be less and must be computed."""
        self.aside = 0
        self.aside_until = -math.inf
        self.slowed_to: int | None = None
        self.slowed_at = -math.inf

    def tidy(self, now: float) -> None:
        """Drop everything that is over by `now`."""
        releases = self.releases
        while releases and releases[0] <= now:
            heappop(releases)
        if self.reduced:
            self.recover(now)

    def recover(self, now: float) -> None:
        """Compute the places for own calls at `now`."""
        if now >= self.aside_until:
            self.aside = 0
        calls = self.rule.calls
        if self.slowed_to is not None:
            quiet = max(0, int((now - self.slowed_at) / self.rule.seconds))
            if self.slowed_to + quiet >= calls:
                self.slowed_to = None
            else:
                calls = self.slowed_to + quiet
        self.free = calls - self.aside
        self.reduced = self.free != self.rule.calls

    def set_aside(self, count: int, until: float) -> None:
        """Leave places to others; within one window the greatest count stands."""
        count = min(count, self.rule.calls)
        if self.aside and abs(until - self.aside_until) < self.rule.seconds / 2:
            count = max(count, self.aside)
            until = max(until, self.aside_until)
        self.free -= count - self.aside
        self.reduced = True
        self.aside = count
        self.aside_until = until

    def until_change(self, now: float) -> float:
        """Return seconds to the next time a place comes back, or infinity."""
        change = self.releases[0] if self.releases else math.inf
        if self.aside:
            change = min(change, self.aside_until)
        if self.slowed_to is not None:
            won_back = self.free + self.aside - self.slowed_to + 1
            change = min(change, self.slowed_at + won_back * self.rule.seconds)
        # A wait that rounds to 0.0 would admit the call too early.
        return max(change - now, 1e-9)


class Ledger:
    """The places of own calls under one or more rules; see the module for the proof.

    It has no clock, lock or event loop: every method takes the time, in seconds of
    one monotonic clock. A time may be earlier than that of the call before only where
    an answer is booked with the time at which it came.
    """

    __slots__ = ("_in_flight", "_linger", "_sent", "_windows")

    def __init__(self, rules: Iterable[Rule], linger: float = 10.0) -> None:
        """Start with all places free.

        Args:
            rules: One or more, in any order.
            linger: Seconds for which a call that was given up may still be on its way
                to the service.
        """
        ordered = sorted(rules, key=lambda rule: rule.seconds)
        self._windows = tuple(_Window(rule) for rule in ordered)
        self._linger = linger
        self._in_flight = 0
        self._sent = 0

    @classmethod
    def joined(cls, ledgers: Sequence["Ledger"]) -> "Ledger":
        """Make one ledger that holds the places of all of `ledgers`.

        Args:
            ledgers: One or more with the same rules.
        """
        first = ledgers[0]
        joined = cls([window.rule for window in first._windows], first._linger)
        for ledger in ledgers:
            joined._in_flight += ledger._in_flight
            for mine, theirs in zip(joined._windows, ledger._windows, strict=True):
                mine.releases.extend(theirs.releases)
        for window in joined._windows:
            heapify(window.releases)
        return joined

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, shortest window first."""
        return tuple(window.rule for window in self._windows)

    @property
    def in_flight(self) -> int:
        """Calls that were admitted and have not ended."""
        return self._in_flight

    def wait(self, now: float) -> float:
        """Return the least wait of the next call; take no place.

        Returns:
            0.0 if it may go now; seconds after which to ask again; infinity if only the
            end of a call in flight can change anything.
        """
        longest = 0.0
        for window in self._windows:
            releases = window.releases
            if window.reduced or (releases and releases[0] <= now):
                window.tidy(now)
            if self._in_flight + len(releases) >= window.free:
                longest = max(longest, window.until_change(now))
        return longest

    def take(self) -> int:
        """Take a place, which `wait` said is free, for a call that is sent now.

        Returns:
            A mark to give to `possible_own` when the answer is there.
        """
        self._in_flight += 1
        self._sent += 1
        return self._in_flight + len(self._windows[-1].releases) - self._sent

    def try_acquire(self, now: float) -> float:
        """Take a place if one is free; return the value of `wait`."""
        wait = self.wait(now)
        if wait == 0.0:
            self.take()
        return wait

    def answered(self, now: float) -> None:
        """Keep a call's place for a window from `now`, when its answer was seen."""
        self._end(now)

    def gave_up(self, now: float) -> None:
        """Keep a call's place for longer: it may reach the service only later."""
        self._end(now + self._linger)

    def never_sent(self) -> None:
        """Free the place of a call that certainly never left."""
        self._in_flight -= 1

    def give_up_all(self, now: float) -> None:
        """Treat every call in flight as given up."""
        while self._in_flight:
            self.gave_up(now)

    def _end(self, since: float) -> None:
        self._in_flight -= 1
        for window in self._windows:
            heappush(window.releases, since + window.span)

    def possible_own(self, mark: int) -> int:
        """Count own calls that the longest window may hold, going by one answer.

        It is an upper bound: all that held a place when the answered call was sent,
        and all that were sent since.

        Args:
            mark: The value that `take` returned for the answered call.
        """
        return mark + self._sent

    def set_aside(self, count: int, until: float) -> None:
        """Leave `count` places of the longest window to others, until a time.

        Within one window of the service the greatest count stands, because calls of
        others are not taken back; a later window replaces it.

        Args:
            count: From 1 on; more than the rule has counts as all of them.
            until: When the service's window ends.
        """
        self._windows[-1].set_aside(count, until)

    def set_aside_at_once(self, count: int, now: float) -> None:
        """Leave `count` places of the shortest window to others for its length.

        They called at an unknown time before `now`. As long as a window may have begun
        before `now`, it may contain all their calls.

        Args:
            count: From 1 on; more than the rule has counts as all of them.
            now: The time.
        """
        window = self._windows[0]
        if window is not self._windows[-1]:
            window.set_aside(count, now + window.span)

    def others_until(self, now: float) -> float | None:
        """Return when a reservation ends without which a call could go by now."""
        window = self._windows[-1]
        window.tidy(now)
        held = self._in_flight + len(window.releases)
        if window.aside and window.free <= held < window.free + window.aside:
            return window.aside_until
        return None

    def slow_down(self, now: float, since: float) -> None:
        """Halve the places of the shortest window; one comes back per quiet window.

        Args:
            now: The time.
            since: From when on windows count as quiet.
        """
        window = self._windows[0]
        window.recover(now)
        window.slowed_to = max(1, (window.free + window.aside) // 2)
        window.slowed_at = since
        window.recover(now)

    def used(self, now: float) -> tuple[int, ...]:
        """Count the places taken by own calls, for each rule, shortest window first."""
        for window in self._windows:
            window.tidy(now)
        return tuple(self._in_flight + len(window.releases) for window in self._windows)
