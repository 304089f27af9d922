"""Reads a whole project from LaunchDarkly's REST API."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError, JobError
from configcat_mgmt.jobs.launchdarkly.export_file import (
    FORMAT,
    NOT_KEPT,
    VERSION,
    without_secrets,
)
from configcat_mgmt.jobs.launchdarkly.list_search import ListSearch, Read
from configcat_mgmt.jobs.launchdarkly.model import Project
from configcat_mgmt.jobs.launchdarkly.page_journal import PageJournal
from configcat_mgmt.jobs.launchdarkly.parse import read_project
from configcat_mgmt.jobs.launchdarkly.rest import API_VERSION, Query, RestClient
from configcat_mgmt.json_value import JsonValue

Json: TypeAlias = dict[str, JsonValue]
ReadListener: TypeAlias = Callable[[int, int], None]
"""Receives the number of finished calls and of calls known to be needed so far.

Its exceptions are logged and change nothing.
"""

_log: Final = logging.getLogger("configcat_mgmt")

MOST_ENVIRONMENTS: Final = 3
"""Environments of one request for flags."""
MOST_FLAGS: Final = 100
MOST_SEGMENTS: Final = 50
MOST_OTHERS: Final = 20
MOST_LOOKS: Final = 3
"""How often a list or a flag that changes is read again."""
STATES: Final = (None, "state:deprecated", "state:archived")
"""Filters that together give all flags; without one, archived flags are left out."""


@checked
async def read_export(
    client: RestClient,
    project: str,
    *,
    environments: Iterable[str] = (),
    find_lists: bool = False,
    journal: PageJournal | None = None,
    progress: ReadListener | None = None,
) -> dict[str, JsonValue]:
    """Read a project with its environments, flags and segments.

    Args:
        client: Reads from LaunchDarkly.
        project: Key of the project.
        environments: Keys of the environments to read; none for all.
        find_lists: Whether to ask which of the attributes that rules test hold lists,
            with one or two calls for each attribute and environment. No value is kept.
            Attributes whose values LaunchDarkly refuses to report are named in the
            export, and are no error.
        journal: Keeps the pages, so a read that was killed goes on.
        progress: Called after each page.

    Returns:
        An export, without SDK keys and addresses of people. With `find_lists` it has
        the members `list_attributes` and, if need be, `unknown_list_attributes`; see
        `Project`.

    Raises:
        ConfigurationError: The token is refused, or there is no such project or
            environment.
        JobError: A list keeps changing while it is read, or is no list.
        ConfigCatManagementError: A call failed, also after retries.
    """
    reader = _Reader(client, project, journal, progress)
    export = await reader.export(tuple(environments))
    if find_lists:
        export.update(await reader.lists(read_project(export)))
    return export


@attrs.define
class _Reader:
    client: RestClient
    project: str
    journal: PageJournal | None
    progress: ReadListener | None
    _done: int = attrs.field(default=0, init=False)
    _known: int = attrs.field(default=0, init=False)

    async def export(self, wanted: tuple[str, ...]) -> Json:
        project = _object(await self._get("project", ("projects", self.project), ()))
        path = ("projects", self.project, "environments")
        environments = await self._list("environments", path, (), MOST_OTHERS)
        if wanted:
            environments = _chosen(environments, wanted)
        keys = [str(one["key"]) for one in environments]
        flags, moving = await self._flags(keys)
        segments: dict[str, JsonValue] = {}
        for key in keys:
            path = ("segments", self.project, key)
            segments[key] = await self._list("segments", path, (), MOST_SEGMENTS)
        made: Json = {
            "format": FORMAT,
            "version": VERSION,
            "host": self.client.host,
            "api_version": API_VERSION,
            "taken_at": datetime.now(UTC).isoformat(),
            "project": project,
            "environments": environments,
            "flags": flags,
            "segments": segments,
        }
        if moving:
            made["changed_while_read"] = moving
        return without_secrets(made)

    async def lists(self, project: Project) -> Json:
        """Return the members of the export about list attributes."""
        return await ListSearch(self.client, project, self._kept).run()

    async def _flags(self, keys: Sequence[str]) -> tuple[list[Json], list[str]]:
        """Return the flags with all environments, and those that kept changing."""
        found: dict[str, Json] = {}
        changed: dict[str, None] = {}
        batches = list(_batches(keys))
        for batch in batches:
            for state in STATES:
                for one in await self._flags_of(batch, state):
                    if not _merge(found, one):
                        changed[str(one["key"])] = None
        for key, one in found.items():
            if set(keys) - set(_object(one.get("environments"))):
                # It was not in all lists: new, or changing its state.
                changed[key] = None
        moving: list[str] = []
        for key in changed:
            one, is_settled = await self._settled(key, keys)
            found[key] = one
            if not is_settled:
                moving.append(key)
        return [found[key] for key in sorted(found)], moving

    async def _flags_of(self, batch: Sequence[str], state: str | None) -> list[Json]:
        query = [("env", key) for key in batch]
        query += [("summary", "0"), ("sort", "key")]
        if state is not None:
            query.append(("filter", state))
        path = ("flags", self.project)
        return await self._list("flags", path, tuple(query), MOST_FLAGS)

    async def _settled(self, key: str, keys: Sequence[str]) -> tuple[Json, bool]:
        """Read a flag until it is the same twice, with all environments at once."""
        before: JsonValue = None
        one: Json = {}
        path = ("flags", self.project, key)
        for look in range(MOST_LOOKS):
            # Without `env` it has all environments in full, of one moment.
            one = _object(await self._get(f"flag (look {look + 1})", path, ()))
            configs = _object(one.get("environments"))
            one["environments"] = {
                name: configs[name] for name in keys if name in configs
            }
            if look and one.get("_version") == before:
                return one, True
            before = one.get("_version")
        return one, False

    async def _list(
        self, operation: str, path: Sequence[str], query: Query, limit: int
    ) -> list[Json]:
        """Read all pages of a list; one that changes meanwhile is read again."""
        for look in range(MOST_LOOKS):
            found, is_whole = await self._pages(operation, path, query, limit, look)
            if is_whole:
                return found
        raise JobError(
            f"launchdarkly/get-{operation}",
            f"the list of {operation} keeps changing while it is read; import again "
            f"when nobody edits it",
        )

    async def _pages(
        self,
        operation: str,
        path: Sequence[str],
        query: Query,
        limit: int,
        look: int,
    ) -> tuple[list[Json], bool]:
        """Read all pages, and tell whether they belong together."""
        found: dict[str, Json] = {}
        count = 0
        totals: set[int] = set()
        while True:
            page = [*query, ("limit", str(limit)), ("offset", str(count))]
            name = f"{operation} (look {look + 1})" if look else operation
            answer = _object(await self._get(name, path, page, look))
            items = _objects(answer, operation)
            count += len(items)
            for one in items:
                found[str(one.get("key"))] = one
            total = answer.get("totalCount")
            if isinstance(total, int):
                totals.add(total)
            if not items or not _goes_on(answer, count, len(items), limit):
                break
        is_whole = len(found) == count and totals <= {count}
        return list(found.values()), is_whole

    async def _get(
        self, operation: str, path: Sequence[str], query: Query, look: int = 0
    ) -> JsonValue:
        async def read() -> JsonValue:
            return _cleaned(await self.client.get(operation, path, query))

        place = "?".join(("/".join(path), "&".join(map("=".join, query)), str(look)))
        return await self._kept(f"{operation} {place}", read)

    async def _kept(self, request: str, read: Read) -> JsonValue:
        """Return what the journal has of a request, or read and keep it."""
        self._known += 1
        page = self.journal.get(request) if self.journal else None
        if page is None:
            page = await read()
            if self.journal is not None:
                self.journal.put(request, page)
        self._done += 1
        if self.progress is not None:
            try:
                self.progress(self._done, self._known)
            except Exception:
                _log.exception("the progress callback raised; the reading continues")
        return page


def _cleaned(page: JsonValue) -> JsonValue:
    """Return a page without SDK keys and people, which must not reach the journal."""
    if not isinstance(page, Mapping):
        return page
    kept = {name: one for name, one in page.items() if name not in NOT_KEPT}
    items = kept.get("items")
    if isinstance(items, list):
        kept["items"] = [
            {name: value for name, value in one.items() if name not in NOT_KEPT}
            if isinstance(one, Mapping)
            else one
            for one in items
        ]
    return kept


def _goes_on(
    answer: Mapping[str, JsonValue], count: int, items: int, limit: int
) -> bool:
    """Whether there is another page; lists of segments may lack the link to it."""
    links = answer.get("_links")
    if isinstance(links, Mapping) and links.get("next") is not None:
        return True
    total = answer.get("totalCount")
    return count < total if isinstance(total, int) else items >= limit


def _merge(found: dict[str, Json], one: Json) -> bool:
    """Add the environments of a flag; tell whether its version is that of before."""
    key = str(one.get("key"))
    present = found.setdefault(key, one)
    if present is one:
        return True
    present["environments"] = {
        **_object(present.get("environments")),
        **_object(one.get("environments")),
    }
    return present.get("_version") == one.get("_version")


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), MOST_ENVIRONMENTS):
        yield keys[start : start + MOST_ENVIRONMENTS]


def _chosen(environments: list[Json], wanted: Sequence[str]) -> list[Json]:
    known = {str(one.get("key")) for one in environments}
    unknown = [key for key in wanted if key not in known]
    if unknown:
        raise ConfigurationError(
            f"the project has no environment {', '.join(map(repr, unknown))}; it has "
            f"{', '.join(sorted(known)) or 'none'}"
        )
    return [one for one in environments if one.get("key") in wanted]


def _objects(answer: Mapping[str, JsonValue], operation: str) -> list[Json]:
    items = answer.get("items")
    if not isinstance(items, list):
        raise JobError(
            f"launchdarkly/get-{operation}",
            "the response has no list of items @ $.items",
        )
    return [_object(one) for one in items]


def _object(value: JsonValue) -> Json:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        message = "the response is no JSON object"
        raise JobError("launchdarkly", message)
    return dict(value)
