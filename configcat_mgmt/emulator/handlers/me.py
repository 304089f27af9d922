"""The calling user."""

from configcat_mgmt.api.model_index import MeModel
from configcat_mgmt.api.operations import me as operations
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles


@handles(operations.GET_ME)
def get_me(state: State) -> MeModel:
    """Show the caller."""
    return MeModel(email=state.caller.email, full_name=state.caller.full_name)
