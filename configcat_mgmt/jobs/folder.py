"""The folder of a job: its files, so an interrupted job can resume."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar, cast

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import (
    PRIVATE_DIRECTORY,
    is_there,
    make_private_directory,
    read_bounded,
    remove_temporaries,
    write_private,
)
from configcat_mgmt.jobs.applying.apply import journal_report
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.journal.lock import JournalLock
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.model.snapshot_file import load_snapshot, save_snapshot
from configcat_mgmt.jobs.planning.plan_file import load_plan, plan_hash, save_plan
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")

MAX_REQUEST_BYTES: Final = 1024 * 1024
"""Size limit of the request file, in bytes."""
DOCUMENTS: Final = ("keys.json", "attributes.json", "check.json")
"""Files that an import adds: the new keys, the user attributes, and the check."""
MAX_DOCUMENT_BYTES: Final = 256 * 1024 * 1024
"""Size limit of such a file, in bytes."""
_SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps next to a journal."""


@attrs.frozen
class UnfinishedJob:
    """A job in a folder that started and did not finish."""

    plan: Plan
    snapshot: Snapshot
    """The snapshot that the plan was made from."""
    target: Snapshot | None
    """The target before the job, if it is another product than the snapshot's."""
    request: Mapping[str, JsonValue]
    """The request as the caller of `JobFolder.begin` gave it."""
    report: Report
    """Results of its steps so far, without times and calls."""


@attrs.frozen
class FinishedJob:
    """A job in a folder that is finished."""

    plan: Plan
    request: Mapping[str, JsonValue]
    """The request as the caller of `JobFolder.begin` gave it; no secrets."""
    report: Mapping[str, JsonValue] = attrs.field(repr=False)
    """The report as `JobFolder.save_report` wrote it."""


