"""Asks LaunchDarkly which of the attributes that rules test hold lists.

Only the answer is kept, never a value, because values are data about people.

Documented: the path, the form of the response, and at most 100 values of a kind.
Assumed: a value that is a list is reported as a JSON array, or as a text that is the
JSON of one; an attribute goes by its name, or by its path (`/name`) if nothing is
reported for the name. Lists that are reported item by item are not recognized. Source:
https://launchdarkly.com/docs/api/contexts/get-context-attribute-values.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import (
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    ResponseInvalid,
)
from configcat_mgmt.jobs.launchdarkly.attributes import path_of_name, reference_text
from configcat_mgmt.jobs.launchdarkly.model import Project
from configcat_mgmt.jobs.launchdarkly.rest import RestClient, escaped
from configcat_mgmt.jobs.launchdarkly.tested import Path, tested_attributes
from configcat_mgmt.json_value import JsonValue

Read: TypeAlias = Callable[[], Awaitable[JsonValue]]
Keeper: TypeAlias = Callable[[str, Read], Awaitable[JsonValue]]
"""Returns what an earlier run kept of a request, or reads and keeps it. None counts as
not kept."""

MOST_VALUES: Final = 100
"""Values of one response; LaunchDarkly reports no more."""

_OPERATION: Final = "context-attributes"
_DENIED: Final = "403"
_UNUSABLE: Final = "unusable response"


@attrs.define
class ListSearch:
    """Asks about each attribute in each environment until a list is seen."""

    client: RestClient
    project: Project
    keep: Keeper
    _found: set[str] = attrs.field(factory=set[str], init=False)
    _unknown: dict[str, list[str]] = attrs.field(
        factory=dict[str, list[str]], init=False
    )

    async def run(self) -> dict[str, JsonValue]:
        """Ask, and return the members of the export that have the answers.

        Raises:
            ConfigurationError: LaunchDarkly refuses the token.
            ConfigCatManagementError: A call failed, also after retries.
        """
        tested = tested_attributes(self.project)
        for environment in self.project.environments:
            await self._ask_environment(environment.key, tested)
        unknown: dict[str, JsonValue] = {
            name: ", ".join(reasons)
            for name, reasons in sorted(self._unknown.items())
            if name not in self._found
        }
        made: dict[str, JsonValue] = {"list_attributes": sorted(self._found)}
        return {**made, "unknown_list_attributes": unknown} if unknown else made

    async def _ask_environment(
        self, environment: str, tested: Mapping[Path, Sequence[str]]
    ) -> None:
        reason = ""
        for path, kinds in tested.items():
            names = {kind: f"{kind}.{reference_text(path)}" for kind in kinds}
            names = {k: name for k, name in names.items() if name not in self._found}
            if not names:
                continue
            found = None
            if reason != _DENIED:  # It would be denied for all attributes.
                found, reason = await self._ask(environment, path, tuple(names))
            if found is None:
                for name in names.values():
                    given = self._unknown.setdefault(name, [])
                    given.append(f"{reason} in {environment}")
                continue
            holds = zip(names.values(), found, strict=True)
            self._found.update(name for name, is_list in holds if is_list)

    async def _ask(
        self, environment: str, path: Path, kinds: Sequence[str]
    ) -> tuple[Sequence[JsonValue] | None, str]:
        """Return yes or no for each kind, or None and the reason."""
        question = _Question(self.client, self.project.key, environment, path, kinds)
        found = await self.keep(question.request, question.ask)
        return (found, "") if isinstance(found, list) else (None, question.reason)


@attrs.define
class _Question:
    """Which kinds of contexts have lists in an attribute, in one environment."""

    client: RestClient
    project: str
    environment: str
    path: Path
    kinds: Sequence[str]
    reason: str = attrs.field(default="", init=False)
    """Why there is no answer."""

    @property
    def request(self) -> str:
        """The name of the answer in the journal."""
        parts = (self.environment, reference_text(self.path), *self.kinds)
        return f"{_OPERATION} {'/'.join(map(escaped, parts))}"

    async def ask(self) -> JsonValue:
        """Return yes or no for each kind; None if LaunchDarkly does not tell."""
        found: list[JsonValue] | None = None
        addresses = (reference_text(self.path), path_of_name(self.path))
        for address in dict.fromkeys(addresses):
            values = await self._values(address)
            if values is not None:
                found = [any(values.get(kind, ())) for kind in self.kinds]
                if not values.keys().isdisjoint(self.kinds):
                    break
            elif self.reason == _DENIED:
                break
        return found

    async def _values(self, address: str) -> dict[str, list[bool]] | None:
        """Return for each value of each kind whether it is a list."""
        place = ("projects", self.project, "environments", self.environment)
        path = (*place, "context-attributes", address)
        query = (("limit", str(MOST_VALUES)),)
        try:
            answer = await self.client.fetch(_OPERATION, path, query)
        except (BadRequestError, NotFoundError, PermissionDeniedError) as error:
            self.reason = str(error.status)
            return None
        except ResponseInvalid:  # Its text has the start of the response.
            self.reason = _UNUSABLE
            return None
        items = answer.get("items") if isinstance(answer, Mapping) else None
        if not isinstance(items, list):
            self.reason = _UNUSABLE
            return None
        found: dict[str, list[bool]] = {}
        for one in items:
            if isinstance(one, Mapping):
                values = one.get("values")
                for value in values if isinstance(values, list) else ():
                    is_list = isinstance(value, Mapping) and _is_list(value.get("name"))
                    found.setdefault(str(one.get("kind")), []).append(is_list)
        return found


def _is_list(value: JsonValue) -> bool:
    """Whether a value is a list, or a text that is the JSON of one."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = parse_json(value.encode("utf-8", "surrogatepass"))
        except ValueError:
            return False
    return isinstance(value, list)
