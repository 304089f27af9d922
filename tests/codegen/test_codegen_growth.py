"""A new endpoint is one new document and one run of the generator."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

from configcat_mgmt.codegen.__main__ import generate
from configcat_mgmt.codegen.parse_operations import read_description
from configcat_mgmt.codegen.sources import HERE, OVERLAY, Sources, join

Document = dict[str, Any]

LONG = "aPropertyWhoseNameIsTooLongForOneLine"
CREATE = "create-budget-plan-of-a-product-with-a-name-that-is-so-long"
PRODUCT = "/v1/products/{productId}"


class Checkout(Protocol):
    folder: Path
    package: Path

    def python(self, *arguments: str, seed: str = "0") -> str: ...
    def api(self) -> dict[str, bytes]: ...


def reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def json_content(schema: Document) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def answer(schema: Document) -> Document:
    return {"description": "", **json_content(schema)}


def product_id() -> Document:
    return {
        "name": "productId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


def query(name: str, schema: Document, **more: object) -> Document:
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}


def count_tags(**changes: object) -> Document:
    """Return a new operation of an old group that needs no new schema."""
    return {
        "tags": ["Tags"],
        "operationId": "count-tags",
        "parameters": [product_id()],
        "responses": {
            "200": answer({"type": "integer", "format": "int32"}),
            "400": {"description": ""},
            "429": {"description": ""},
        },
        **changes,
    }


def budget_schemas() -> Document:
    kind = {"enum": ["monthly", "neverOrOnlyOnDemandOfSomebodyWhoMayAskForIt"]}
    plan = {
        "planId": {"type": "integer", "format": "int64"},
        "name": {"type": "string"},
        LONG: {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": reference("BudgetPlanRenewalPeriodKind"),
            },
            "nullable": True,
        },
        f"{LONG}List": {
            "type": "array",
            "items": reference("BudgetPlanRenewalPeriodKind"),
        },
    }
    request = {
        "name": {"type": "string"},
        "from": {"type": "string", "format": "date-time", "nullable": True},
        "list": {"type": "array", "items": {"type": "number", "format": "double"}},
        f"{LONG}AndThenSome": {
            "allOf": [reference("BudgetPlanRenewalPeriodKind")],
            "nullable": True,
        },
        "webhookSecret": {"type": "string", "maxLength": 20},
    }
    return {
        "BudgetPlanRenewalPeriodKind": {"type": "string", **kind},
        "BudgetPlanModel": {"type": "object", "properties": plan, "required": [*plan]},
        "CreateBudgetPlanRequest": {
            "type": "object",
            "properties": request,
            "required": ["name"],
        },
    }


def budget_operations() -> Document:
    ids = {"type": "array", "items": {"type": "string", "format": "uuid"}}
    number = {"type": "integer", "format": "int32", "minimum": 1}
    return {
        "get": count_tags(
            tags=["Budget plans"],
            operationId="get-budget-plans",
            parameters=[
                product_id(),
                query(LONG, reference("BudgetPlanRenewalPeriodKind")),
                query("minimumPrice", number, required=True),
                query("planIds", ids, style="form", explode=True),
            ],
            responses={
                "200": answer({"type": "array", "items": reference("BudgetPlanModel")}),
            },
        ),
        "post": count_tags(
            tags=["Budget plans"],
            operationId=CREATE,
            parameters=[product_id(), query("minimumPrice", number, required=True)],
            requestBody=json_content(reference("CreateBudgetPlanRequest")),
            responses={
                "201": answer(reference("BudgetPlanModel")),
                "204": {"description": ""},
            },
        ),
    }


def add_budgets(service: Document) -> None:
    """Add a group with two operations, two records and an enum, all names long."""
    service["tags"].append({"name": "Budget plans"})
    service["components"]["schemas"].update(budget_schemas())
    service["paths"][f"{PRODUCT}/budget-plans"] = budget_operations()


WORDS = """
[operations.create-budget-plan-of-a-product-with-a-name-that-is-so-long]
text = "Creates a plan."
find_created = { operation = "get-budget-plans", field = "name" }

[schemas.BudgetPlanModel]
text = "A plan of what a product may cost, with limits for each of its environments."
essential = ["planId"]
former_name = "BudgetModel"

[schemas.CreateBudgetPlanRequest]
secret = ["webhookSecret"]
[schemas.CreateBudgetPlanRequest.fields]
webhookSecret = "Key for signatures, with \\"quotes\\" and 'quotes'."
"""


def adopt(checkout: Checkout, service: Document) -> str:
    """Adopt a document in the copy of the package; return the report."""
    document = checkout.folder / "new.json"
    document.write_text(json.dumps(service), encoding="utf-8")
    return checkout.python("-m", "configcat_mgmt.codegen", "--adopt", str(document))


def adopt_budgets(checkout: Checkout, service: Document) -> str:
    add_budgets(service)
    overlay = checkout.package / "codegen" / OVERLAY
    overlay.write_text(
        f"{overlay.read_text(encoding='utf-8')}{WORDS}", encoding="utf-8"
    )
    return adopt(checkout, service)


LOOK = """
import inspect, json
from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.api.sync.groups import Groups
import configcat_mgmt.api.model_index as models

