"""Converts what the REST API shows into the data that LaunchDarkly's SDKs evaluate.

Source: launchdarkly/python-server-sdk, ldclient/impl/model. The salts of segments are
not in the REST API, so other people fall into their shares.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.launchdarkly.model import USER
from configcat_mgmt.json_value import JsonValue

Json = Mapping[str, JsonValue]


@checked
def sdk_data(
    document: Mapping[str, JsonValue], environment: str
) -> dict[str, JsonValue]:
    """Return flags and segments of one environment as an SDK receives them.

    Args:
        document: An export.
        environment: Key of the environment.

    Returns:
        The data of a file data source: `flags` and `segments` by key. Big segments are
        left out, since they need a store.
    """
    flags: dict[str, JsonValue] = {}
    for flag in _objects(document.get("flags")):
        environments = cast("Json", flag.get("environments") or {})
        config = environments.get(environment)
        if isinstance(config, Mapping):
            flags[str(flag["key"])] = _flag(flag, config)
    segments: dict[str, JsonValue] = {}
    by_environment = cast("Json", document.get("segments") or {})
    for segment in _objects(by_environment.get(environment)):
        if not segment.get("unbounded"):
            salted = {"version": 1, "salt": str(segment["key"]), **segment}
            segments[str(segment["key"])] = salted
    return {"flags": flags, "segments": segments}


def _flag(flag: Json, config: Json) -> dict[str, JsonValue]:
    targets = _objects(config.get("targets"))
    found: dict[str, JsonValue] = {
        "key": flag["key"],
        "version": config.get("version") or 1,
        "on": config.get("on"),
        "salt": config.get("salt") or "",
        "offVariation": config.get("offVariation"),
        "fallthrough": _served(cast("Json", config.get("fallthrough") or {})),
        "prerequisites": config.get("prerequisites") or [],
        "targets": targets,
        "contextTargets": _context_targets(config, targets),
        "rules": [
            {**rule, **_served(rule), "id": rule.get("_id") or ""}
            for rule in _objects(config.get("rules"))
            if not rule.get("disabled")
        ],
        "variations": [one.get("value") for one in _objects(flag.get("variations"))],
    }
    return found


def _context_targets(config: Json, users: Sequence[Json]) -> list[JsonValue]:
    """Return the targets of other kinds, with a place for the users of a variation.

    The SDK tries the users of a variation where an empty entry of their kind is.
    """
    others = [
        one
        for one in _objects(config.get("contextTargets"))
        if one.get("contextKind", USER) != USER
    ]
    if not others:
        return []
    found: list[Json] = [
        {"contextKind": USER, "variation": one["variation"], "values": []}
        for one in users
    ]
    found = sorted([*found, *others], key=_variation)
    return [*found]


def _variation(target: Json) -> int:
    variation = target["variation"]
    return variation if isinstance(variation, int) else 0


def _served(node: Json) -> dict[str, JsonValue]:
    rollout = node.get("rollout")
    if node.get("variation") is not None or not isinstance(rollout, Mapping):
        return {"variation": node.get("variation")}
    found: dict[str, JsonValue] = {
        name: rollout[name]
        for name in ("contextKind", "bucketBy", "seed")
        if rollout.get(name) is not None
    }
    found["variations"] = [
        {
            "variation": one["variation"],
            "weight": one["weight"],
            "untracked": bool(one.get("_untracked")),
        }
        for one in _objects(rollout.get("variations"))
    ]
    if rollout.get("experimentAllocation") is not None:
        found["kind"] = "experiment"
    return {"rollout": found}


def _objects(value: JsonValue) -> list[Json]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [one for one in value if isinstance(one, Mapping)]
