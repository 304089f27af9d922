"""Steps at random on what a model holds: most are right, some are not."""

import random
from collections.abc import Callable
from typing import Any, Final

import attrs

from tests.emulator.plain_model import CHOICES, Model
from tests.emulator.plain_tables import PARENTS
from tests.emulator.plain_values import MEMBERS, Symbol

Json = Any
Row = dict[str, Any]

NAMES: Final = ("a", "B", "c", "ż", "x" * 255)
OTHER_KINDS: Final = ("organization", "product", "environment", "config", "segment")
BAD_BODIES: Final[tuple[Json, ...]] = (
    {},
    [],
    None,
    "name",
    {"name": None},
    {"name": 5},
    {"name": ""},
    {"name": "x" * 1001},
    {"name": "odd", "order": 2**31},
    {"name": "odd", "order": "1.0"},
)
COMPARISONS: Final[tuple[tuple[str, Json], ...]] = (
    ("textEquals", {"stringValue": "a"}),
    ("numberLess", {"doubleValue": 1.5}),
    ("isOneOf", {"listValue": [{"value": "a", "hint": None}]}),
    ("isOneOf", {"stringValue": "a"}),
)
PLAIN: Final[dict[str, tuple[Json, ...]]] = {
    "boolean": (True, False),
    "string": ("on", "off", "ż", ""),
    "int": (0, 1, -5, 2**31 - 1),
    "double": (0.5, 2, -1.25),
}


@attrs.frozen
class Step:
    """Something to do: `verb` is a method of the model without its underscore."""

    verb: str
    kind: str
    """Kind of thing, or the version for values."""
    ids: tuple[str, ...]
    body: Json = None


