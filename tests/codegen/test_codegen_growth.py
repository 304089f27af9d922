"""A new endpoint is one edit of the description and one run of the generator."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

from configcat_mgmt.codegen.__main__ import DESCRIPTION

Document = dict[str, Any]

ERRORS = {
    "400": {"$ref": "#/components/responses/BadRequest"},
    "429": {"$ref": "#/components/responses/TooManyRequests"},
}
LONG = "aPropertyWhoseNameIsTooLongForOneLine"


class Checkout(Protocol):
    folder: Path
    package: Path

    def edit(self, document: Document) -> None: ...
    def python(self, *arguments: str, seed: str = "0") -> str: ...
    def api(self) -> dict[str, bytes]: ...


def reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: Document) -> Document:
    return {
        "description": "The answer.",
        "content": {"application/json": {"schema": schema}},
    }


def product_id() -> Document:
    return {
        "name": "productId",
        "in": "path",
        "required": True,
        "description": "Id of the product.",
        "schema": {"type": "string", "format": "uuid"},
    }


def query(name: str, schema: Document, **more: object) -> Document:
    text = "A filter that is described at such length that its text needs two lines."
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": schema,
        **more,
    }


def count_tags(**changes: object) -> Document:
    """Return a new operation of an old group that needs no new schema."""
    return {
        "tags": ["Tags"],
        "operationId": "count-tags",
        "summary": "Count the tags of a product.",
        "description": "Tells how many there are.",
        "x-effect": "read",
        "parameters": [product_id()],
        "responses": {"200": answer({"type": "integer", "format": "int32"}), **ERRORS},
        **changes,
    }


def add_budget_schemas(schemas: Document) -> None:
    schemas["BudgetPlanRenewalPeriodKind"] = {
        "type": "string",
        "description": "When a plan starts anew.",
        "x-use": "both",
        "enum": ["monthly", "neverOrOnlyOnDemandOfSomebodyWhoMayAskForIt"],
    }
    schemas["BudgetPlanModel"] = {
        "type": "object",
        "description": "A plan of what a product may cost in a period, with the limits "
        "that hold for each of its environments, and no semicolon at all.",
        "x-use": "response",
        "properties": {
            "planId": {
                "type": "integer",
                "format": "int64",
                "x-essential": True,
                "description": "Number of the plan.",
            },
            "name": {"type": "string", "description": "Name of the plan."},
            LONG: {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": reference("BudgetPlanRenewalPeriodKind"),
                },
                "nullable": True,
                "description": "Kinds of renewal by environment.",
            },
        },
        "required": ["planId", "name", LONG],
    }


def add_budget_request(schemas: Document) -> None:
    schemas["CreateBudgetPlanRequest"] = {
        "type": "object",
        "description": "A plan to be made.",
        "x-use": "request",
        "properties": {
            "name": {"type": "string", "description": "Name of the plan."},
            "from": {
                "type": "string",
                "format": "date-time",
                "nullable": True,
                "description": "Start of the first period.",
            },
            "list": {
                "type": "array",
                "items": {"type": "number", "format": "double"},
                "description": "Limits of the periods in turn.",
            },
            f"{LONG}AndThenSome": {
                "allOf": [reference("BudgetPlanRenewalPeriodKind")],
                "nullable": True,
                "description": "Kind of renewal.",
            },
            "webhookSecret": {
                "type": "string",
                "x-secret": True,
                "maxLength": 20,
                "description": "Key for signatures, with \"quotes\" and 'quotes'.",
            },
        },
        "required": ["name"],
    }


def add_budget_operations(paths: Document) -> None:
    paths["/v1/products/{productId}/budget-plans"] = {
        "get": count_tags(
            tags=["Budget plans"],
            operationId="get-budget-plans",
            parameters=[
                product_id(),
                query(LONG, reference("BudgetPlanRenewalPeriodKind")),
                query(
                    "minimumPrice",
                    {"type": "integer", "format": "int32", "minimum": 1},
                    required=True,
                ),
                query(
                    "planIds",
                    {
                        "type": "array",
                        "items": {"type": "string", "format": "uuid"},
                    },
                    style="form",
                    explode=True,
                ),
            ],
            responses={
                "200": answer({"type": "array", "items": reference("BudgetPlanModel")}),
                **ERRORS,
            },
        ),
        "post": count_tags(
            tags=["Budget plans"],
            operationId="create-budget-plan-of-a-product-with-a-name-that-is-so-long",
            summary="Create a budget plan.",
            **{
                "x-effect": "create",
                "x-find-created": {"operation": "get-budget-plans", "field": "name"},
            },
            parameters=[product_id(), query("minimumPrice", {"type": "string"})],
            requestBody={
                "description": "The plan.",
                "required": False,
                "content": {
                    "application/json": {"schema": reference("CreateBudgetPlanRequest")}
                },
            },
            responses={
                "201": answer(reference("BudgetPlanModel")),
                "204": {"description": "There was one already."},
                **ERRORS,
            },
        ),
    }


def add_budgets(document: Document) -> None:
    """Add a group with two operations, two records and an enum, all names long."""
    document["tags"].append(
        {
            "name": "Budget plans",
            "description": "Manage budget plans, which limit what a product may cost.",
            "x-group": "budget_plans",
        },
    )
    add_budget_schemas(document["components"]["schemas"])
    add_budget_request(document["components"]["schemas"])
    add_budget_operations(document["paths"])


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
operation = OPERATIONS["get-budget-plans"]
request = models.CreateBudgetPlanRequest(name="n", webhook_secret="hush", list_=[1.0])
print(json.dumps({
    "asynchronous": inspect.iscoroutinefunction(getattr(aio.budget_plans, name)),
    "result": getattr(sync.budget_plans, name)("id", minimum_price="1"),
    "signature": str(inspect.signature(sync.budget_plans.get_budget_plans)),
    "same": [
        list(inspect.signature(getattr(aio.budget_plans, each)).parameters)
        == list(inspect.signature(getattr(sync.budget_plans, each)).parameters)
        for each in (name, "get_budget_plans")
    ],
    "table": [operation.group, operation.method, str(operation.success)],
    "last": list(OPERATIONS)[-2:],
    "text": repr(request),
    "member": models.BudgetPlanRenewalPeriodKind.MONTHLY.value,
}))
"""


