"""Applies JSON Patch to response models and returns request models."""

from collections.abc import Sequence
from typing import Final, TypeVar, cast

from configcat_mgmt.api.model_index import JsonPatchOperation
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.codec.schema import fields_of
from configcat_mgmt.emulator.domain import json_patch
from configcat_mgmt.emulator.domain.absent import given
from configcat_mgmt.emulator.domain.json_patch import JsonNode, PatchError, PatchStep
from configcat_mgmt.emulator.domain.problems import decode
from configcat_mgmt.emulator.domain.refusals import WHOLE_REQUEST, Refused
from configcat_mgmt.emulator.domain.request_json import exact_json, exact_pointer

T = TypeVar("T")

_READING: Final = {"test"}


def patched(
    current: object,
    kind: type[T],
    operations: Sequence[JsonPatchOperation],
) -> T:
    """Apply a JSON Patch to the present form of something.

    Args:
        current: A model that shows the present form.
        kind: The model of a request that replaces it; only members that both have can
            be modified.
        operations: The steps; all of them apply or none.

    Returns:
        The request model that replaces the whole.

    Raises:
        Refused: A step cannot be applied, changes what may not be modified, or leads
            to something that does not fit `kind`.
    """
    fields = {field.wire_name for field in fields_of(cast("type", kind))}
    shown = json_patch.thaw(to_json(current))
    if not isinstance(shown, dict):
        message = "only models can be patched"
        raise TypeError(message)
    document: JsonNode = {
        name: value for name, value in shown.items() if name in fields
    }
    try:
        steps = [_step(operation, kind) for operation in operations]
        for number, step in enumerate(steps):
            try:
                _require_modifiable(step, fields)
            except PatchError as error:
                raise PatchError(str(error), number) from None
        result = json_patch.apply(document, steps)
        return cast("T", decode(result, kind, unknown="refuse"))
    except PatchError as error:
        path = WHOLE_REQUEST if error.step is None else (error.step,)
        raise Refused(path, str(error)) from None


def _step(operation: JsonPatchOperation, kind: object) -> PatchStep:
    path, value_kind = exact_pointer(operation.path, kind)
    source = given(operation.from_)
    return PatchStep(
        op=operation.op.value,
        path=path,
        source=None if source is None else exact_pointer(source, kind)[0],
        value=exact_json(operation.value, value_kind),
    )


def _require_modifiable(step: PatchStep, fields: set[str]) -> None:
    if step.op in _READING:
        return
    pointers = [step.path]
    if step.op == "move" and step.source is not None:
        pointers.append(step.source)
    for pointer in pointers:
        parts = json_patch.pointer_parts(pointer)
        if not parts or parts[0] not in fields:
            names = ", ".join(sorted(fields))
            message = f"Only these fields can be modified: {names}."
            raise PatchError(message)
