"""The thread and event loop on which blocking callers have their calls done."""

import asyncio
import contextlib
import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from typing import Generic, Protocol, TypeVar

from configcat_mgmt.errors import ClientClosed, WrongLoopError

T = TypeVar("T")

INTERRUPT_GRACE_SECONDS = 5.0
"""How long Ctrl-C waits for the cancelled call to settle."""
CLOSE_GRACE_SECONDS = 1.5
"""How long closing waits for the loop thread to wind up."""
WAIT_SLICE_SECONDS = 0.5
"""How often a waiting caller looks whether the loop thread is still there."""

LoopFactory = Callable[[], asyncio.AbstractEventLoop]
Cleanup = Callable[[], Awaitable[None]]


class _Pending(Protocol):
    """What the loop thread needs of a job, whatever its result type."""

    def start(self) -> None: ...
    def cancel(self) -> None: ...
    def abandon(self, error: BaseException) -> None: ...


class _Job(Generic[T]):
    """One coroutine on its way through the loop thread, and its result."""

    __slots__ = ("_coroutine", "_done", "_error", "_result", "_task")

    def __init__(self, coroutine: Coroutine[object, object, T]) -> None:
        self._coroutine = coroutine
        # A bare lock is the leanest signal between two threads: held until done.
        self._done = threading.Lock()
        self._done.acquire()
        self._task: asyncio.Task[T] | None = None
        self._result: T
        self._error: BaseException | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._coroutine)
        self._task.add_done_callback(self._finish)

    def _finish(self, task: "asyncio.Task[T]") -> None:
        if task.cancelled():
            self.fail(ClientClosed())
        elif (error := task.exception()) is not None:
            self.fail(error)
        else:
            self._result = task.result()
            self._release()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._release()

    def abandon(self, error: BaseException) -> None:
        """Fail a job that the loop will not carry on with."""
        if self._task is None:
            self._coroutine.close()
        self.fail(error)

    def _release(self) -> None:
        if self._done.locked():
            self._done.release()

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def wait(self, seconds: float) -> bool:
        return self._done.acquire(timeout=seconds)

    def outcome(self) -> T:
        if self._error is None:
            return self._result
        try:
            raise self._error
        finally:
            # The error's traceback holds this frame: drop the cycle.
            self._error = None


class _LoopThread:
    """A daemon thread that runs one event loop until it is told to stop."""

    def __init__(self, loop_factory: LoopFactory | None, cleanup: Cleanup) -> None:
        self.process = os.getpid()
        self.jobs: set[_Pending] = set()
        self._cleanup = cleanup
        self._loop = (loop_factory or asyncio.new_event_loop)()
        self._thread = threading.Thread(
            target=self._main,
            name="configcat-mgmt",
            daemon=True,
        )
        self._thread.start()

    @property
    def is_current(self) -> bool:
        return threading.get_ident() == self._thread.ident

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            try:
                self._wind_up()
            finally:
                asyncio.set_event_loop(None)
                self._loop.close()
                for job in list(self.jobs):
                    job.abandon(ClientClosed())

    def _wind_up(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        with contextlib.suppress(Exception):
            self._loop.run_until_complete(
                asyncio.wait_for(self._close_all(tasks), CLOSE_GRACE_SECONDS),
            )
        with contextlib.suppress(Exception):
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _close_all(self, tasks: "set[asyncio.Task[object]]") -> None:
        await self._cleanup()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def submit(self, job: _Pending) -> None:
        # In the set first: whatever happens next, the end of the thread finds it.
        self.jobs.add(job)
        try:
            self._loop.call_soon_threadsafe(job.start)
        except RuntimeError:
            job.abandon(ClientClosed())

    def cancel(self, job: _Pending) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(job.cancel)

    def stop(self) -> None:
        """End the loop and wait a little for the thread; do nothing the second time."""
        if self.process != os.getpid():
            return
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._loop.stop)
        if not self.is_current:
            self._thread.join(2 * CLOSE_GRACE_SECONDS)


class Portal:
    """Runs coroutines on a loop of its own for callers that block.

    Any thread may call `run`, also one that runs an event loop of its own. The thread
    starts with the first call, ends with `close`, with the last reference or with the
    interpreter, and is made anew in a forked child.
    """

    def __init__(
        self,
        cleanup: Cleanup,
        loop_factory: LoopFactory | None = None,
    ) -> None:
        """Keep `cleanup` (awaited on the loop at the end) and how to make a loop."""
        self._cleanup = cleanup
        self._loop_factory = loop_factory
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._worker: _LoopThread | None = None
        self._finalizer: weakref.finalize[[], Portal] | None = None
        self._closed = False

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run `coroutine` on the portal's loop and wait for what it returns.

        Raises:
            ClientClosed: The portal is closed, or its thread ended meanwhile.
            WrongLoopError: Called on the portal's own thread, which would wait for
                itself for ever.
            KeyboardInterrupt: Ctrl-C; the call was cancelled first.
        """
        try:
            worker = self._running_worker()
        except BaseException:
            coroutine.close()
            raise
        job = _Job(coroutine)
        worker.submit(job)
        try:
            while not job.wait(WAIT_SLICE_SECONDS):
                if not worker.is_alive:
                    job.abandon(ClientClosed())
        except BaseException:
            worker.cancel(job)
            job.wait(INTERRUPT_GRACE_SECONDS)
            raise
        finally:
            worker.jobs.discard(job)
        return job.outcome()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def close(self) -> None:
        """Fail what still waits, run the cleanup and end the thread."""
        self._closed = True
        with self._fresh_lock():
            finalizer, self._finalizer = self._finalizer, None
            self._worker = None
        if finalizer is not None:
            finalizer()

    def _running_worker(self) -> _LoopThread:
        worker = self._worker
        if worker is not None and worker.process == os.getpid():
            if worker.is_current:
                msg = (
                    "a blocking call was made on the client's own event loop thread; "
                    "await the async client there instead"
                )
                raise WrongLoopError(msg)
            return worker
        if self._closed:
            raise ClientClosed
        with self._fresh_lock():
            worker = self._worker
            if worker is None or worker.process != os.getpid():
                worker = _LoopThread(self._loop_factory, self._cleanup)
                self._worker = worker
                self._finalizer = weakref.finalize(self, worker.stop)
        return worker

    def _fresh_lock(self) -> threading.Lock:
        """Return the lock, renewed in a forked child: it may have been held there."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._lock = threading.Lock()
        return self._lock
