"""The asynchronous operations of the group `code_references`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from configcat_mgmt.api.models.code_references import (
    CodeReferenceModel,
    CodeReferenceRequest,
    DeleteRepositoryReportsRequest,
)
from configcat_mgmt.api.operations import code_references as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncCodeReferences(OperationGroup):
    """Code References: the asynchronous operations.

    Upload, read and delete reports about settings found in source code.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_references_for_feature_flag_or_setting(
        self,
        setting_id: int,
    ) -> list[CodeReferenceModel]:
        """Get the code references of a setting.

        Reads where the feature flag or setting occurs in source code, by repository and
        branch, from the uploaded reports.

        GET /v1/settings/{settingId}/code-references

        Args:
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            list of CodeReferenceModel, in the service's order: The code references by
                repository and branch.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_REFERENCES_FOR_FEATURE_FLAG_OR_SETTING,
            setting_id=setting_id,
        )

    async def delete_reference_reports(
        self,
        body: DeleteRepositoryReportsRequest,
    ) -> None:
        """Delete code reference reports.

        Deletes uploaded reports of a config and a repository; `branch` and `settingId`
        narrow the deletion. The request is a POST.

        POST /v1/code-references/delete-reports

        Args:
            body: Config and repository whose reports are deleted, with optional branch
                and setting. Required: `config_id` and `repository`. UNSET omits a
                field.

        Returns:
            None: The service deleted the reports; no body.

        Raises:
            NotFoundError: The entity that the body names does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(operations.DELETE_REFERENCE_REPORTS, body=body)

    async def upload_references(self, body: CodeReferenceRequest) -> None:
        """Upload code references.

        Stores a report of code references for a config, a repository and a branch. When
        `activeBranches` is given, earlier reports of branches that are not in it are
        deleted. Line texts and file URLs may have up to 1000 characters, file names 1
        to 255.

        POST /v1/code-references

        Args:
            body: The report: config, repository, branch and the references of each
                setting. Required: `config_id`, `repository` and `branch`. UNSET omits a
                field.

        Returns:
            None: The service stored the report; no body.

        Raises:
            NotFoundError: The entity that the body names does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(operations.UPLOAD_REFERENCES, body=body)
