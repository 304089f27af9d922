"""The thread and event loop on which blocking callers have their calls done."""

import asyncio
import atexit
import contextlib
import os
import sys
import threading
import weakref
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from typing import Any, Final, Generic, TypeVar

from configcat_mgmt.clock import monotonic, new_event_loop
from configcat_mgmt.errors import ClientClosed, ConfigurationError, WrongLoopError
from configcat_mgmt.shortage import check_shortage

T = TypeVar("T")

INTERRUPT_GRACE_SECONDS: Final = 5.0
"""How long Ctrl-C waits for the canceled call to settle."""
SETTLE_SECONDS: Final = 0.4
"""How long each step of closing may take: the cleanup, the calls that notice it, and
those that have to be canceled."""
CLOSE_GRACE_SECONDS: Final = 1.5
"""How long closing waits for the loop thread, which may be stuck in a hook."""
WAIT_SLICE_SECONDS: Final = 0.5
"""How often a waiting caller looks whether the loop thread is still there."""

_LoopFactory = Callable[[], asyncio.AbstractEventLoop]
_Cleanup = Callable[[], Awaitable[None]]


class _Job(Generic[T]):
    """One coroutine on its way through the loop thread, and its result."""

    __slots__ = (
        "_context",
        "_coroutine",
        "_done",
        "_error",
        "_result",
        "_task",
        "finished",
    )

    def __init__(self, coroutine: Coroutine[object, object, T]) -> None:
        self._coroutine = coroutine
        self._context = copy_context()
        # A bare lock is the leanest signal between two threads: held until done.
        self._done = threading.Lock()
        self._done.acquire()
        self.finished = False
        """Set before the lock is released, because Ctrl-C can arrive between the
        moment a caller acquires the lock and the moment it learns of that."""
        self._task: asyncio.Task[None] | None = None
        self._result: T
        self._error: BaseException | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the coroutine in the caller's context; on the loop thread."""
        self._task = self._context.run(_new_task, self._perform(), loop)

    async def _perform(self) -> None:
        try:
            self._result = await self._coroutine
        except (asyncio.CancelledError, GeneratorExit):
            self._error = ClientClosed()
        except BaseException as error:
            self._error = error
        # Not in a callback of the task, which would come one turn of the loop later.
        self._release()

    def cancel(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel the coroutine; on the loop thread."""
        if self._task is not None:
            # Not before it began: then nothing in it would run, not even `finally`.
            loop.call_soon(self._task.cancel)

    def refuse(self) -> None:
        """Fail a job that was never started."""
        self._coroutine.close()
        self.abandon()

    def abandon(self) -> None:
        """Fail a job that the loop will not finish."""
        if not self.finished:
            self._error = ClientClosed()
            self._release()

    def _release(self) -> None:
        self.finished = True
        # A job that the caller has given up may end nevertheless, a little later.
        with contextlib.suppress(RuntimeError):
            self._done.release()

    def wait(self, seconds: float) -> bool:
        return self.finished or self._done.acquire(timeout=seconds)

    def outcome(self) -> T:
        if self._error is None:
            return self._result
        _rest_if_exiting()
        try:
            raise self._error
        finally:
            # The error's traceback holds this frame: drop the cycle.
            self._error = None


def _new_task(
    coroutine: Coroutine[object, object, None],
    loop: asyncio.AbstractEventLoop,
) -> "asyncio.Task[None]":
    if sys.version_info >= (3, 12):
        # Runs up to the first wait at once, which saves a turn of the loop.
        return asyncio.Task(coroutine, loop=loop, eager_start=True)
    return loop.create_task(coroutine)


class _LoopThread:
    """A daemon thread that runs one event loop until `stop`."""

    def __init__(self, loop_factory: _LoopFactory | None, cleanup: _Cleanup) -> None:
        self._cleanup = cleanup
        self._loop = _unused((loop_factory or new_event_loop)())
        # The thread that takes a job from here owns it and starts or refuses it.
        self._inbox: deque[_Job[Any]] = deque()
        self._called = False
        self._stopping = False
        self._given_up = False
        self._thread = threading.Thread(
            target=self._main,
            name="configcat-mgmt",
            daemon=True,
        )
        _running.add(self)
        try:
            self._thread.start()
        except RuntimeError:
            _running.discard(self)
            self._loop.close()
            raise
        self.ident = self._thread.ident

    def is_greenlet_here(self) -> bool:
        """Whether a tool such as gevent runs this thread within the current one."""
        same = self._thread.native_id == threading.get_native_id()
        return same and self._thread.ident != threading.get_ident()

    def perform(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run `coroutine` and wait for its result."""
        job = _Job(coroutine)
        try:
            self._inbox.append(job)
            if not self._called:
                self._call()
            while not job.wait(WAIT_SLICE_SECONDS):
                self._look_after(job)
        except BaseException:
            if not job.finished:
                self._cancel(job)
                job.wait(INTERRUPT_GRACE_SECONDS)
            raise
        return job.outcome()

    def _call(self) -> None:
        """Wake the loop; until it has looked, no other caller needs to."""
        self._called = True
        try:
            self._loop.call_soon_threadsafe(self._start_jobs)
        except RuntimeError:
            self._called = False
            self._refuse_jobs()

    def _start_jobs(self) -> None:
        self._called = False
        if self._stopping:
            # The loop may end before the new task has run its first step.
            self._refuse_jobs()
        while self._inbox:
            self._inbox.popleft().start(self._loop)

    def _refuse_jobs(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self._inbox.popleft().refuse()

    def _look_after(self, job: _Job[T]) -> None:
        """Check on a job that takes long."""
        if self._given_up or not self._thread.is_alive():
            self._refuse_jobs()
            job.abandon()
        elif self._inbox:
            # Another caller may have been interrupted on the way to waking the loop.
            self._call()

    def _cancel(self, job: _Job[T]) -> None:
        try:
            self._inbox.remove(job)
        except ValueError:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(job.cancel, self._loop)
        else:
            # Perhaps this caller was to wake the loop and did not come to it.
            self._called = False
            job.refuse()

    def stop(self) -> None:
        """Tell the loop to end; return at once."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        # A second time it would break off the winding up.
        if not self._stopping:
            self._loop.stop()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, and give it up if it does not."""
        if threading.get_ident() != self.ident:
            self._thread.join(max(seconds, 0.0))
            self._given_up = True

    def _main(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._stopping = True
            try:
                self._loop.run_until_complete(self._wind_up())
                self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            finally:
                self._loop.close()
                self._refuse_jobs()
                _running.discard(self)
                # Another thread may be given the same number.
                self.ident = None

    async def _wind_up(self) -> None:
        try:
            await asyncio.wait_for(self._cleanup(), SETTLE_SECONDS)
        except Exception as error:
            context = {"message": "closing the client failed", "exception": error}
            self._loop.call_exception_handler(context)
        # Each call reacts to closing in its own way, so let it finish first.
        if tasks := _other_tasks():
            await asyncio.wait(tasks, timeout=SETTLE_SECONDS)
        if tasks := _other_tasks():
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=SETTLE_SECONDS)


def _other_tasks() -> "set[asyncio.Task[Any]]":
    return {t for t in asyncio.all_tasks() if t is not asyncio.current_task()}


def _check_threads() -> None:
    """Refuse a loop where gevent replaced what the loop or its thread needs.

    Raises:
        ConfigurationError: All threads are one, which runs a loop already, or only the
            selectors are those of gevent, which do not work in another thread.
    """
    is_patched = getattr(sys.modules.get("gevent.monkey"), "is_module_patched", None)
    if is_patched and is_patched("selectors") and not is_patched("threading"):
        msg = (
            "gevent replaced the selectors but not the threads, so no event loop can "
            "run in a thread: call monkey.patch_all() without thread=False"
        )
        raise ConfigurationError(msg)
    if any(thread.is_greenlet_here() for thread in _running.copy()):
        msg = (
            "gevent runs all threads in one, which can run the event loop of only one "
            "blocking client: close the other client, or share it"
        )
        raise ConfigurationError(msg)


def _unused(loop: object) -> asyncio.AbstractEventLoop:
    """Return `loop`, if a thread can run it."""
    if not isinstance(loop, asyncio.AbstractEventLoop) or (
        loop.is_running() or loop.is_closed()
    ):
        msg = "Options(loop_factory=...): must return a new event loop each time"
        raise ConfigurationError(msg)
    return loop


class Portal:
    """Runs coroutines on a loop of its own for callers that block.

    Any thread may call `run`, also one that runs an event loop of its own. The thread
    starts with the first call, ends with `close`, with the last reference or with the
    interpreter, and is made anew in a forked child.
    """

    def __init__(
        self,
        cleanup: Callable[[], Awaitable[None]],
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        """Keep `cleanup` (awaited on the loop at the end) and how to make a loop.

        Raises:
            ConfigurationError: No loop can run beside that of another portal.
        """
        _check_threads()
        self._cleanup = cleanup
        self._loop_factory = loop_factory
        # Whatever runs while it is held, even a finalizer, may close the client.
        self._lock = threading.RLock()
        self._worker: _LoopThread | None = None
        self._finalizer: weakref.finalize[[], Portal] | None = None
        self._closed = False
        _portals.add(self)

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run `coroutine` on the portal's loop and wait for its result.

        It sees a copy of the caller's context variables.

        Returns:
            The result of the coroutine.

        Raises:
            ClientClosed: The portal is closed, or its thread ended meanwhile.
            ConnectionFailedError: No file or thread is left for the event loop.
            ConfigurationError: The loop factory did not return a new event loop, or no
                loop can run beside that of another portal.
            WrongLoopError: Called on the portal's own thread, which would wait for
                itself for ever.
            KeyboardInterrupt: Ctrl-C; the call was canceled first.
        """
        try:
            worker = self._worker or self._start_worker()
            if worker.ident == threading.get_ident():
                msg = (
                    "a blocking call was made on the client's own event loop thread; "
                    "await the async client there instead"
                )
                raise WrongLoopError(msg)
        except BaseException:
            coroutine.close()
            raise
        return worker.perform(coroutine)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """Fail waiting calls, run the cleanup and end the thread.

        From the portal's own thread it only starts all that; twice does nothing.
        """
        with self._lock:
            self._closed = True
            worker = self._worker
            self._forget_thread()
        if worker is not None:
            worker.stop()
            worker.join(CLOSE_GRACE_SECONDS)

    def _forget_thread(self) -> None:
        """Forget the thread without ending it."""
        if self._finalizer is not None:
            self._finalizer.detach()
        self._worker = self._finalizer = None

    def start_over_in_child(self) -> None:
        """Return to the state before the first call.

        A forked child has only the thread that forked.

        The lock is new because the parent may have held it in another thread.
        """
        self._lock = threading.RLock()
        self._forget_thread()

    def _start_worker(self) -> _LoopThread:
        with self._lock:
            if self._worker is not None:
                return self._worker
            self._check_open()
            _check_threads()
            try:
                worker = _LoopThread(self._loop_factory, self._cleanup)
            except (OSError, RuntimeError) as error:
                if isinstance(error, RuntimeError) and _main_thread_has_ended():
                    # From Python 3.12 on, no thread starts after it.
                    raise ClientClosed from error
                check_shortage(error, "the event loop of the client was not started")
                raise
            self._worker = worker
            self._finalizer = weakref.finalize(self, worker.stop)
            self._finalizer.atexit = False
            if self._closed:
                self.close()
            self._check_open()
            return worker

    def _check_open(self) -> None:
        if self._closed or sys.is_finalizing():
            _rest_if_exiting()
            raise ClientClosed


_portals: "weakref.WeakSet[Portal]" = weakref.WeakSet()
_running: set[_LoopThread] = set()
_inherited: list[_LoopThread] = []
"""Threads of the parent process. A forked child keeps their loops as they are: to close
or collect them would reach into sockets and selectors that the parent uses."""
_exiting = threading.Event()


def _start_over_in_child() -> None:
    _inherited.extend(_running)
    _running.clear()
    for portal in list(_portals):
        portal.start_over_in_child()


def _end_all() -> None:
    """Wind up at the exit of the interpreter.

    Registered when this module is loaded, so that it comes after the callbacks that
    programs register: these can still make calls.
    """
    _exiting.set()
    threads = list(_running)
    for thread in threads:
        thread.stop()
    give_up_at = monotonic() + CLOSE_GRACE_SECONDS
    for thread in threads:
        thread.join(give_up_at - monotonic())


def _main_thread_has_ended() -> bool:
    return not threading.main_thread().is_alive()


def _rest_if_exiting() -> None:
    """Stop a daemon thread here, as the interpreter is about to do.

    An error would only make it print a traceback while the process exits.
    """
    if _exiting.is_set() and threading.current_thread().daemon:
        while True:
            threading.Event().wait()


atexit.register(_end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over_in_child)
