"""Endpoints of the group `code_references`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final

from configcat_mgmt.api.models.code_references import (
    CodeReferenceModel,
    CodeReferenceRequest,
    DeleteRepositoryReportsRequest,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_REFERENCES_FOR_FEATURE_FLAG_OR_SETTING: Final[
    Operation[list[CodeReferenceModel]]
] = Operation(
    id="get-references-for-feature-flag-or-setting",
    group="code_references",
    method="GET",
    path="/v1/settings/{settingId}/code-references",
    summary="Get the code references of a setting.",
    effect="read",
    success={200: list[CodeReferenceModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
)

DELETE_REFERENCE_REPORTS: Final[Operation[None]] = Operation(
    id="delete-reference-reports",
    group="code_references",
    method="POST",
    path="/v1/code-references/delete-reports",
    summary="Delete code reference reports.",
    effect="set",
    success={200: None},
    errors=(400, 404, 429),
    body=DeleteRepositoryReportsRequest,
    body_required=True,
)

UPLOAD_REFERENCES: Final[Operation[None]] = Operation(
    id="upload-references",
    group="code_references",
    method="POST",
    path="/v1/code-references",
    summary="Upload code references.",
    effect="create",
    success={200: None},
    errors=(400, 404, 429),
    body=CodeReferenceRequest,
    body_required=True,
)
