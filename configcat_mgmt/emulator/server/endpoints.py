"""Operations prepared for serving, with handler, arguments and statuses."""

from collections.abc import Mapping
from functools import cache

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import Handler, all_handlers
from configcat_mgmt.emulator.server.answers import Answer, json_answer
from configcat_mgmt.emulator.server.arguments import ArgumentReader


class Endpoint:
    """One operation, with everything that is needed to serve it prepared once."""

    def __init__(self, operation: Operation[object], handler: Handler | None) -> None:
        """Prepare an operation; without a handler it is answered 501."""
        self.operation = operation
        self.arguments = ArgumentReader(operation)
        self.takes_body = operation.body is not None
        self.may_change = operation.method != "GET"
        self._handler = handler
        statuses = {kind is None: code for code, kind in operation.success.items()}
        self._status_with_body = statuses.get(False)
        self._status_without_body = statuses.get(True)

    def perform(
        self, state: State, arguments: Mapping[str, object], body: object
    ) -> Answer:
        """Let the handler do its work.

        Args:
            state: The state that the handler reads and changes.
            arguments: Path, query and header values by their Python names.
            body: The decoded body, if the operation takes one.

        Raises:
            Refusal: The handler says no.
        """
        if self._handler is None:
            text = f"The emulator does not know {self.operation.id} yet."
            return json_answer(501, {"message": text})
        if self.takes_body:
            result = self._handler(state, **arguments, body=body)
        else:
            result = self._handler(state, **arguments)
        if result is None and self._status_without_body is not None:
            return Answer(self._status_without_body, b"", {})
        if self._status_with_body is None:  # pragma: no cover - handlers are typed
            message = f"{self.operation.id} has no body to answer with"
            raise TypeError(message)
        return Answer.of_json(self._status_with_body, dump_json(to_json(result)))


@cache
def all_endpoints() -> Mapping[str, Endpoint]:
    """Prepare all operations, once for all emulators of the process.

    Returns:
        Operation id to endpoint.
    """
    handlers = all_handlers()
    return {
        name: Endpoint(operation, handlers.get(name))
        for name, operation in OPERATIONS.items()
    }
