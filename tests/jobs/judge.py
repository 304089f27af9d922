"""Holds what jobs send, and what the emulator answers, against the description.

Client and emulator share the generated table, so they could be wrong together. A job
makes the same calls over and over, so calls that differ in nothing but ids, numbers and
times are judged once in a run of the tests.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

from configcat_mgmt.emulator import Emulator, Exchange
from tests.schema import described

UUIDS: Final = re.compile(rb'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
"""Ids between quotes; the quote in front makes the search several times as fast."""

_judged: set[int] = set()


class Judge:
    """Listens to an emulator; calls on which a fault strikes are not judged."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.problems: list[str] = []
        emulator.observe(self._hear)

    def dismiss(self) -> list[str]:
        """Return what was found so far, as something that a test brought about."""
        problems, self.problems = self.problems, []
        return problems

    def _hear(self, exchange: Exchange) -> None:
        is_due = exchange.fault is None and exchange.status < 300
        if exchange.operation is not None and is_due:
            self._judge(exchange.operation, exchange)

    def _judge(self, operation: str, exchange: Exchange) -> None:
        parts = (exchange.path, exchange.query, operation, str(exchange.status))
        texts = [part.encode() for part in parts]
        texts += [exchange.body, exchange.response_body]
        text = b"\n".join(texts).replace(b"/", b'"')
        likeness = hash(UUIDS.sub(b"", text).translate(None, b"0123456789"))
        if likeness in _judged:
            return
        description = described()
        problems = [
            *description.request_problems(
                exchange.method,
                exchange.path,
                parse_qsl(exchange.query, keep_blank_values=True),
                exchange.headers,
                exchange.body,
            ),
            *description.answer_problems(
                operation,
                exchange.status,
                exchange.response_headers,
                exchange.response_body,
            ),
        ]
        if not problems:
            _judged.add(likeness)
        self.problems += [f"{operation}: {problem}" for problem in problems]
