"""Where the command gets a project from: an export file, or the REST API."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol, Self

import attrs

from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.terminal.exit_codes import DONE
from configcat_mgmt.cli.terminal.output import console, print_json, say_result, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.files import sibling
from configcat_mgmt.jobs.launchdarkly import (
    AccessToken,
    PageJournal,
    Project,
    RestClient,
    host_of_environment,
    read_export,
    read_project,
    save_export,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import counted

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Source(Protocol):
    """A project to import."""

    @property
    def name(self) -> str:
        """Name or key of the project, for the folder of the job."""
        ...

    async def read(self, meter: CallsMeter) -> Mapping[str, JsonValue]:
        """Return the export."""
        ...


@attrs.frozen
class FileSource:
    """An export file."""

    document: Mapping[str, JsonValue] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """Name of the project."""
        return read_project(self.document).name

    async def read(self, meter: CallsMeter) -> Mapping[str, JsonValue]:
        """Return the export, without any call."""
        meter.part()(0, 0)
        return self.document


@attrs.frozen
class ProjectSource:
    """A project in LaunchDarkly."""

    key: str
    host: str
    token: AccessToken
    environments: tuple[str, ...]
    find_lists: bool
    """Whether to ask which attributes hold lists."""
    pages: Path
    """Folder of the pages while they are read."""

    @classmethod
    def of(
        cls,
        key: str,
        environments: tuple[str, ...],
        folder: Path | None,
        *,
        find_lists: bool,
    ) -> Self:
        """Take the token and the host from the environment; nothing is sent.

        Raises:
            ConfigurationError: A variable is missing or unusable, or the path of the
                folder ends without a name; the message says which.
        """
        place = folder or Path(f"launchdarkly-{_UNSAFE.sub('-', key)}")
        pages = sibling(place, ".part", "folder")
        token = AccessToken.of_environment()
        host = host_of_environment()
        return cls(key, host, token, environments, find_lists, pages)

    @property
    def name(self) -> str:
        """Key of the project."""
        return self.key

    async def read(self, meter: CallsMeter) -> Mapping[str, JsonValue]:
        """Read the project, or the rest of it after a kill."""
        source = f"{self.host} {self.key}"
        with PageJournal(self.pages, source) as journal:
            async with RestClient(self.token, self.host) as client:
                found = await read_export(
                    client,
                    self.key,
                    environments=self.environments,
                    find_lists=self.find_lists,
                    journal=journal,
                    progress=meter.part(),
                )
            journal.finish()
        return found


def export_project(
    project: str,
    path: Path,
    environments: tuple[str, ...],
    job: JobOptions,
    *,
    find_lists: bool,
) -> int:
    """Read a project and save it as an export; nothing is sent to ConfigCat.

    Returns:
        The exit code.
    """
    source = ProjectSource.of(project, environments, path, find_lists=find_lists)
    document = asyncio.run(_read(source))
    found = read_project(document)
    save_export(document, path)
    counts = (
        counted(len(found.environments), "environment"),
        counted(len(found.flags), "flag"),
    )
    say_result(
        styled(f"Saved {' and '.join(counts)} of {found.key} in {path}.", "green"),
        as_json=job.as_json,
    )
    for line in _about_lists(found):
        say_result(styled(line), as_json=job.as_json)
    if job.as_json:
        print_json(
            {
                "file": str(path),
                "environments": len(found.environments),
                "flags": len(found.flags),
                "segments": sum(map(len, found.segments.values())),
                "malformed": len(found.malformed),
                "list_attributes": document.get("list_attributes"),
                "unknown_list_attributes": dict(found.unknown_list_attributes),
            }
        )
    return DONE


def _about_lists(project: Project) -> Iterator[str]:
    """Say which attributes hold lists, if LaunchDarkly was asked."""
    if project.list_attributes:
        yield f"Attributes with lists: {', '.join(project.list_attributes)}."
    elif project.list_attributes is not None:
        yield "LaunchDarkly reports no list in any attribute that rules test."
    if unknown := project.unknown_list_attributes:
        names = ", ".join(f"{name} ({reason})" for name, reason in unknown.items())
        yield (
            f"Not known, because LaunchDarkly did not report the values: {names}. Name "
            f"those with lists with --list-attribute when you import."
        )


async def _read(source: ProjectSource) -> Mapping[str, JsonValue]:
    meter = CallsMeter("Reading LaunchDarkly")
    async with shown(meter, console(stderr=True)):
        return await source.read(meter)
