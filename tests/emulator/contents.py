"""What an emulator knows, as a value that can be compared."""

import pickle
from typing import Any

from configcat_mgmt.emulator.domain.state import State

PASSING = ("caller", "identifiers", "_clock", "_moment", "limits", "audit")


def contents(state: State) -> dict[str, Any]:
    """Copy all tables and the audit log; ids that were drawn in vain do not count."""
    tables = {name: kept for name, kept in vars(state).items() if name not in PASSING}
    # Several times as fast as `copy.deepcopy`.
    copied: dict[str, Any] = pickle.loads(  # noqa: S301
        pickle.dumps({**tables, "audit": list(state.audit)})
    )
    return copied
