"""The table of all endpoints, which loads a group when it is needed."""

from collections.abc import Iterator, Mapping

from configcat_mgmt.core.operation import Operation
from configcat_mgmt.lazy import load_module


class OperationTable(Mapping[str, Operation[object]]):
    """Operations by their ids; to list the ids loads nothing."""

    def __init__(self, package: str, groups: Mapping[str, str]) -> None:
        """Say where the operations are.

        Args:
            package: Full name of the package with a module for each group.
            groups: The group of each operation by the operation's id.
        """
        self._package = package
        self._groups = groups
        self._loaded: dict[str, Operation[object]] = {}

    def __getitem__(self, operation_id: str) -> Operation[object]:
        """Return an operation, after loading its group."""
        if operation_id not in self._loaded:
            module = load_module(f"{self._package}.{self._groups[operation_id]}")
            for constant in vars(module).values():
                if isinstance(constant, Operation):
                    self._loaded[constant.id] = constant
        return self._loaded[operation_id]

    def __contains__(self, operation_id: object) -> bool:
        """Tell whether there is such an operation, without loading it."""
        return operation_id in self._groups

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids in the order of the description."""
        return iter(self._groups)

    def __len__(self) -> int:
        """Count the operations."""
        return len(self._groups)
