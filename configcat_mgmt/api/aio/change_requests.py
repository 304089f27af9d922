"""The asynchronous operations of the group `change_requests`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
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
    ChangeRequestSummaryModel,
    CreateChangeRequestModel,
    NeedsAttentionFilter,
    ResolveChangeRequestSettingConflictsModel,
    UpdateChangeRequestCommentModel,
    UpdateChangeRequestModel,
    UpdateChangeRequestProposedChangesModel,
)
from configcat_mgmt.api.operations import change_requests as operations
from configcat_mgmt.core.operation import Caller, OperationGroup
from configcat_mgmt.core.pages import AsyncPages


class AsyncChangeRequests(OperationGroup):
    """Change requests: the asynchronous operations.

    Propose changes of V2 values, have them approved, and apply them at once or at a
    scheduled time. The service calls this a beta.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_change_requests(
        self,
        product_id: UUID | str,
        *,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        setting_id: int | None = None,
        change_request_status_filter: Sequence[ChangeRequestStatus | str] | None = None,
        schedule_filter: ChangeRequestScheduleFilter | str | None = None,
        approve_required_filter: ChangeRequestApproveRequiredFilter | str | None = None,
        needs_attention_filter: NeedsAttentionFilter | str | None = None,
        page_number: int | None = None,
        page_size: int | None = None,
    ) -> ChangeRequestsModel:
        """Get a page of the change requests of a product.

        Reads one page of summaries. Every filter is optional and narrows the result.

        GET /v2/products/{productId}/change-requests

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            config_id: Only change requests for this config (UUID); all configs by
                default. A string is accepted. None omits it.
            environment_id: Only change requests for this environment (UUID); all
                environments by default. A string is accepted. None omits it.
            setting_id: Only change requests that propose a value of this feature flag
                or setting; all by default. None omits it.
            change_request_status_filter: Only change requests with one of these
                statuses, sent as a repeated query parameter; all by default. A
                `ChangeRequestStatus` or its value: `open`, `applied`, `closed`. None
                omits it.
            schedule_filter: Only change requests with a scheduled time, or only those
                without; all by default. A `ChangeRequestScheduleFilter` or its value:
                `nonScheduled`, `scheduled`. None omits it.
            approve_required_filter: Only change requests for environments that require
                approval, or only the others; all by default. A
                `ChangeRequestApproveRequiredFilter` or its value: `approveNotRequired`,
                `approveRequired`. None omits it.
            needs_attention_filter: Only change requests with an open issue, or only
                those without; all by default. A `NeedsAttentionFilter` or its value:
                `notNeedsAttention`, `needsAttention`. None omits it.
            page_number: Number of the page, counted from 1; the first page by default.
                At least 1. None omits it.
            page_size: Items per page, 1 to 100; 25 by default. None omits it.

        Returns:
            ChangeRequestsModel: One page of the change requests that match the filters.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_CHANGE_REQUESTS,
            product_id=product_id,
            config_id=config_id,
            environment_id=environment_id,
            setting_id=setting_id,
            change_request_status_filter=change_request_status_filter,
            schedule_filter=schedule_filter,
            approve_required_filter=approve_required_filter,
            needs_attention_filter=needs_attention_filter,
            page_number=page_number,
            page_size=page_size,
        )

    def iter_change_requests(
        self,
        product_id: UUID | str,
        *,
        config_id: UUID | str | None = None,
        environment_id: UUID | str | None = None,
        setting_id: int | None = None,
        change_request_status_filter: Sequence[ChangeRequestStatus | str] | None = None,
        schedule_filter: ChangeRequestScheduleFilter | str | None = None,
        approve_required_filter: ChangeRequestApproveRequiredFilter | str | None = None,
        needs_attention_filter: NeedsAttentionFilter | str | None = None,
        page_size: int | None = None,
        first_page: int = 1,
    ) -> AsyncPages[ChangeRequestSummaryModel]:
        """Iterate over the change requests of a product.

        Reads a page when an item of it is needed, and leaves out repeats. A step of the
        iteration raises what the operation raises. Pass `page` of the iterator as
        `first_page` to resume there.

        GET /v2/products/{productId}/change-requests

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            config_id: Only change requests for this config (UUID); all configs by
                default. A string is accepted. None omits it.
            environment_id: Only change requests for this environment (UUID); all
                environments by default. A string is accepted. None omits it.
            setting_id: Only change requests that propose a value of this feature flag
                or setting; all by default. None omits it.
            change_request_status_filter: Only change requests with one of these
                statuses, sent as a repeated query parameter; all by default. A
                `ChangeRequestStatus` or its value: `open`, `applied`, `closed`. None
                omits it.
            schedule_filter: Only change requests with a scheduled time, or only those
                without; all by default. A `ChangeRequestScheduleFilter` or its value:
                `nonScheduled`, `scheduled`. None omits it.
            approve_required_filter: Only change requests for environments that require
                approval, or only the others; all by default. A
                `ChangeRequestApproveRequiredFilter` or its value: `approveNotRequired`,
                `approveRequired`. None omits it.
            needs_attention_filter: Only change requests with an open issue, or only
                those without; all by default. A `NeedsAttentionFilter` or its value:
                `notNeedsAttention`, `needsAttention`. None omits it.
            page_size: Items per page, 1 to 100; 25 by default. None omits it.
            first_page: Number of the page to begin with, counted from 1.

        Returns:
            iterator of ChangeRequestSummaryModel, in the service's order: All items of
                all pages.
        """
        return AsyncPages[ChangeRequestSummaryModel](
            self._caller,
            operations.GET_CHANGE_REQUESTS,
            first_page,
            product_id=product_id,
            config_id=config_id,
            environment_id=environment_id,
            setting_id=setting_id,
            change_request_status_filter=change_request_status_filter,
            schedule_filter=schedule_filter,
            approve_required_filter=approve_required_filter,
            needs_attention_filter=needs_attention_filter,
            page_size=page_size,
        )

    async def create_change_request(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
        body: CreateChangeRequestModel,
    ) -> ChangeRequestModel:
        """Create a change request.

        Proposes new values for settings of one V2 config in one environment. Nothing is
        published until the change request is applied. With `applyAt`, the service
        applies it at that time. Each formula is a whole V2 value: targeting rules that
        it omits are deleted.

        POST /v2/configs/{configId}/environments/{environmentId}/change-requests

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.
            body: Title, reason, scheduled time and proposed values. Required: `title`.
                UNSET omits a field.

        Returns:
            ChangeRequestModel: The new change request.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CREATE_CHANGE_REQUEST,
            config_id=config_id,
            environment_id=environment_id,
            body=body,
        )

    async def get_change_request(self, change_request_id: int) -> ChangeRequestModel:
        """Get a change request.

        Reads one change request with its proposed values, approvals, comments,
        activities and issues.

        GET /v2/change-requests/{changeRequestId}

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The change request.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.GET_CHANGE_REQUEST,
            change_request_id=change_request_id,
        )

    async def update_change_request(
        self,
        change_request_id: int,
        body: UpdateChangeRequestModel,
    ) -> ChangeRequestModel:
        """Replace the metadata of a change request.

        Replaces title, reason, scheduled time and the bypass of approval; the proposed
        values stay.

        PUT /v2/change-requests/{changeRequestId}

        Args:
            change_request_id: Number of the change request.
            body: The complete new metadata. Required: `title`. UNSET omits a field.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.UPDATE_CHANGE_REQUEST,
            change_request_id=change_request_id,
            body=body,
        )

    async def apply_change_request(self, change_request_id: int) -> ChangeRequestModel:
        """Apply a change request.

        Publishes the proposed values at once. An applied change request is final. The
        client never repeats the call, because the service may refuse a second one.

        POST /v2/change-requests/{changeRequestId}/apply

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The applied change request.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.APPLY_CHANGE_REQUEST,
            change_request_id=change_request_id,
        )

    async def close_change_request(self, change_request_id: int) -> ChangeRequestModel:
        """Close a change request.

        Ends a change request without publishing its values. A closed change request is
        final. The client never repeats the call, because the service may refuse a
        second one.

        POST /v2/change-requests/{changeRequestId}/close

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The closed change request.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CLOSE_CHANGE_REQUEST,
            change_request_id=change_request_id,
        )

    async def approve_change_request(
        self,
        change_request_id: int,
    ) -> ChangeRequestModel:
        """Approve a change request.

        Adds the approval of the calling user, who needs that right.

        POST /v2/change-requests/{changeRequestId}/approve

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.APPROVE_CHANGE_REQUEST,
            change_request_id=change_request_id,
        )

    async def remove_change_request_approval(
        self,
        change_request_id: int,
    ) -> ChangeRequestModel:
        """Take back an approval.

        Removes the approval of the calling user.

        POST /v2/change-requests/{changeRequestId}/remove-approval

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.REMOVE_CHANGE_REQUEST_APPROVAL,
            change_request_id=change_request_id,
        )

    async def claim_change_request_ownership(
        self,
        change_request_id: int,
    ) -> ChangeRequestModel:
        """Become the owner of a change request.

        Makes the calling user the owner, for example if the owner has left or has lost
        the needed rights.

        POST /v2/change-requests/{changeRequestId}/claim-ownership

        Args:
            change_request_id: Number of the change request.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.CLAIM_CHANGE_REQUEST_OWNERSHIP,
            change_request_id=change_request_id,
        )

    async def get_change_request_proposed_changes(
        self,
        change_request_id: int,
        *,
        setting_id: int | None = None,
    ) -> ChangeRequestProposedChangesModel:
        """Get the values that a change request proposes.

        Reads all proposed values, or that of one setting.

        GET /v2/change-requests/{changeRequestId}/proposed-changes

        Args:
            change_request_id: Number of the change request.
            setting_id: Only the proposed value of this feature flag or setting; all by
                default. None omits it.

        Returns:
            ChangeRequestProposedChangesModel: The proposed values and the limits that
                apply to them.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.GET_CHANGE_REQUEST_PROPOSED_CHANGES,
            change_request_id=change_request_id,
            setting_id=setting_id,
        )

    async def update_change_request_proposed_changes(
        self,
        change_request_id: int,
        body: UpdateChangeRequestProposedChangesModel,
        *,
        setting_id: int | None = None,
    ) -> ChangeRequestModel:
        """Write the values that a change request proposes.

        Sets the proposed values of the settings that the body names. Each formula is a
        whole V2 value: targeting rules that it omits are deleted. A formula may name
        the `latestVersionId` that it is based on; if the service has another version by
        then, it refuses the call with 409. `forced` skips that check.

        PUT /v2/change-requests/{changeRequestId}/proposed-changes

        Args:
            change_request_id: Number of the change request.
            body: The proposed values, each with the id of its setting. No field is
                required. UNSET omits a field.
            setting_id: Only the value of this feature flag or setting is written; all
                in the body by default. None omits it.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.UPDATE_CHANGE_REQUEST_PROPOSED_CHANGES,
            change_request_id=change_request_id,
            body=body,
            setting_id=setting_id,
        )

    async def delete_change_request_proposed_change(
        self,
        change_request_id: int,
        setting_id: int,
    ) -> ChangeRequestModel:
        """Take a setting out of a change request.

        Removes the proposed value of one setting.

        DELETE /v2/change-requests/{changeRequestId}/proposed-changes/{settingId}

        Args:
            change_request_id: Number of the change request.
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request or setting does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.DELETE_CHANGE_REQUEST_PROPOSED_CHANGE,
            change_request_id=change_request_id,
            setting_id=setting_id,
        )

    async def resolve_change_request_setting_conflicts(
        self,
        change_request_id: int,
        setting_id: int,
        body: ResolveChangeRequestSettingConflictsModel,
    ) -> ChangeRequestModel:
        """Resolve the conflicts of a setting in a change request.

        Replaces the proposed value of a setting whose value was published meanwhile. A
        formula may name the `latestVersionId` that it is based on; if the service has
        another version by then, it refuses the call with 409.

        POST /v2/change-requests/{changeRequestId}/proposed-changes/{settingId}
            /resolve-conflicts

        Args:
            change_request_id: Number of the change request.
            setting_id: Numeric id of the feature flag or setting.
            body: The new proposed value.

        Returns:
            ChangeRequestModel: The change request after the change.

        Raises:
            NotFoundError: The change request or setting does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.RESOLVE_CHANGE_REQUEST_SETTING_CONFLICTS,
            change_request_id=change_request_id,
            setting_id=setting_id,
            body=body,
        )

    async def add_change_request_comment(
        self,
        change_request_id: int,
        body: AddChangeRequestCommentModel,
    ) -> ChangeRequestCommentModel:
        """Comment on a change request.

        Adds a comment of the calling user.

        POST /v2/change-requests/{changeRequestId}/comments

        Args:
            change_request_id: Number of the change request.
            body: Text of the comment.

        Returns:
            ChangeRequestCommentModel: The new comment.

        Raises:
            NotFoundError: The change request does not exist, or these credentials
                cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.ADD_CHANGE_REQUEST_COMMENT,
            change_request_id=change_request_id,
            body=body,
        )

    async def update_change_request_comment(
        self,
        comment_id: int,
        body: UpdateChangeRequestCommentModel,
    ) -> ChangeRequestCommentModel:
        """Edit a comment on a change request.

        Replaces the text of a comment.

        PUT /v2/change-request-comments/{commentId}

        Args:
            comment_id: Number of the comment.
            body: New text of the comment.

        Returns:
            ChangeRequestCommentModel: The comment after the change.

        Raises:
            NotFoundError: The comment does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.UPDATE_CHANGE_REQUEST_COMMENT,
            comment_id=comment_id,
            body=body,
        )

    async def delete_change_request_comment(self, comment_id: int) -> None:
        """Delete a comment on a change request.

        Removes a comment.

        DELETE /v2/change-request-comments/{commentId}

        Args:
            comment_id: Number of the comment.

        Returns:
            None: The comment was deleted; no body.

        Raises:
            NotFoundError: The comment does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.DELETE_CHANGE_REQUEST_COMMENT,
            comment_id=comment_id,
        )