class Steps:
    """Draws steps; the same seed and model give the same ones."""

    def __init__(self, model: Model, seed: str) -> None:
        self._model = model
        self._random = random.Random(seed)
        self._seen: list[str] = []

    def opening(self, number: int) -> Step | None:
        """Return one of the first steps, which make something to work on."""
        kinds = ("product", "environment", "config", "config", "setting", "setting")
        if number >= len(kinds):
            return None
        kind, chance = kinds[number], self._random
        parents = list(self._model.tables[PARENTS[kind]])
        body: Row = {"name": f"first {number}"}
        if kind == "config":
            body["evaluationVersion"] = f"v{number - 1}"
        if kind == "setting":
            body |= {"key": f"key{number}", "settingType": chance.choice(list(MEMBERS))}
        return Step("create", kind, (parents[number - 4 if number > 4 else 0],), body)

    def write(self) -> Step:
        """Return a step that may change something."""
        chance = self._random
        if chance.random() < 0.45:
            version = chance.choice(["v1", "v2"])
            environment, setting = self._spot(version)
            body = self._value(version, setting)
            return Step("set_value", version, (environment, setting), body)
        verb = chance.choices(["create", "update", "delete"], [6, 4, 2])[0]
        weights = [1, 2, 3, 4, 4, 7]
        if verb == "delete":
            weights = [1, 2, 2, 4, 9, 9]
        kind = chance.choices(list(PARENTS), weights)[0]
        if verb == "delete":
            return Step(verb, kind, (self._id(kind),))
        identity = self._id(PARENTS[kind] if verb == "create" else kind)
        return Step(verb, kind, (identity,), self._body(verb, kind))

    def read(self) -> Step:
        """Return a step that changes nothing."""
        chance = self._random
        kind = chance.choice(list(PARENTS))
        match chance.choice(["read", "list", "list", "tagged", "value", "values"]):
            case "read":
                return Step("read", kind, (self._id(kind),))
            case "tagged":
                return Step("tagged", "setting", (self._id("tag"),))
            case "value":
                version = chance.choice(["v1", "v2"])
                return Step("value", version, self._spot(version))
            case "values":
                version = chance.choice(["v1", "v2"])
                ids = (self._id("config"), self._id("environment"))
                return Step("values", version, ids)
            case _:
                return Step("list", kind, (self._id(PARENTS[kind]),))

    def _id(self, kind: str) -> str:
        """Return an id, seldom one of something that is gone or of another kind."""
        present = list(self._model.tables[kind])
        is_organization = kind == "organization"
        self._seen += [one for one in present if one not in self._seen]
        if present and (is_organization or self._random.random() < 0.93):
            return self._random.choice(present)
        # Numbers of tags and settings overlap; other ids stand for one thing only.
        group = (kind,) if kind in ("tag", "setting") else OTHER_KINDS
        fitting = [one for one in self._seen if one.split()[0] in group]
        return self._random.choice([*fitting, Symbol(f"no {kind}")])

    def _spot(self, version: str) -> tuple[str, str]:
        tables = self._model.tables
        fitting = [
            (environment, setting)
            for environment, setting in self._model.values
            if tables["config"][tables["setting"][setting]["in"]]["evaluationVersion"]
            == version
        ]
        if fitting and self._random.random() < 0.9:
            return self._random.choice(fitting)
        return self._id("environment"), self._id("setting")

    def _sibling(self, setting: str) -> str:
        """Return a setting, mostly one of the same config."""
        table = self._model.tables["setting"]
        if setting not in table or self._random.random() < 0.1:
            return self._id("setting")
        config = table[setting]["in"]
        return self._random.choice(
            [s for s, row in table.items() if row["in"] == config]
        )

    def _body(self, verb: str, kind: str) -> Json:
        chance = self._random
        if chance.random() < 0.12:
            return chance.choice(BAD_BODIES)
        fresh = f"n{chance.randrange(10**7)}"
        name = chance.choice([*NAMES, chance.choice(NAMES).swapcase(), fresh, fresh])
        optional: Row = {"order": chance.choice([None, 0, -3, 7])}
        if kind in ("environment", "tag"):
            optional["color"] = chance.choice([None, "", "blue"])
        if kind in ("product", "environment", "config", "segment"):
            optional["description"] = chance.choice([None, "", "text", "x" * 1001])
        if kind == "setting":
            optional["tags"] = [
                self._id("tag") for _ in range(chance.choice([0, 1, 3]))
            ]
            optional["hint"] = chance.choice([None, "", "hint"])
        body = {"name": name}
        if verb == "update" and kind != "setting":
            optional |= {"name": name, **(self._segment() if kind == "segment" else {})}
            body = {}
        elif verb == "create":
            body |= self._segment() if kind == "segment" else {}
            if kind == "setting":
                types = [*CHOICES["settingType"], "boolean", "date"]
                kinds = chance.choices(types, [4, 4, 4, 4, 4, 1])
                key = chance.choice([name[:9]] * 9 + ["1st", "a.b", "a b", "_a", ""])
                body |= {"key": key, "settingType": kinds[0]}
            if kind == "config":
                body["evaluationVersion"] = chance.choice(["v1", "v2"])
        chosen = {k: v for k, v in optional.items() if chance.random() < 0.4}
        return body | chosen

    def _segment(self) -> Row:
        return {
            "comparisonAttribute": self._random.choice(["Email", "Country", ""]),
            "comparator": self._random.choice(CHOICES["comparator"]),
            "comparisonValue": self._random.choice(["a", "1,2", "5"]),
        }

    def _value(self, version: str, setting: str) -> Json:
        chance = self._random
        if chance.random() < 0.05:
            return chance.choice([{}, [], {"value": None}, {"defaultValue": None}])
        row = self._model.tables["setting"].get(setting, {"settingType": "boolean"})
        kind = row["settingType"]
        rules = range(chance.choice([0, 0, 1, 2]))
        if version == "v2":
            return {
                "defaultValue": self._typed(kind),
                "targetingRules": [self._rule(setting, kind) for _ in rules],
                "percentageEvaluationAttribute": chance.choice([None, "Country"]),
            }
        return {
            "value": self._plain(kind),
            "rolloutRules": [self._v1_rule(kind) for _ in rules],
            "rolloutPercentageItems": self._split(kind, self._plain),
        }

    def _plain(self, kind: str) -> Json:
        if self._random.random() < 0.03:
            kind = self._random.choice(list(PLAIN))
        return self._random.choice(PLAIN[kind])

    def _typed(self, kind: str) -> Row:
        if self._random.random() < 0.03:
            kind = self._random.choice(list(PLAIN))
        return {MEMBERS[kind]: self._random.choice(PLAIN[kind])}

    def _split(self, kind: str, make: Callable[[str], Json]) -> list[Row]:
        chance = self._random
        kinds = [(), (30, 70), (100,), (50, 60), (-1, 101)]
        shares = chance.choices(kinds, [8, 8, 2, 1, 1])[0]
        return [{"percentage": share, "value": make(kind)} for share in shares]

    def _v1_rule(self, kind: str) -> Row:
        chance = self._random
        user = {"comparisonAttribute": "Email", "comparator": "contains"}
        user["comparisonValue"] = "@"
        segment = {"segmentId": self._id("segment"), "segmentComparator": "isIn"}
        both, half = user | segment, {"segmentId": self._id("segment")}
        weights = [10, 10 * bool(self._model.tables["segment"]), 1, 1]
        chosen = chance.choices([user, segment, both, half], weights)[0]
        return {**chosen, "value": self._plain(kind)}

    def _rule(self, setting: str, kind: str) -> Row:
        chance = self._random
        size = chance.choices([0, 1, 2], [1, 5, 3])[0]
        rule: Row = {"conditions": [self._condition(setting) for _ in range(size)]}
        options = self._split(kind, self._typed)
        if options:
            rule["percentageOptions"] = options
        if not options or chance.random() < 0.05:
            rule["value"] = self._typed(kind)
        return rule

    def _condition(self, setting: str) -> Row:
        chance = self._random
        segment = {"segmentId": self._id("segment"), "comparator": "isNotIn"}
        needed = self._sibling(setting)
        row = self._model.tables["setting"].get(needed, {"settingType": "int"})
        flag = {"prerequisiteSettingId": needed, "comparator": "equals"}
        flag |= {"prerequisiteComparisonValue": self._typed(row["settingType"])}
        comparator, value = chance.choices(COMPARISONS, [6, 6, 6, 1])[0]
        user = {"comparisonAttribute": "Email", "comparator": comparator}
        user |= {"comparisonValue": value}
        weights = [10, 10 * bool(self._model.tables["segment"]), 10]
        inners = [("userCondition", user), ("segmentCondition", segment)]
        inners.append(("prerequisiteFlagCondition", flag))
        name, inner = chance.choices(inners, weights)[0]
        return {name: inner}
