"""A new document of the service is taken as it is, or refused as a whole."""

import copy
import hashlib
import json
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from configcat_mgmt import AsyncManagementClient, ManagementClient
from configcat_mgmt.api.aio.groups import AsyncGroups
from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.__main__ import main
from configcat_mgmt.codegen.openapi_file import read_openapi, without_prose
from configcat_mgmt.codegen.overlay import Correction
from configcat_mgmt.codegen.sources import HERE, OVERLAY, SERVICE, SOURCE, Sources, join

Document = dict[str, Any]
PRODUCT = "/v1/products/{productId}"


class Checkout(Protocol):
    folder: Path
    package: Path

    def python(self, *arguments: str, seed: str = "0") -> str: ...


class Folder:
    """A folder of its own with the description's files, into which a test adopts."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys
        path.mkdir()
        for name in (SERVICE, OVERLAY, SOURCE):
            shutil.copy(HERE / name, path)

    def adopt(self, document: Document | str | bytes, *more: str) -> str:
        """Adopt a document and return the report."""
        assert self.run(document, *more) == 0
        return self._capsys.readouterr().out

    def refuse(self, document: Document | str | bytes) -> str:
        """Return the message about a document that is refused as a whole."""
        before = self.files()
        assert self.run(document) == 2
        assert self.files() == before
        (line,) = self._capsys.readouterr().err.splitlines()
        return line

    def run(self, document: Document | str | bytes, *more: str) -> int:
        if isinstance(document, dict):
            document = json.dumps(document)
        if isinstance(document, str):
            document = document.encode()
        file = self.path.parent / "new-document"
        file.write_bytes(document)
        places = ["--folder", str(self.path), "--output", str(self.path / "api")]
        return main(["--adopt", str(file), *places, *more])

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(tmp_path / "codegen", capsys)


def reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Document, media: str = "application/json") -> Document:
    return {"content": {media: {"schema": schema}}}


def operation(tag: str, answer: Document | None = None, **more: object) -> Document:
    shape = content(answer) if answer else {}
    return {
        "tags": [tag],
        "summary": "Prose that must not stay.",
        "responses": {"200": {"description": "Prose.", **shape}},
        **more,
    }


def parameter(name: str, place: str, schema: Document, **more: object) -> Document:
    return {
        "name": name,
        "in": place,
        "schema": schema,
        "description": "Prose.",
        **more,
    }


PRODUCT_ID = parameter("productId", "path", {"type": "string", "format": "uuid"})

NEW_SCHEMAS: Document = {
    "PlanModel": {
        "type": "object",
        "description": "Prose.",
        "required": ["title", "description", "nowhere"],
        "properties": {
            "title": {"type": "string", "title": "Prose", "pattern": "^a"},
            "description": {"type": "string", "description": "Prose.", "example": "x"},
            "email": {"type": "string", "format": "email"},
            "count": {"type": "integer", "maximum": 5.0},
            "share": {"type": "number", "format": "float", "minimum": 0.5},
            "class": {"type": "boolean", "default": True},
            "bool": {"type": "boolean"},
            "plan-id": {"type": "string"},
            "planId": {"type": "string"},
            "2ndOwner": {"type": "string"},
            "kind": {"oneOf": [reference("Plan.Kind")], "nullable": True},
            "kinds": reference("Kinds"),
            "inner": {"type": "object", "properties": {"a": {"type": "string"}}},
            "free": {"type": "object"},
            "flat": {"type": "string", "enum": ["a", "b"]},
            "parent": reference("PlanModel"),
            "choice": reference("Choice"),
            "base": {"allOf": [reference("Base")], "readOnly": True},
            "missing": reference("NotThere"),
        },
    },
    "Plan.Kind": {"type": "string", "enum": ["2fa", "+", "int", "INT", 'a"b', "mro"]},
    "Kinds": {"type": "array", "items": reference("Plan.Kind")},
    "Choice": {"oneOf": [reference("Base"), reference("Operation")]},
    "Base": {"type": "object", "properties": {"id": {"type": "integer"}}},
    "Extended": {
        "allOf": [
            reference("Base"),
            {"type": "object", "properties": {"more": {"type": "string"}}},
        ],
        "required": ["id"],
    },
    "Operation": {"type": "object", "properties": {"plan": reference("Extended")}},
    "Tags": {"type": "object", "additionalProperties": False},
    "Number": {"type": "integer", "enum": [0, 1]},
}

NEW_PATHS: Document = {
    f"{PRODUCT}/plans": {
        "summary": "Prose.",
        "parameters": [PRODUCT_ID],
        "get": operation(
            "Rollout plans (preview) - Beta",
            {"type": "array", "items": reference("PlanModel")},
            parameters=[
                parameter("kinds", "query", reference("Kinds")),
                parameter("csv", "query", reference("Kinds"), explode=False),
                parameter("share", "query", {"type": "number"}),
                parameter("no", "query", {"type": "integer", "nullable": True}),
                parameter("no", "header", {"type": "string"}),
                parameter("session", "cookie", {"type": "string"}),
                {"$ref": "#/components/parameters/Page"},
            ],
        ),
        "post": operation(
            "Rollout plans (preview) - Beta",
            reference("PlanModel"),
            operationId="getTag",
            requestBody={"$ref": "#/components/requestBodies/Plan"},
        ),
        "delete": operation("Options", operationId="list"),
        "head": operation("Options"),
    },
    "/v1/plans/{planId}/{rest}": {
        "get": operation("Stale flags", reference("Operation"), operationId="x" * 99),
        "put": operation("Stale flags", reference("Tags"), requestBody=content({})),
    },
    "/v1/plans/file": {
        "get": {
            "responses": {"200": {"description": "", **content({}, "text/csv")}},
        },
        "patch": {
            "operationId": "patch-file",
            "responses": {
                "default": {"description": "", **content(reference("Number"))},
                "5XX": {"description": "Prose."},
                "418": {"description": "Prose."},
            },
            "requestBody": content(reference("Extended"), "text/json"),
        },
    },
}


def invent(service: Document) -> None:
    """Change a document in most of the ways in which a new one can differ."""
    service["info"]["description"] = "Prose."
    service["components"]["schemas"].update(copy.deepcopy(NEW_SCHEMAS))
    service["components"]["schemas"]["AuditLogType"]["enum"].append("planMade")
    service["components"]["schemas"]["TagModel"]["properties"].pop("color")
    service["components"].update(
        parameters={"Page": parameter("page", "query", {"type": "integer"})},
        requestBodies={"Plan": {"required": True, **content(reference("PlanModel"))}},
    )
    paths = service["paths"]
    paths.update(copy.deepcopy(NEW_PATHS))
    del paths["/v1/me"]
    del paths[f"{PRODUCT}/tags"]["get"]
    stale = paths[f"{PRODUCT}/staleflags"]["get"]
    stale["tags"] = ["Stale flags"]
    stale["parameters"][0]["schema"]["format"] = "uuid"


@pytest.fixture
def invented(service: Document) -> Document:
    invent(service)
    return service


LOOK = """
import importlib, json, pkgutil, typing
import attrs, configcat_mgmt.api as api
from configcat_mgmt import ManagementClient
from configcat_mgmt.api import model_index as models
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.encode import to_json
for found in pkgutil.walk_packages(api.__path__, "configcat_mgmt.api."):
    importlib.import_module(found.name)
