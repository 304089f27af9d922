"""The operations that a plan may ask for."""

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.jobs.planning.plan_file_checks import PLAN_OPERATIONS


def test_plans_ask_for_operations_that_exist_and_change_something() -> None:
    effects = {"create": {"create"}, "delete": {"delete"}, "set": {"set", "create"}}
    for name, (_, actions) in PLAN_OPERATIONS.items():
        operation = OPERATIONS[name]
        assert operation.effect != "read"
        if operation.effect == "delete":
            assert actions == {"delete"}
        for action in actions - {"update"}:
            allowed = effects[action]
            assert operation.effect in allowed or name.startswith("update-")
    assert "delete-product" not in PLAN_OPERATIONS
