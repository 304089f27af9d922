"""What an emulator knows, as a value that can be compared."""

import pickle

from configcat_mgmt.emulator.domain.state import State

PASSING = ("caller", "identifiers", "_clock", "_moment", "limits", "audit")


class Contents:  # noqa: PLW1641
    """The tables and the audit log of an emulator, without its source of ids."""

    def __init__(self, state: State) -> None:
        tables = {
            name: kept for name, kept in vars(state).items() if name not in PASSING
        }
        self._packed = pickle.dumps({**tables, "audit": list(state.audit)})

    def __eq__(self, other: object) -> bool:
        """Compare the bytes first; equal tables may differ in them, not vice versa."""
        if not isinstance(other, Contents):
            return NotImplemented
        if self._packed == other._packed:
            return True
        mine = pickle.loads(self._packed)  # noqa: S301
        return bool(mine == pickle.loads(other._packed))  # noqa: S301