class Caller:
    async def call(self, operation, /, **arguments):
        return operation.id, sorted(arguments)

class Portal:
    def run(self, coroutine):
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value

aio, sync = AsyncGroups(), Groups()
aio._caller, sync._aio, sync._portal = Caller(), aio, Portal()
name = "create_budget_plan_of_a_product_with_a_name_that_is_so_long"
operation_id = name.replace("_", "-")
operation = OPERATIONS["get-budget-plans"]
request = models.CreateBudgetPlanRequest(name="n", webhook_secret="hush", list_=[1.0])
print(json.dumps({
    "asynchronous": inspect.iscoroutinefunction(getattr(aio.budget_plans, name)),
    "result": getattr(sync.budget_plans, name)("id", minimum_price=1),
    "found_by": [OPERATIONS[operation_id].find_created.operation, "name"],
    "signature": str(inspect.signature(sync.budget_plans.get_budget_plans)),
    "same": [
        list(inspect.signature(getattr(aio.budget_plans, each)).parameters)
        == list(inspect.signature(getattr(sync.budget_plans, each)).parameters)
        for each in (name, "get_budget_plans")
    ],
    "table": [operation.group, operation.method, str(operation.success)],
    "operations": list(OPERATIONS),
    "text": repr(request),
    "former": models.BudgetModel is models.BudgetPlanModel,
    "member": models.BudgetPlanRenewalPeriodKind.MONTHLY.value,
}))
"""


def test_a_new_group_is_complete_after_one_run(
    service: Document,
    checkout: Checkout,
) -> None:
    report = adopt_budgets(checkout, service)
    assert "  [groups.budget_plans]\n" in report
    checkout.python("-m", "configcat_mgmt.codegen", "--check")
    seen = json.loads(checkout.python("-c", LOOK))
    assert seen["asynchronous"] is True
    assert seen["result"] == [CREATE, ["body", "minimum_price", "product_id"]]
    assert seen["found_by"] == ["get-budget-plans", "name"]
    assert "*, minimum_price: int, a_property" in seen["signature"]
    assert (
        "plan_ids: collections.abc.Sequence[uuid.UUID | str] | None = None"
        in (seen["signature"])
    )
    assert seen["same"] == [True, True]
    assert seen["table"][:2] == ["budget_plans", "GET"]
    assert (
        "list[configcat_mgmt.api.models.budget_plans.BudgetPlanModel]"
        in (seen["table"][2])
    )
    assert {CREATE, "get-budget-plans"} <= {*seen["operations"]}
    assert "hush" not in seen["text"]
    assert "webhook_secret='***'" in seen["text"]
    assert seen["member"] == "monthly"
    assert seen["former"] is True


def test_new_text_is_as_the_formatter_and_the_linter_want_it(
    service: Document,
    checkout: Checkout,
) -> None:
    adopt_budgets(checkout, service)
    api = str(checkout.package / "api")
    checkout.python("-m", "ruff", "format", "--no-cache", "--check", api)
    new = [str(path) for path in Path(api).rglob("budget_plans.py")]
    assert len(new) == 4
    checkout.python("-m", "ruff", "check", "--no-cache", *new)


def generated(service: Document, sources: Sources) -> dict[str, str]:
    return generate(read_description(join(service, sources.overlay).description))


def changed_files(service: Document, sources: Sources) -> set[str]:
    before = generated(sources.service, sources)
    after = generated(service, sources)
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def test_a_new_operation_changes_four_files(
    service: Document,
    sources: Sources,
) -> None:
    service["paths"][f"{PRODUCT}/tags/count"] = {"get": count_tags()}
    assert changed_files(service, sources) == {
        "aio/tags.py",
        "operation_index.py",
        "operations/tags.py",
        "path_index.py",
        "sync/tags.py",
    }


def test_a_new_field_changes_one_file(service: Document, sources: Sources) -> None:
    properties = service["components"]["schemas"]["UpdateTagModel"]["properties"]
    properties["icon"] = {"type": "string"}
    assert changed_files(service, sources) == {"models/tags.py"}


def test_a_removed_group_leaves_no_file_behind(
    service: Document,
    checkout: Checkout,
) -> None:
    del service["paths"]["/v1/me"]
    before = {*checkout.api()}
    adopt(checkout, service)
    gone = before - {*checkout.api()}
    assert {"aio/me.py", "operations/me.py", "sync/me.py"} <= gone
    assert not [path for path in checkout.api() if path.endswith("/me.py")]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_output_does_not_depend_on_the_order_of_sets(
    checkout: Checkout,
    seed: str,
) -> None:
    expected = checkout.api()
    shutil.rmtree(checkout.package / "api")
    checkout.python("-m", "configcat_mgmt.codegen", seed=seed)
    assert checkout.api() == expected


def test_the_generator_needs_the_standard_library_only(tmp_path: Path) -> None:
    """It must run before `api/` exists and where nothing is installed."""
    package = tmp_path / "configcat_mgmt"
    shutil.copytree(HERE, package / "codegen")
    (package / "__init__.py").write_text("", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert (package / "api" / "operation_index.py").exists()


RUN = """
import runpy, sys
sys.path.insert(0, sys.argv.pop())
runpy.run_module("configcat_mgmt.codegen", run_name="__main__")
"""