def test_a_new_group_is_complete_after_one_edit_and_one_run(
    document: Document,
    checkout: Checkout,
) -> None:
    add_budgets(document)
    checkout.edit(document)
    checkout.python("-m", "configcat_mgmt.codegen")
    checkout.python("-m", "configcat_mgmt.codegen", "--check")
    seen = json.loads(checkout.python("-c", LOOK))
    long_id = "create-budget-plan-of-a-product-with-a-name-that-is-so-long"
    assert seen["asynchronous"] is True
    assert seen["result"] == [long_id, ["body", "minimum_price", "product_id"]]
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
    assert seen["last"] == ["get-budget-plans", long_id]
    assert "hush" not in seen["text"]
    assert "webhook_secret='***'" in seen["text"]
    assert seen["member"] == "monthly"


def test_new_text_is_as_the_formatter_and_the_linter_want_it(
    document: Document,
    checkout: Checkout,
) -> None:
    add_budgets(document)
    checkout.edit(document)
    checkout.python("-m", "configcat_mgmt.codegen")
    api = str(checkout.package / "api")
    checkout.python("-m", "ruff", "format", "--no-cache", "--check", api)
    new = [str(path) for path in Path(api).rglob("budget_plans.py")]
    assert len(new) == 4
    checkout.python("-m", "ruff", "check", "--no-cache", *new)


def changed_files(checkout: Checkout, document: Document) -> set[str]:
    before = checkout.api()
    checkout.edit(document)
    checkout.python("-m", "configcat_mgmt.codegen")
    after = checkout.api()
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def test_a_new_operation_changes_four_files(
    document: Document,
    checkout: Checkout,
) -> None:
    document["paths"]["/v1/products/{productId}/tags/count"] = {"get": count_tags()}
    assert changed_files(checkout, document) == {
        "aio/tags.py",
        "operation_index.py",
        "operations/tags.py",
        "path_index.py",
        "sync/tags.py",
    }


def test_a_new_field_changes_one_file(document: Document, checkout: Checkout) -> None:
    properties = document["components"]["schemas"]["UpdateTagModel"]["properties"]
    properties["icon"] = {"type": "string", "description": "Name of a picture."}
    assert changed_files(checkout, document) == {"models/tags.py"}


def test_a_removed_group_leaves_no_file_behind(
    document: Document,
    checkout: Checkout,
) -> None:
    document["tags"] = [tag for tag in document["tags"] if tag["name"] != "Me"]
    del document["paths"]["/v1/me"]
    changed = changed_files(checkout, document)
    assert {"aio/me.py", "operations/me.py", "sync/me.py"} <= changed
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
    shutil.copytree(DESCRIPTION.parent, package / "codegen")
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
