"""Models that only the group `code_references` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define
class ReferenceLineModel:
    """One line of source code."""

    line_text: str | None = field(metadata={"max_length": 1000})
    """Text of the line."""
    line_number: int = field(metadata={"format": "int32"})
    """Number of the line in its file."""


@define(field_transformer=short_lists)
class ReferenceLinesModel:
    """A reference in the source code with the lines around it."""

    file: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the source file."""
    file_url: str | None = field(metadata={"max_length": 1000})
    """Address of the source file."""
    pre_lines: list[ReferenceLineModel]
    """Lines just before the reference."""
    post_lines: list[ReferenceLineModel]
    """Lines just after the reference."""
    reference_line: ReferenceLineModel
    """The line with the reference."""


@define(field_transformer=short_lists)
class CodeReferenceModel:
    """Newest code reference report of a setting for one repository and branch."""

    branch: str | None
    """Name of the branch."""
    references: list[ReferenceLinesModel] | None
    """Places in the source code where the setting is used."""
    commit_url: str | None
    """Address of the scanned commit."""
    commit_hash: str | None
    """Hash of the scanned commit."""
    synced_at: datetime
    """Time when the service stored the report."""
    repository: str | None
    """Name of the source code repository."""
    code_reference_id: UUID = field(metadata={"essential": True})
    """Id of the report."""
    uploader: str | None
    """Who or what uploaded the report."""


@define(kw_only=True)
class ReferenceLineRequest:
    """One line of source code in an uploaded report."""

    line_text: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Text of the line. At most 1000 characters."""
    line_number: int = field(metadata={"format": "int32"})
    """Number of the line in its file."""


@define(kw_only=True, field_transformer=short_lists)
class ReferenceLinesRequest:
    """A reference in source code, for an uploaded report.

    It comes with the lines around it.
    """

    file: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the source file. 1 to 255 characters."""
    file_url: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Address of the source file. At most 1000 characters."""
    pre_lines: list[ReferenceLineRequest] | UnsetType = UNSET
    """Lines just before the reference."""
    post_lines: list[ReferenceLineRequest] | UnsetType = UNSET
    """Lines just after the reference."""
    reference_line: ReferenceLineRequest
    """The line with the reference."""


@define(kw_only=True, field_transformer=short_lists)
class FlagReference:
    """References to one setting in an uploaded report."""

    setting_id: int = field(metadata={"format": "int32"})
    """Number of the setting, unique over the whole service."""
    references: list[ReferenceLinesRequest]
    """Places in the source code where the setting is used."""


@define(kw_only=True, field_transformer=short_lists)
class CodeReferenceRequest:
    """Request body to upload the code references found in one branch.

    It replaces the earlier report for the same config, repository and branch.
    """

    config_id: UUID
    """Id of the config whose settings were searched for."""
    repository: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the source code repository. 1 to 255 characters."""
    branch: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the branch. 1 to 255 characters."""
    commit_url: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Address of the scanned commit. At most 1000 characters."""
    commit_hash: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 255},
    )
    """Hash of the scanned commit. At most 255 characters."""
    uploader: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 255},
    )
    """Who or what uploaded the report. At most 255 characters."""
    active_branches: list[str] | UnsetType = UNSET
    """Branches that still exist; earlier reports of all other branches are deleted."""
    flag_references: list[FlagReference] | UnsetType = UNSET
    """References found, grouped by setting."""


@define(kw_only=True)
class DeleteRepositoryReportsRequest:
    """Request body to delete code reference reports of a config and repository."""

    config_id: UUID
    """Id of the config."""
    repository: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the source code repository. 1 to 255 characters."""
    branch: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Only reports of this branch; omitted means all branches. At most 255
    characters."""
    setting_id: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32"},
    )
    """Only references of this setting; omitted means all settings."""
