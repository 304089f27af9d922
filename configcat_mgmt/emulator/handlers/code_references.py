"""Where settings occur in source code."""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CodeReferenceModel,
    CodeReferenceRequest,
    DeleteRepositoryReportsRequest,
    FlagReference,
    ReferenceLineModel,
    ReferenceLineRequest,
    ReferenceLinesModel,
    ReferenceLinesRequest,
)
from configcat_mgmt.api.operations import code_references as operations
from configcat_mgmt.emulator.domain.absent import given, items_of
from configcat_mgmt.emulator.domain.records import (
    CodeLine,
    CodeReference,
    CodeReport,
    Config,
)
from configcat_mgmt.emulator.domain.refusals import NotFound, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.unset import UnsetType


@handles(operations.GET_REFERENCES_FOR_FEATURE_FLAG_OR_SETTING)
def get_references_for_feature_flag_or_setting(
    state: State, setting_id: int
) -> list[CodeReferenceModel]:
    """Show the last report of each repository and branch that knows the setting."""
    state.setting(setting_id)
    return [
        _reference_view(report, report.references[setting_id])
        for report in state.code_reports
        if setting_id in report.references
    ]


@handles(operations.UPLOAD_REFERENCES)
def upload_references(state: State, body: CodeReferenceRequest) -> None:
    """Store a report in place of the last one of its config, repository and branch.

    Reports of branches that are not active anymore are forgotten.
    """
    config = _config(state, body.config_id)
    references = _read_references(config, items_of(body.flag_references))
    report = CodeReport(
        report_id=state.identifiers.uuid(),
        config_id=body.config_id,
        repository=body.repository,
        branch=body.branch,
        commit_url=given(body.commit_url),
        commit_hash=given(body.commit_hash),
        uploader=given(body.uploader),
        synced_at=state.clock(),
        references=references,
    )
    active = None
    if not isinstance(body.active_branches, UnsetType):
        active = {*body.active_branches}
    state.code_reports = [
        other
        for other in state.code_reports
        if (other.config_id, other.repository) != (report.config_id, report.repository)
        or (other.branch != report.branch and (not active or other.branch in active))
    ]
    state.code_reports.append(report)
    kind = AuditLogType.CODE_REFERENCES_UPLOADED
    state.log(kind, f"{report.repository}: {report.branch}", config=config)


@handles(operations.DELETE_REFERENCE_REPORTS)
def delete_reference_reports(
    state: State, body: DeleteRepositoryReportsRequest
) -> None:
    """Forget reports of a config and repository, or of one setting in them."""
    config = _config(state, body.config_id)
    branch, setting_id = given(body.branch), given(body.setting_id)
    kept: list[CodeReport] = []
    for report in state.code_reports:
        is_meant = (
            report.config_id == body.config_id
            and report.repository == body.repository
            and branch in {None, "", report.branch}
        )
        if is_meant and setting_id is not None:
            report.references.pop(setting_id, None)
        if not is_meant or setting_id is not None:
            kept.append(report)
    state.code_reports = kept
    kind = AuditLogType.CODE_REFERENCE_DELETED
    state.log(kind, body.repository, config=config)


def _config(state: State, config_id: UUID) -> Config:
    try:
        return state.config(config_id)
    except NotFound as error:
        raise Refused("config_id", str(error)) from None


def _read_references(
    config: Config, entries: Sequence[FlagReference]
) -> dict[int, list[CodeReference]]:
    known = set(config.setting_ids.values())
    references: dict[int, list[CodeReference]] = {}
    for number, entry in enumerate(entries):
        if entry.setting_id not in known:
            path = ("flag_references", number, "setting_id")
            raise Refused(path, f"The config has no setting {entry.setting_id}.")
        found = references.setdefault(entry.setting_id, [])
        found += [_read_reference(one) for one in entry.references]
    return references


def _read_reference(entry: ReferenceLinesRequest) -> CodeReference:
    return CodeReference(
        file=entry.file,
        file_url=given(entry.file_url),
        lines_before=[_read_line(one) for one in items_of(entry.pre_lines)],
        lines_after=[_read_line(one) for one in items_of(entry.post_lines)],
        line=_read_line(entry.reference_line),
    )


def _read_line(entry: ReferenceLineRequest) -> CodeLine:
    return CodeLine(given(entry.line_text), entry.line_number)


def _reference_view(
    report: CodeReport, references: Sequence[CodeReference]
) -> CodeReferenceModel:
    return CodeReferenceModel(
        branch=report.branch,
        references=[
            ReferenceLinesModel(
                file=one.file,
                file_url=one.file_url,
                pre_lines=[_line_view(line) for line in one.lines_before],
                post_lines=[_line_view(line) for line in one.lines_after],
                reference_line=_line_view(one.line),
            )
            for one in references
        ],
        commit_url=report.commit_url,
        commit_hash=report.commit_hash,
        synced_at=report.synced_at,
        repository=report.repository,
        code_reference_id=report.report_id,
        uploader=report.uploader,
    )


def _line_view(line: CodeLine) -> ReferenceLineModel:
    return ReferenceLineModel(line_text=line.text, line_number=line.number)
