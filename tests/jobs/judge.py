"""Holds what jobs send, and what the emulator answers, against the description.

Client and emulator share the generated table, so they could be wrong together. A job
makes the same calls over and over, so calls that differ in nothing but ids, numbers and
times are judged once in a run of the tests.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.server.answers import Answer
from configcat_mgmt.emulator.server.app import _Call
from tests.schema import described

PASSING: Final = re.compile(
    rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![A-Za-z])[0-9]{1,9}"
)
"""What the description says the same about, whatever it is."""

_judged: set[int] = set()


class Judge:
    """Listens to an emulator; calls on which a fault strikes are not judged."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.problems: list[str] = []
        app = emulator._app
        self._answer = app._answer
        app._answer = self._judged_answer  # type: ignore[method-assign]

    def dismiss(self) -> list[str]:
        """Return what was found so far, as something that a test brought about."""
        problems, self.problems = self.problems, []
        return problems

    async def _judged_answer(self, call: _Call) -> Answer:
        answer = await self._answer(call)
        if call.operation is not None and call.fault is None and answer.status < 300:
            self._judge(call.operation, call, answer)
        return answer

    def _judge(self, operation: str, call: _Call, answer: Answer) -> None:
        parts = (call.path, call.query, operation, str(answer.status))
        texts = (*(part.encode() for part in parts), call.body, answer.body)
        likeness = hash(PASSING.sub(b"0", b"\n".join(texts)))
        if likeness in _judged:
            return
        description, request = described(), call.request
        problems = [
            *description.request_problems(
                request.method,
                call.path,
                parse_qsl(call.query, keep_blank_values=True),
                request.headers,
                call.body,
            ),
            *description.answer_problems(
                operation, answer.status, answer.headers, answer.body
            ),
        ]
        if not problems:
            _judged.add(likeness)
        self.problems += [f"{operation}: {problem}" for problem in problems]