for name in models.__all__:
    if attrs.has(getattr(models, name)):
        typing.get_type_hints(getattr(models, name))
operations = {
    each.id: [each.group, each.effect, [p.name for p in each.parameters]]
    for each in OPERATIONS.values()
}
body = models.PlanModel(title="t", description="d", plan_id_2="2", value_2nd_owner="o")
print(json.dumps({
    "operations": operations,
    "body": to_json(body),
    "kinds": {each.name: each.value for each in models.PlanKind},
    "patch": str(OPERATIONS["patch-file"].success),
    "groups": [hasattr(ManagementClient, each) for each in ("rollout_plans", "me")],
}))
"""


def test_an_invented_document_becomes_code_that_works(
    invented: Document,
    checkout: Checkout,
) -> None:
    document = checkout.folder / "new.json"
    document.write_text(json.dumps(invented), encoding="utf-8")
    generator = ("-m", "configcat_mgmt.codegen")
    checkout.python(*generator, "--adopt", str(document), "--date", "2027-01-02")
    checkout.python(*generator, "--check")
    api = str(checkout.package / "api")
    checkout.python("-m", "ruff", "format", "--no-cache", "--check", api)
    seen = json.loads(checkout.python("-c", LOOK))
    plans = "rollout_plans"
    made = seen["operations"]
    assert made["get-v1-products-by-product-id-plans"] == [
        plans,
        "read",
        ["product_id", "kinds", "csv", "share", "no", "no_2", "page"],
    ]
    assert made["post-v1-products-by-product-id-plans"][:2] == [plans, "create"]
    assert made["delete-v1-products-by-product-id-plans"][:2] == [
        "options_group",
        "delete",
    ]
    assert made["get-v1-plans-by-plan-id-by-rest"] == [
        "stale_flags",
        "read",
        ["plan_id", "rest"],
    ]
    assert made["put-v1-plans-by-plan-id-by-rest"][:2] == ["stale_flags", "set"]
    assert made["patch-file"] == ["other", "patch", []]
    assert made["get-staleflags"][0] == "stale_flags"
    assert "get-v1-plans-file" not in made
    assert {"get-me", "get-tags", "x" * 99} & made.keys() == set()
    assert seen["body"] == {
        "title": "t",
        "description": "d",
        "planId": "2",
        "2ndOwner": "o",
    }
    assert seen["kinds"] == {
        "VALUE_2FA": "2fa",
        "VALUE": "+",
        "INT": "int",
        "INT_2": "INT",
        "A_B": 'a"b',
        "MRO": "mro",
    }
    assert seen["patch"] == "{200: <class 'int'>}"
    assert seen["groups"] == [True, False]


def test_a_report_says_everything_at_once(
    invented: Document, folder: Folder, sources: Sources
) -> None:
    report = folder.adopt(invented)
    operations = sum(len(item) for item in sources.service["paths"].values())
    schemas = len(sources.service["components"]["schemas"])
    for line in (
        f"{operations + 4} operations and {schemas + 6} schemas; "
        f"before {operations} and {schemas}.",
        "get-v1-products-by-product-id-plans: GET /v1/products/{productId}/plans",
        "schema PlanModel",
        "schema AuditLogType: value planMade is new",
        "schema TagModel: field color is gone",
        "GET /v1/products/{productId}/staleflags: tag: Zombie (stale) flags -> "
        "Stale flags",
        "GET /v1/me",
        "schema Plan.Kind: its name in Python is PlanKind",
        "schema Operation: its name in Python is OperationModel",
        "schema Tags: its name in Python is TagsModel",
        "schema PlanModel, field title: `pattern` is not read",
        "schema PlanModel, field email: the format 'email' is not read",
        "schema PlanModel, field share: `minimum` is not read",
        "schema PlanModel, field parent: read as any JSON value, because the schemas "
        "mention each other in a circle",
        "schema PlanModel, field missing: read as any JSON value, because there is no "
        "schema '#/components/schemas/NotThere'",
        "schema PlanModel, field inner: read as any JSON value, because the generator "
        "has no form for it",
        "operation get-v1-plans-file: left out, because its response 200 is not JSON",
        "operation get-v1-products-by-product-id-plans, parameter session: left out, "
        "because it is in cookie",
        "HEAD /v1/products/{productId}/plans: left out, by method",
        "POST /v1/products/{productId}/plans: its id is "
        "post-v1-products-by-product-id-plans, because 'getTag' is unfit",
        "operations.get-me: the service has none",
        "operations.create-tag.find_created: there is no operation get-tags",
        "schemas.TagModel.fields.color: the service has none",
        "groups.me: the service has none",
        "[operations.post-v1-products-by-product-id-plans]",
        'effect = "create"',
        'group = "rollout_plans"',
        "[schemas.PlanModel.fields]",
        '2ndOwner = "2nd owner."',
    ):
        assert f"  {line}\n" in f"  {report}", line
    assert "Prose" not in report


def test_the_words_of_a_report_can_be_pasted(service: Document, folder: Folder) -> None:
    service["paths"].update(copy.deepcopy(NEW_PATHS))
    del service["paths"]["/v1/plans/file"]["patch"]["responses"]["418"]
    service["components"]["schemas"].update(copy.deepcopy(NEW_SCHEMAS))
    words = folder.adopt(service).partition("to add to overlay.toml:\n")[2]
    assert len(words.splitlines()) > 50
    overlay = folder.path / OVERLAY
    overlay.write_text(f"{overlay.read_text(encoding='utf-8')}\n{words}")
    before = folder.files()
    assert "Without our words" not in folder.adopt(service)
    after = folder.files()
    changed = {name for name in after if after[name] != before.get(name)}
    assert all(name.startswith("api/") for name in changed)


def test_an_operation_more_touches_no_file_written_by_hand(
    service: Document, folder: Folder
) -> None:
    folder.adopt(service)
    before = folder.files()
    count = operation("Tags", {"type": "integer"}, parameters=[PRODUCT_ID])
    service["paths"][f"{PRODUCT}/tags/count"] = {"get": count}
    folder.adopt(service, "--date", "2027-01-02")
    after = folder.files()
    assert {name for name in after if after[name] != before.get(name)} == {
        SERVICE,
        SOURCE,
        "api/aio/tags.py",
        "api/operation_index.py",
        "api/operations/tags.py",
        "api/path_index.py",
        "api/sync/tags.py",
    }
    assert tomllib.loads(after[SOURCE].decode()) == {
        "date": "2027-01-02",
        "digest": f"sha256:{hashlib.sha256(after[SERVICE]).hexdigest()}",
    }


def test_the_same_document_again_changes_nothing(
    service: Document, folder: Folder
) -> None:
    folder.adopt(service)
    before = folder.files()
    report = folder.adopt(service, "--date", "2027-01-02")
    assert folder.files() == before
    assert "New:" not in report
    assert "Changed:" not in report
    assert "Gone:" not in report


def test_a_document_can_be_looked_at_first(invented: Document, folder: Folder) -> None:
    before = folder.files()
    assert "schema PlanModel" in folder.adopt(invented, "--check")
    assert folder.files() == before


def test_yaml_is_read_as_the_json_that_it_means(
    invented: Document, tmp_path: Path
) -> None:
    texts = {"enum": ["on", "no", "2026-08-05", "010"], "type": "string"}
    invented["components"]["schemas"]["Odd"] = texts
    text = yaml.safe_dump(invented, sort_keys=False)
    for quoted in ("'on'", "'no'", "'2026-08-05'"):
        assert quoted in text
        text = text.replace(quoted, quoted[1:-1])
    text = text.replace("'200':", "200:")
    (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
    assert read_openapi(tmp_path / "new.yaml") == invented


def test_no_prose_stays_and_no_structure_goes(
    invented: Document, sources: Sources
) -> None:
    bare = without_prose(invented)
    assert "Prose" not in json.dumps(bare)
    assert without_prose(bare) == bare
    fields = bare["components"]["schemas"]["PlanModel"]["properties"]
    assert list(fields) == list(NEW_SCHEMAS["PlanModel"]["properties"])
    assert fields["title"] == {"type": "string", "pattern": "^a"}
    assert without_prose(sources.service) == sources.service


def other_api(service: Document) -> None:
    service["info"]["title"] = "Petstore"
    paths = list(service["paths"].items())
    service["paths"] = {
        path: item if number % 3 == 0 else {}
        for number, (path, item) in enumerate(paths)
    }


REFUSED: list[tuple[Callable[[Document], object], str]] = [
    (lambda d: d.pop("openapi"), "no OpenAPI document: `openapi` is missing"),
    (lambda d: d.update(openapi="3.1.0"), "only OpenAPI 3.0 is supported, not 3.1.0"),
    (lambda d: d.update(paths={}), "it has 0 of the "),
    (other_api, "'Petstore' is another API: it has "),
]


@pytest.mark.parametrize(("edit", "expected"), REFUSED)
def test_a_document_that_is_of_no_use_changes_nothing(
    service: Document,
    folder: Folder,
    edit: Callable[[Document], object],
    expected: str,
) -> None:
    edit(service)
    assert expected in folder.refuse(service)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "neither JSON nor YAML"),
        (b"\xff\xfe", "neither JSON nor YAML"),
        ("a: [", "neither JSON nor YAML"),
        ("", "`openapi` is missing"),
        ("[]", "`openapi` is missing"),
        ("just text", "`openapi` is missing"),
        ("swagger: '2.0'", "`openapi` is missing"),
    ],
)
def test_a_file_that_holds_no_document_changes_nothing(
    folder: Folder, text: str | bytes, expected: str
) -> None:
    message = folder.refuse(text)
    assert expected in message
    assert "new-document" in message


def test_without_a_reader_of_yaml_the_error_names_it(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert "YAML needs PyYAML" in folder.refuse("openapi: 3.0.0")


def test_a_file_among_the_generated_ones_that_is_not_keeps_a_document_out(
    invented: Document, folder: Folder
) -> None:
    (folder.path / "api").mkdir()
    (folder.path / "api" / "mine.py").write_text("X = 1\n")
    assert "mine.py: not generated; move it away" in folder.refuse(invented)


def test_an_edited_document_of_the_service_is_refused(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.path / SERVICE
    path.write_bytes(path.read_bytes().replace(b'"Tags"', b'"Labels"'))
    assert main(["--folder", str(folder.path), "--check"]) == 2
    assert "corrections belong in overlay.toml" in capsys.readouterr().err
    assert "tag: Labels -> Tags" in folder.adopt((HERE / SERVICE).read_bytes())


def test_corrections_change_the_description_and_say_when_they_are_not_needed(
    service: Document, sources: Sources
) -> None:
    model = service["components"]["schemas"]["TagModel"]
    cut = Correction((), None, ("TagModel",), "name", {"maxLength": 9}, (), "", "")
    kept = replace(cut, field="old", members={"type": "string", "required": True})
    shown = Correction((), None, ("SettingType",), None, {}, ("old",), "", "")
    overlay = replace(sources.overlay, corrections=(cut, kept, shown))
    made = join(service, overlay).description["components"]["schemas"]
    assert made["TagModel"]["properties"]["name"]["maxLength"] == 9
    assert made["TagModel"]["properties"]["old"]["type"] == "string"
    assert {*made["TagModel"]["required"]} == {*model["required"], "old"}
    assert made["SettingType"]["enum"][-1] == "old"
    model["properties"]["name"]["maxLength"] = 9
    assert "corrections[0]: the service publishes it so already" in (
        join(service, overlay).notes.surplus
    )
    del model["properties"]["name"]
    assert "corrections[0]: the service has no such place" in (
        join(service, overlay).notes.surplus
    )


def test_marks_that_no_longer_fit_are_left_out_and_named(
    service: Document, sources: Sources
) -> None:
    paths = service["paths"]
    log = paths["/v2/products/{productId}/auditlogs"]["get"]
    log["parameters"] = [p for p in log["parameters"] if p["name"] != "pageNumber"]
    schemas = service["components"]["schemas"]
    del schemas["ChangeRequestSummaryModelPagedList"]["properties"]["paging"]
    del schemas["AuditLogItemModel"]["properties"]["auditLogId"]
    schemas["TagModel"]["properties"]["tagId"]["nullable"] = True
    schemas["CreateTagModel"]["properties"].pop("name")
    paths["/v1/products/{productId}/auditlogs"]["get"]["responses"] = {"200": {}}
    surplus = join(service, sources.overlay).notes.surplus
    for line in (
        "operations.get-auditlogs-v2.pages: there is no parameter pageNumber",
        "operations.get-change-requests.pages: the response has no "
        "changeRequests.data with its paging",
        "operations.get-organization-auditlogs-v2.pages: the items have no auditLogId",
        "operations.create-tag.find_created: there is no name in the body and in the "
        "list",
        "operations.get-auditlogs.may_be_paged: it returns no list",
        "schemas.TagModel.essential.tagId: the service has none",
    ):
        assert line in surplus


def test_no_group_takes_a_name_that_a_client_has() -> None:
    groups = {name for name in vars(AsyncGroups) if not name.startswith("_")}
    taken = {
        name
        for client in (AsyncManagementClient, ManagementClient)
        for name in dir(client)
        if not name.startswith("_")
    }
    assert taken - groups - naming.RESERVED_GROUPS == set()