@checked
class JobFolder:
    """The folder of one job: its snapshots, plan, journal and report.

    `snapshot.json` is the snapshot that the plan was made from, taken before any
    change. `target.json` is the target before the job, if it is another product.
    `plan.json` and `journal.db` are the job, `report.json` and `report.html` its
    result; an import adds `DOCUMENTS`. Only the owner can read the files. The files of
    a finished job are never replaced: the next job needs another folder.

    ```python
    with JobFolder("copy-of-web-shop") as folder:  # for one process at a time
        job = folder.unfinished()
        if job is None:
            snapshot = await take_snapshot(client, "Web shop")
            plan = plan_copy(snapshot, NewProduct(client.base_url, "Acme", "Copy"))
            folder.begin(plan, snapshot)
        else:
            plan = job.plan
        report = await apply(client, plan, folder.journal_path)
        folder.save_report(report.to_json())
    ```
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Name the folder, which `with` creates."""
        self.path = Path(path)
        self.snapshot_path = self.path / "snapshot.json"
        self.target_path = self.path / "target.json"
        self.plan_path = self.path / "plan.json"
        self.journal_path = self.path / "journal.db"
        self.report_path = self.path / "report.json"
        self.page_path = self.path / "report.html"
        self._request_path = self.path / "request.json"
        self._lock_path = self.path / "job.lock"
        self._lock = JournalLock(self.path / "job", "use another folder")
        self._is_locked = False

    @property
    def undo_path(self) -> Path:
        """The snapshot of the target before the job, which `plan_restore` takes."""
        return self.target_path if is_there(self.target_path) else self.snapshot_path

    def unfinished(self) -> UnfinishedJob | None:
        """Return the job to resume.

        Returns:
            The job; None if the folder has none, a finished one, or one that sent
            nothing yet, which can be planned again.

        Raises:
            ConfigurationError: Another process uses the job, or a file is missing or
                damaged.
        """
        if not is_there(self.plan_path) or not is_there(self.journal_path):
            return None
        snapshot = _read(lambda: load_snapshot(self.snapshot_path))
        plan = _read(lambda: load_plan(self.plan_path, snapshot))
        report = journal_report(plan, self.journal_path)
        if report.is_complete and _is_final(self._saved_report(), report.plan_hash):
            return None
        target = None
        if is_there(self.target_path):
            target = _read(lambda: load_snapshot(self.target_path))
        return UnfinishedJob(plan, snapshot, target, self._read_request(), report)

    def finished(self) -> FinishedJob | None:
        """Return the job if nothing of it is left to do.

        Returns:
            The job; None if the folder has none, or one without its final report: a
            report of all steps that was saved after the verification, which found no
            differences, and after all change requests were applied.

        Raises:
            ConfigurationError: A file is damaged.
        """
        report = self._saved_report()
        if report is None or not is_there(self.plan_path):
            return None
        plan = _read(lambda: load_plan(self.plan_path))
        if not _is_final(report, plan_hash(plan)):
            return None
        return FinishedJob(plan, self._read_request(), report)

    def request(self) -> Mapping[str, JsonValue] | None:
        """Return the request that began the job in the folder, finished or not.

        Returns:
            The request; None if the folder has no job, or the file of the request is
            damaged. This does not need the lock of the folder.
        """
        try:
            return self._read_request()
        except ConfigurationError:
            return None

    @checked
    def begin(
        self,
        plan: Plan,
        snapshot: Snapshot,
        *,
        target: Snapshot | None = None,
        request: Mapping[str, JsonValue] | None = None,
        documents: Mapping[str, Mapping[str, JsonValue]] | None = None,
        give_up: bool = False,
    ) -> None:
        """Save a job before it sends anything.

        A job that sent nothing is replaced. Its snapshot of the product is not needed
        to undo anything.

        Args:
            plan: The plan to apply.
            snapshot: The snapshot that the plan was made from.
            target: The target before the job, if it is another product.
            request: The requested job, to recognize it by; no secrets.
            documents: Content of some `DOCUMENTS`, by name.
            give_up: Discard an unfinished job; its files move to a subfolder named
                `discarded-1`, `discarded-2` and so on.

        Raises:
            ConfigurationError: The folder has a finished job, or an unfinished one that
                is not given up, or it cannot be written.
        """
        if not self._is_locked:
            raise ConfigurationError("a job is begun within `with JobFolder(...)`")
        if self._is_finished():
            raise ConfigurationError(
                f"{self.path} has a finished job, whose files are kept; use another "
                f"folder"
            )
        if not give_up and self.unfinished() is not None:
            raise ConfigurationError(f"{self.path} has a job that is not finished")
        if is_there(self.journal_path):
            self._set_aside()
        _remove(self._files)
        # First, so that what a killed process leaves is known as its own.
        write_private(self._request_path, layout(dict(request or {})))
        save_snapshot(snapshot, self.snapshot_path)
        if target is not None:
            save_snapshot(target, self.target_path)
        for name, document in (documents or {}).items():
            write_private(self.path / name, layout(dict(document)))
        save_plan(plan, self.plan_path)

    def documents(self) -> dict[str, Mapping[str, JsonValue]]:
        """Return the documents that the job added, by name.

        Raises:
            ConfigurationError: One is damaged.
        """
        found: dict[str, Mapping[str, JsonValue]] = {}
        for name in DOCUMENTS:
            path = self.path / name
            if is_there(path):
                found[name] = _read(partial(_read_object, path, MAX_DOCUMENT_BYTES))
        return found

    @checked
    def save_report(self, report: Mapping[str, JsonValue]) -> None:
        """Write the report of the job.

        Args:
            report: Plain JSON data, such as `Report.to_json()`.

        Raises:
            ConfigurationError: It cannot be written.
        """
        save_report(report, self.report_path)

    def __enter__(self) -> "Self":
        """Make the folder if it is not there, and keep other processes out.

        Raises:
            ConfigurationError: Another process is at it, who is named, or the folder
                cannot be made, or has files that do not belong to a job.
        """
        make_private_directory(self.path)
        foreign = [path.name for path in self._files if is_there(path)]
        if foreign and not is_there(self._lock_path):
            raise ConfigurationError(
                f"{self.path} has {', '.join(foreign)}, which do not belong to a "
                f"job; name another folder"
            )
        self._lock.acquire()
        self._is_locked = True
        remove_temporaries(self.path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let others in."""
        self._is_locked = False
        self._lock.release()

    @property
    def _files(self) -> tuple[Path, ...]:
        """All files of a job; the plan is first, since without it there is no job."""
        journal = self.journal_path.name
        return (
            self.plan_path,
            self.journal_path,
            *(self.path / f"{journal}{ending}" for ending in _SIDE_FILES),
            self.snapshot_path,
            self.target_path,
            self._request_path,
            *(self.path / name for name in DOCUMENTS),
            self.report_path,
            self.page_path,
        )

    def _is_finished(self) -> bool:
        """Whether the folder has a finished job; a damaged job is not finished."""
        try:
            return self.finished() is not None
        except ConfigurationError:
            return False

    def _set_aside(self) -> None:
        """Move the files of a job that may have changed something to a subfolder."""
        number = 1
        while is_there(aside := self.path / f"discarded-{number}"):
            number += 1
        try:
            aside.mkdir(PRIVATE_DIRECTORY)
            for path in self._files:
                if is_there(path):
                    path.rename(aside / path.name)
        except OSError as error:
            raise ConfigurationError(
                f"the files in {self.path} cannot be moved to {aside}: {error.strerror}"
            ) from None

    def _saved_report(self) -> Mapping[str, JsonValue] | None:
        """Return the saved report; None if there is none, or none that can be read."""
        try:
            found: object = parse_json(self.report_path.read_bytes())
        except (OSError, ValueError):
            return None
        is_report = isinstance(found, dict)
        return cast("Mapping[str, JsonValue]", found) if is_report else None

    def _read_request(self) -> Mapping[str, JsonValue]:
        return _read(lambda: _read_object(self._request_path, MAX_REQUEST_BYTES))


@checked
def save_report(report: Mapping[str, JsonValue], path: str | os.PathLike[str]) -> None:
    """Write a report to a file that only its owner can read.

    Args:
        report: Plain JSON data, such as `Report.to_json()`.
        path: The file; replaced as a whole or not at all.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    write_private(path, layout(dict(report)))


def _read(read: Callable[[], T]) -> T:
    """Read a file of a job; an error says what to do if there is no good file."""
    try:
        return read()
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error}; restore a good copy, or discard the job (--start-over)"
        ) from None


def _read_object(path: Path, most: int) -> Mapping[str, JsonValue]:
    text = read_bounded(path, most)
    try:
        found: object = parse_json(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} is damaged")
    return cast("Mapping[str, JsonValue]", found)


def _is_final(report: Mapping[str, JsonValue] | None, wanted_hash: str) -> bool:
    """Whether a saved report says that nothing of a plan is left to do."""
    return (
        report is not None
        and report.get("plan_hash") == wanted_hash
        and report.get("complete") is True
        and not report.get("stopped")
        and not report.get("interrupted")
        and not report.get("differences")
        and all(
            one.get("status") == "applied"
            for one in cast(
                "Sequence[Mapping[str, JsonValue]]", report.get("requests", ())
            )
        )
    )


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be replaced: {error.strerror}"
            ) from None
