"""The records of change requests; people and settings are referred to by id."""

from datetime import datetime
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ChangeRequestActivityType,
    ChangeRequestIssueType,
    ChangeRequestStatus,
)
from configcat_mgmt.emulator.domain.evaluation import Formula


@attrs.define
class ProposedChange:
    """The value that a change request proposes for a setting."""

    setting_id: int
    proposed: Formula
    original: Formula
    """The published value from which the proposal was made."""
    base_version_id: UUID
    """The version of the original; a conflict exists while it is not the latest."""


@attrs.define
class Approval:
    """An approval, which may have been taken back."""

    approval_id: int
    user_id: str
    approved_at: datetime
    dismissed_at: datetime | None = None


@attrs.define
class Comment:
    """A comment on a change request."""

    comment_id: int
    user_id: str
    body: str
    created_at: datetime
    edited_at: datetime | None = None


@attrs.define
class Activity:
    """An event in the life of a change request."""

    activity_id: int
    kind: ChangeRequestActivityType
    happened_at: datetime
    user_id: str
    details: str
    error: str | None = None


@attrs.define
class Issue:
    """A problem that keeps a change request from being applied."""

    issue_id: int
    kind: ChangeRequestIssueType
    details: str
    detected_at: datetime
    fixed_at: datetime | None = None


@attrs.define
class Ending:
    """Who applied or closed a change request, and when."""

    ended_at: datetime
    user_id: str


@attrs.define
class ChangeRequest:
    """Proposed values of settings of one V2 config in one environment."""

    change_request_id: int
    config_id: UUID
    environment_id: UUID
    title: str
    reason: str | None
    owner_id: str
    created_at: datetime
    apply_at: datetime | None = None
    bypass_approval: bool = False
    status: ChangeRequestStatus = ChangeRequestStatus.OPEN
    ending: Ending | None = None
    """None while the request is open."""
    changes: dict[int, ProposedChange] = attrs.field(factory=dict[int, ProposedChange])
    """By setting id."""
    approvals: list[Approval] = attrs.field(factory=list[Approval])
    comments: list[Comment] = attrs.field(factory=list[Comment])
    activities: list[Activity] = attrs.field(factory=list[Activity])
    issues: list[Issue] = attrs.field(factory=list[Issue])

    @property
    def is_open(self) -> bool:
        """Whether the request can still change."""
        return self.status == ChangeRequestStatus.OPEN

    @property
    def standing_approvals(self) -> list[Approval]:
        """The approvals that nobody dismissed."""
        return [one for one in self.approvals if one.dismissed_at is None]

    @property
    def open_issues(self) -> list[Issue]:
        """The issues that are not fixed."""
        return [one for one in self.issues if one.fixed_at is None]
