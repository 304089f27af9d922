"""Test credentials, and a search for them in errors, frames, pickles and logs."""

import asyncio
import base64
import logging
import pickle
import secrets
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final


class _Canary:
    """Holds the texts; its `repr` hides them, so that frames of tests may hold it."""

    def __init__(self) -> None:
        self._user, self._password, self._key = (
            f"{name}{secrets.token_hex(8)}" for name in ("usr", "pwd", "key")
        )

    def __repr__(self) -> str:
        return "<canary>"

    @property
    def user(self) -> str:
        return self._user

    @property
    def password(self) -> str:
        return self._password

    @property
    def key(self) -> str:
        return self._key

    def found_in(self, text: str) -> list[str]:
        """Name the credentials that a text contains, plain or in the form sent."""
        pair = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
        forms = {
            "user": self._user,
            "password": self._password,
            "key": self._key,
            "header": pair.rstrip("=")[4:-4],
        }
        return [name for name, form in forms.items() if form in text]


CANARY: Final = _Canary()


class Records(logging.Handler):
    """Keeps every record of every logger, in every form that a handler may print."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.args!r} {record.__dict__!r}")
        if record.exc_info and record.exc_info[1] is not None:
            self.texts.extend(_shown(record.exc_info[1]))


@contextmanager
def recorded() -> Iterator[Records]:
    """Keep everything that is logged meanwhile, by anybody."""
    handler, root = Records(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def talkative_loop() -> asyncio.AbstractEventLoop:
    """Make a loop that logs every callback, with its arguments."""
    return talkative(asyncio.new_event_loop())


def talkative(loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    """Make a loop log every callback from now on."""
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0
    return loop


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all that can be reached from it."""
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        pending += [one.__cause__, one.__context__]
        pending += getattr(one, "exceptions", ())


def _shown(error: BaseException) -> Iterator[str]:
    """Give an error in every form: texts, attributes, frames with locals, pickle."""
    for one in _chain(error):
        yield f"{one} {one!r} {one.args!r} {vars(one)!r}"
        yield "".join(map(str, getattr(one, "__notes__", ())))
        frames = traceback.TracebackException(
            type(one),
            one,
            one.__traceback__,
            capture_locals=True,
        )
        yield "".join(frames.format())
        try:
            yield repr(pickle.dumps(one, 0))
        except (TypeError, pickle.PicklingError, AttributeError) as refused:
            yield str(refused)


def leaks(error: BaseException | None, records: Iterable[str] = ()) -> list[str]:
    """Return each place that shows a credential, with the credential; empty is good."""
    texts = list(records)
    if error is not None:
        texts.extend(_shown(error))
    found: list[str] = []
    for text in texts:
        for name in CANARY.found_in(text):
            found.extend(f"{name}: {line[:200]}" for line in _lines_with(text, name))
    return found


def _lines_with(text: str, name: str) -> list[str]:
    return [line for line in text.splitlines() if name in CANARY.found_in(line)]
