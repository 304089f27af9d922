"""Short ways to ask for a plan and to look into it."""

from typing import Any, Final

from configcat_mgmt.jobs.model.plan import Issue, NewProduct, Plan, Step
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

NEW: Final = NewProduct(
    "https://api.example", "Target", limits={"maxTargetingRuleCount": 9}
)
OVERWRITE: Final = PlanOptions(on_conflict="overwrite")


def only(entity: str, *more: str, **fields: Json) -> PlanOptions:
    selection = Selection(Criteria(entities=(entity, *more)))
    return PlanOptions(**{"selection": selection, "on_conflict": "overwrite", **fields})


def codes(plan: Plan) -> list[str]:
    return [issue.code for issue in plan.issues]


def issue_of(plan: Plan, code: str) -> Issue:
    (found,) = (issue for issue in plan.issues if issue.code == code)
    return found


def only_step(plan: Plan) -> Step:
    (step,) = plan.steps
    return step


def elsewhere(**fields: Json) -> Snapshot:
    """The target that most tests start with."""
    return plain_product(config_of(setting_of("flag")), source=TARGET, **fields)
