"""Writes plans to an emulator over HTTP, and lets the official SDK evaluate them."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import attrs
import configcatclient
import requests
from configcatclient.configcatoptions import ConfigCatOptions, Hooks
from configcatclient.pollingmode import PollingMode
from configcatclient.user import User as SdkUser

from configcat_mgmt.emulator import Emulator
from tests.emulator.published.plans import MEMBERS, Kind, Plan, User
from tests.evaluator.evaluation import Evaluation, Outcome, Plain

Json = Any

logging.getLogger("configcat").setLevel(logging.ERROR)

NEVER_SERVED: Final[Mapping[type[Plain], Plain]] = {
    bool: False,
    str: "default of the caller",
    int: -77,
    float: -77.5,
}


@attrs.frozen
class Managed:
    """A config in an environment: what the API says of it, and its SDK key."""

    values: Json
    segments: list[Json]
    sdk_key: str

    def evaluation(self) -> Evaluation:
        """Return the judge."""
        return Evaluation(self.values, self.segments)


class Manager:
    """A client of the management API that knows nothing but paths."""

    def __init__(self, emulator: Emulator) -> None:
        self.base_url = emulator.base_url
        self._session = requests.Session()
        self._session.auth = (emulator.username, emulator.password)
        self._numbers = count(1)
        (organization,) = self.call("GET", "/v1/organizations")
        path = f"/v1/organizations/{organization['organizationId']}/products"
        self.product = self.call("POST", path, {"name": "P"})["productId"]

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """Call a path that has to succeed; return its JSON."""
        response = self._session.request(method, self.base_url + path, json=body)
        assert response.ok, (method, path, response.status_code, response.text)
        return response.json() if response.content else None

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def new(self, kind: str, identity: str, **body: Json) -> str:
        """Create something in the product; return its id."""
        named = {"name": f"{kind} {next(self._numbers)}", **body}
        made = self.call("POST", f"/v1/products/{self.product}/{kind}", named)
        text: str = made[identity]
        return text

    def manage(self, plan: Plan) -> list[Managed]:
        """Make all that a plan says; return the V1 config and the V2 config."""
        environment = self.new("environments", "environmentId")
        segments = [
            self.new("segments", "segmentId", **segment) for segment in plan.segments
        ]
        return [
            self._config(version, entries, segments, environment)
            for version, entries in (("v1", plan.v1), ("v2", plan.v2))
        ]

    def _config(
        self, version: str, entries: list[Json], segments: list[str], environment: str
    ) -> Managed:
        config = self.new("configs", "configId", evaluationVersion=version)
        made = [
            self._setting(config, position, entry["kind"])
            for position, entry in enumerate(entries)
        ]
        ids = _Ids(segments, made)
        filled = [
            {
                **ids.filled(entry["value"], one),
                "settingId": one["settingId"],
            }
            for entry, one in zip(entries, made, strict=True)
        ]
        member = "updateFormulas" if version == "v2" else "settingValues"
        path = f"/{version}/configs/{config}/environments/{environment}"
        self.call("POST", f"{path}/values", {member: filled})
        values = self.call("GET", f"{path}/values")
        whole = [self.call("GET", f"/v1/segments/{one}") for one in segments]
        place = f"/v1/configs/{config}/environments/{environment}"
        return Managed(values, whole, self.call("GET", place)["primary"])

    def _setting(self, config: str, position: int, kind: Kind) -> Json:
        body: Json = {
            "key": f"setting{position}",
            "name": f"Setting {position}",
            "settingType": kind.name,
        }
        if kind.variations:
            body["predefinedVariations"] = [
                {"value": {MEMBERS[kind.name]: value}} for value in kind.variations
            ]
        return self.call("POST", f"/v1/configs/{config}/settings", body)


@attrs.frozen
class _Ids:
    """Puts ids where a plan has positions."""

    segments: list[str]
    settings: list[Json]

    def filled(self, part: Json, setting: Json) -> Json:
        """Return a part of a value of a setting as the API takes it."""
        if isinstance(part, list):
            return [self.filled(one, setting) for one in part]
        if not isinstance(part, dict):
            return part
        if "segment" in part:
            return self._segment(part)
        if "prerequisite" in part:
            other = self.settings[part["prerequisite"]]
            condition = {
                "prerequisiteSettingId": other["settingId"],
                "comparator": part["comparator"],
                "prerequisiteComparisonValue": self.filled(part["value"], other),
            }
            return {"prerequisiteFlagCondition": condition}
        if "position" in part:
            chosen = setting["predefinedVariations"][part["position"]]
            return {"predefinedVariationId": chosen["predefinedVariationId"]}
        if "comparisonAttribute" in part and "value" not in part:
            return {"userCondition": part}
        return {name: self.filled(value, setting) for name, value in part.items()}

    def _segment(self, part: Json) -> Json:
        named = {"segmentId": self.segments[part["segment"]]}
        if "value" in part:
            compared = part["segmentComparator"]
            return {**named, "segmentComparator": compared, "value": part["value"]}
        return {"segmentCondition": {**named, "comparator": part["comparator"]}}


class Sdk:
    """The official SDK, with a config that it downloaded from an emulator.

    Attributes:
        errors: What it had to complain about.
    """

    def __init__(self, base_url: str, sdk_key: str) -> None:
        self.errors: list[object] = []
        options = ConfigCatOptions(
            base_url=base_url,
            polling_mode=PollingMode.manual_poll(),
            hooks=Hooks(on_error=self.errors.append),
        )
        self.client = configcatclient.get(sdk_key, options)
        self.refresh()

    def refresh(self) -> None:
        """Download the config."""
        refreshed = self.client.force_refresh()
        assert refreshed.is_success, refreshed.error

    def outcome(self, key: str, user: User, kind: type[Plain]) -> Outcome:
        """Evaluate a setting."""
        default = NEVER_SERVED[kind]
        details = self.client.get_value_details(key, default, _sdk_user(user))
        assert not details.is_default_value, (key, user, details.error)
        return Outcome(details.value, details.variation_id)


@contextmanager
def sdk(base_url: str, sdk_key: str) -> Iterator[Sdk]:
    """Download a config, and close the SDK in the end; it must have no complaint."""
    downloaded = Sdk(base_url, sdk_key)
    try:
        yield downloaded
        assert downloaded.errors == []
    finally:
        downloaded.client.close()


@attrs.define
class Comparison:
    """What came of evaluating a config in two ways.

    Attributes:
        evaluations: How many there were.
        differences: What the evaluations that differed were about.
    """

    evaluations: int = 0
    differences: list[object] = attrs.field(factory=list[object])


def compare(
    base_url: str, managed: Managed, evaluation: Evaluation, people: list[User]
) -> Comparison:
    """Evaluate all settings for all users by the SDK and by the evaluator."""
    comparison = Comparison()
    with sdk(base_url, managed.sdk_key) as official:
        for key in evaluation.keys:
            kind = evaluation.type_of(key)
            for user in people:
                theirs = official.outcome(key, user, kind)
                ours = evaluation.outcome(key, user)
                comparison.evaluations += 1
                # True equals 1 and 1.0, so the type is looked at by itself.
                if theirs != ours or type(theirs.value) is not type(ours.value):
                    about = (user, evaluation.told(key))
                    comparison.differences.append((theirs, ours, about))
    return comparison


def _sdk_user(user: User) -> SdkUser | None:
    if user is None:
        return None
    custom = dict(user)
    known = [custom.pop(name, None) for name in ("Identifier", "Email", "Country")]
    return SdkUser(*known, custom=custom)
