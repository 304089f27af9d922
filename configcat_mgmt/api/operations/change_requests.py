"""Endpoints of the group `change_requests`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.change_requests import (
    AddChangeRequestCommentModel,
    ChangeRequestApproveRequiredFilter,
    ChangeRequestCommentModel,
    ChangeRequestModel,
    ChangeRequestProposedChangesModel,
    ChangeRequestScheduleFilter,
    ChangeRequestsModel,
    ChangeRequestStatus,
    CreateChangeRequestModel,
    NeedsAttentionFilter,
    ResolveChangeRequestSettingConflictsModel,
    UpdateChangeRequestCommentModel,
    UpdateChangeRequestModel,
    UpdateChangeRequestProposedChangesModel,
)
from configcat_mgmt.core.operation import Operation, Pages, Parameter

GET_CHANGE_REQUESTS: Final[Operation[ChangeRequestsModel]] = Operation(
    id="get-change-requests",
    group="change_requests",
    method="GET",
    path="/v2/products/{productId}/change-requests",
    summary="Get a page of the change requests of a product.",
    effect="read",
    success={200: ChangeRequestsModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("product_id", "productId", "path", UUID),
        Parameter("config_id", "configId", "query", UUID, required=False),
        Parameter("environment_id", "environmentId", "query", UUID, required=False),
        Parameter(
            "setting_id",
            "settingId",
            "query",
            int,
            required=False,
            format="int32",
        ),
        Parameter(
            "change_request_status_filter",
            "changeRequestStatusFilter",
            "query",
            list[ChangeRequestStatus],
            required=False,
        ),
        Parameter(
            "schedule_filter",
            "scheduleFilter",
            "query",
            ChangeRequestScheduleFilter,
            required=False,
        ),
        Parameter(
            "approve_required_filter",
            "approveRequiredFilter",
            "query",
            ChangeRequestApproveRequiredFilter,
            required=False,
        ),
        Parameter(
            "needs_attention_filter",
            "needsAttentionFilter",
            "query",
            NeedsAttentionFilter,
            required=False,
        ),
        Parameter(
            "page_number",
            "pageNumber",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
        ),
        Parameter(
            "page_size",
            "pageSize",
            "query",
            int,
            required=False,
            format="int32",
            minimum=1,
            maximum=100,
        ),
    ),
    pages=Pages(
        ("change_requests", "data"),
        ("change_requests", "paging"),
        "change_request_id",
    ),
)

CREATE_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="create-change-request",
    group="change_requests",
    method="POST",
    path="/v2/configs/{configId}/environments/{environmentId}/change-requests",
    summary="Create a change request.",
    effect="create",
    success={201: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
    ),
    body=CreateChangeRequestModel,
    body_required=True,
)

GET_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="get-change-request",
    group="change_requests",
    method="GET",
    path="/v2/change-requests/{changeRequestId}",
    summary="Get a change request.",
    effect="read",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

UPDATE_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="update-change-request",
    group="change_requests",
    method="PUT",
    path="/v2/change-requests/{changeRequestId}",
    summary="Replace the metadata of a change request.",
    effect="set",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
    body=UpdateChangeRequestModel,
    body_required=True,
)

APPLY_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="apply-change-request",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/apply",
    summary="Apply a change request.",
    effect="create",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

CLOSE_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="close-change-request",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/close",
    summary="Close a change request.",
    effect="create",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

APPROVE_CHANGE_REQUEST: Final[Operation[ChangeRequestModel]] = Operation(
    id="approve-change-request",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/approve",
    summary="Approve a change request.",
    effect="set",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

REMOVE_CHANGE_REQUEST_APPROVAL: Final[Operation[ChangeRequestModel]] = Operation(
    id="remove-change-request-approval",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/remove-approval",
    summary="Take back an approval.",
    effect="set",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

CLAIM_CHANGE_REQUEST_OWNERSHIP: Final[Operation[ChangeRequestModel]] = Operation(
    id="claim-change-request-ownership",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/claim-ownership",
    summary="Become the owner of a change request.",
    effect="set",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
)

GET_CHANGE_REQUEST_PROPOSED_CHANGES: Final[
    Operation[ChangeRequestProposedChangesModel]
] = Operation(
    id="get-change-request-proposed-changes",
    group="change_requests",
    method="GET",
    path="/v2/change-requests/{changeRequestId}/proposed-changes",
    summary="Get the values that a change request proposes.",
    effect="read",
    success={200: ChangeRequestProposedChangesModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
        Parameter(
            "setting_id",
            "settingId",
            "query",
            int,
            required=False,
            format="int32",
        ),
    ),
)

UPDATE_CHANGE_REQUEST_PROPOSED_CHANGES: Final[Operation[ChangeRequestModel]] = (
    Operation(
        id="update-change-request-proposed-changes",
        group="change_requests",
        method="PUT",
        path="/v2/change-requests/{changeRequestId}/proposed-changes",
        summary="Write the values that a change request proposes.",
        effect="set",
        success={200: ChangeRequestModel},
        errors=(400, 404, 429),
        parameters=(
            Parameter(
                "change_request_id",
                "changeRequestId",
                "path",
                int,
                format="int64",
            ),
            Parameter(
                "setting_id",
                "settingId",
                "query",
                int,
                required=False,
                format="int32",
            ),
        ),
        body=UpdateChangeRequestProposedChangesModel,
        body_required=True,
    )
)

DELETE_CHANGE_REQUEST_PROPOSED_CHANGE: Final[Operation[ChangeRequestModel]] = Operation(
    id="delete-change-request-proposed-change",
    group="change_requests",
    method="DELETE",
    path="/v2/change-requests/{changeRequestId}/proposed-changes/{settingId}",
    summary="Take a setting out of a change request.",
    effect="delete",
    success={200: ChangeRequestModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
    ),
)

RESOLVE_CHANGE_REQUEST_SETTING_CONFLICTS: Final[Operation[ChangeRequestModel]] = (
    Operation(
        id="resolve-change-request-setting-conflicts",
        group="change_requests",
        method="POST",
        path=(
            "/v2/change-requests/{changeRequestId}/proposed-changes"
            "/{settingId}/resolve-conflicts"
        ),
        summary="Resolve the conflicts of a setting in a change request.",
        effect="create",
        success={200: ChangeRequestModel},
        errors=(400, 404, 429),
        parameters=(
            Parameter(
                "change_request_id",
                "changeRequestId",
                "path",
                int,
                format="int64",
            ),
            Parameter("setting_id", "settingId", "path", int, format="int32"),
        ),
        body=ResolveChangeRequestSettingConflictsModel,
        body_required=True,
    )
)

ADD_CHANGE_REQUEST_COMMENT: Final[Operation[ChangeRequestCommentModel]] = Operation(
    id="add-change-request-comment",
    group="change_requests",
    method="POST",
    path="/v2/change-requests/{changeRequestId}/comments",
    summary="Comment on a change request.",
    effect="create",
    success={200: ChangeRequestCommentModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("change_request_id", "changeRequestId", "path", int, format="int64"),
    ),
    body=AddChangeRequestCommentModel,
    body_required=True,
)

UPDATE_CHANGE_REQUEST_COMMENT: Final[Operation[ChangeRequestCommentModel]] = Operation(
    id="update-change-request-comment",
    group="change_requests",
    method="PUT",
    path="/v2/change-request-comments/{commentId}",
    summary="Edit a comment on a change request.",
    effect="set",
    success={200: ChangeRequestCommentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("comment_id", "commentId", "path", int, format="int64"),),
    body=UpdateChangeRequestCommentModel,
    body_required=True,
)

DELETE_CHANGE_REQUEST_COMMENT: Final[Operation[None]] = Operation(
    id="delete-change-request-comment",
    group="change_requests",
    method="DELETE",
    path="/v2/change-request-comments/{commentId}",
    summary="Delete a comment on a change request.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("comment_id", "commentId", "path", int, format="int64"),),
)
