"""Chooses the folder of a job, so no job replaces the files of another one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.job.request import require_same, unfinished_other
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import FinishedJob, JobFolder, UnfinishedJob
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import slug


@attrs.frozen
class Chosen:
    """A folder for a job, with the earlier job of the same request."""

    folder: JobFolder
    unfinished: UnfinishedJob | None = None
    """The job to resume in the folder."""
    finished: FinishedJob | None = None
    """The same job, which is done; the folder is then its folder."""
    repeats: Path | None = None
    """Folder of a finished job with the same request, which runs once more."""
    unfinished_others: tuple[str, ...] = ()
    """Texts about unfinished jobs of other requests, which were left alone."""


def choose_folder(
    name: str, job: JobOptions, request: Mapping[str, JsonValue]
) -> Chosen:
    """Choose the folder of a job, and find the job in it.

    Without `--job` a job has a folder of its own, with a number if there were jobs of
    this name before; jobs of other requests do not block it. A finished job that
    created a product or an environment is done for good; any other runs again in a new
    folder, since the product may have changed meanwhile.

    Args:
        name: Name of the folder without a number, such as `configcat-copy-web-shop`.
        job: The options of the job.
        request: The present request.

    Raises:
        ConfigurationError: The folder named by `--job` holds a different job, or the
            folder of this job cannot be read.
    """
    if job.folder is not None:
        return _in_folder(JobFolder(job.folder), job, request)
    repeats: Path | None = None
    others: list[str] = []
    number = 0
    for number, path in _numbered(Path(name)):  # noqa: B007 - the last one is needed
        folder = JobFolder(path)
        begun = folder.request()
        if begun is not None and begun != request:
            if _may_be_unfinished(folder):
                others.append(f"{path} holds {unfinished_other(begun, request)}")
            continue
        finished = _finished(folder, job)
        if finished is None:
            if folder.plan_path.exists() or _only_begun(folder, begun):
                return _unfinished(folder, job, request, repeats)
        elif not job.start_over:
            plan = finished.plan
            if plan.target.is_new or plan.kind == "clone-environment":
                return Chosen(folder, finished=finished)
            repeats = path
    path = Path(f"{name}-{number + 1}" if number else name)
    return Chosen(JobFolder(path), repeats=repeats, unfinished_others=tuple(others))


def folder_name(kind: str, product: str) -> str:
    """Return the usual name of a folder: `configcat-copy-web-shop`.

    Args:
        kind: Kind of the job, such as `copy`.
        product: Name or id of the product, as given.
    """
    return f"configcat-{kind}-{slug(product) or 'product'}"


def _in_folder(
    folder: JobFolder, job: JobOptions, request: Mapping[str, JsonValue]
) -> Chosen:
    finished = _finished(folder, job)
    if finished is None:
        return _unfinished(folder, job, request, None)
    if finished.request == request and not job.start_over:
        return Chosen(folder, finished=finished)
    raise ConfigurationError(
        f"{folder.path} holds a finished {finished.plan.kind} job, whose files are "
        f"kept. Use another folder for this job (--job FOLDER)"
    )


def _finished(folder: JobFolder, job: JobOptions) -> FinishedJob | None:
    try:
        return folder.finished()
    except ConfigurationError:
        if job.start_over:
            return None  # A damaged job can be discarded.
        raise


def _only_begun(folder: JobFolder, begun: Mapping[str, JsonValue] | None) -> bool:
    """Whether a process was killed, or still works, before the job had its plan."""
    return begun is not None and not folder.journal_path.exists()


def _may_be_unfinished(folder: JobFolder) -> bool:
    """Whether a job sent something and did not end, or a file of it is damaged."""
    if not folder.journal_path.exists():
        return False
    try:
        return folder.finished() is None
    except ConfigurationError:
        return True


def _unfinished(
    folder: JobFolder,
    job: JobOptions,
    request: Mapping[str, JsonValue],
    repeats: Path | None,
) -> Chosen:
    found = None if job.start_over else folder.unfinished()
    if found is not None:
        require_same(folder.path, found.request, request)
    return Chosen(folder, unfinished=found, repeats=repeats)


def _numbered(path: Path) -> Iterator[tuple[int, Path]]:
    """Yield the existing folders of a name, in the order of their numbers."""
    found: list[tuple[int, Path]] = [(1, path)] if path.exists() else []
    for other in path.parent.glob(f"{path.name}-*"):
        number = other.name.removeprefix(f"{path.name}-")
        if number.isascii() and number.isdigit():
            found.append((int(number), other))
    return iter(sorted(found))
