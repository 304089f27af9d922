"""The service as plain dicts, written without the emulator: what it has to answer.

It covers products, environments, configs, tags, segments, settings and values, for the
bodies that `random_steps` makes.
"""

import re
from collections.abc import Iterator
from typing import Final

from tests.emulator import plain_values
from tests.emulator.plain_tables import COMPARISON, PARENTS, TEXTS, Json, Row, Tables
from tests.emulator.plain_values import RefusedError, Symbol, require, symbols

Reply = tuple[int, Json]

NEEDED: Final = {"segment": COMPARISON, "setting": ("key", "settingType")}
CHOICES: Final = {
    "comparator": ("contains", "isOneOf", "numberLess"),
    "settingType": tuple(plain_values.MEMBERS),
    "evaluationVersion": ("v1", "v2"),
}


class Model(Tables):
    """Does the steps; `now` is the time that its answers carry."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ""
        self._drawn = 0

    def answer(self, verb: str, kind: str, ids: tuple[str, ...], body: Json) -> Reply:
        """Do one step; the JSON is None where the answer has none, or only reasons."""
        try:
            reply: Reply = getattr(self, f"_{verb}")(kind, *ids, body)
        except RefusedError as refused:
            return refused.status, None
        return reply

    def _symbol(self, kind: str) -> Symbol:
        self._drawn += 1
        return Symbol(f"{kind} {self._drawn}")

    def _find(self, kind: str, identity: str) -> Row:
        require(identity in self.tables[kind], 404)
        return self.tables[kind][identity]

    def _list(self, kind: str, parent: str, _: Json) -> Reply:
        self._find(PARENTS[kind], parent)
        rows = self.children(kind, parent)
        return 200, [self.show(kind, row, is_listed=True) for row in rows]

    def _tagged(self, kind: str, tag: str, _: Json) -> Reply:
        configs = self.children("config", self._find("tag", tag)["in"])
        settings = [s for c in configs for s in self.children(kind, c["id"])]
        return 200, [self.show(kind, s) for s in settings if tag in s["tags"]]

    def _read(self, kind: str, identity: str, _: Json) -> Reply:
        return 200, self.show(kind, self._find(kind, identity))

    def _create(self, kind: str, parent: str, body: Json) -> Reply:
        _require_shape(kind, body, ("name", *NEEDED.get(kind, ())))
        self._find(PARENTS[kind], parent)
        siblings = self.children(kind, parent)
        unique = "key" if kind == "setting" else "name"
        require(_is_free(body[unique], [one[unique] for one in siblings]))
        require(kind != "setting" or re.fullmatch(r"[^\W\d_][^.\s]*", body["key"]))
        row: Row = {"in": parent, "created": self.now, "updated": self.now, "tags": {}}
        row |= {
            name: body.get(name) for name in (*TEXTS[kind], *CHOICES, COMPARISON[2])
        }
        last = max((one["order"] for one in siblings), default=-1)
        order = _order(kind, body)
        row["order"] = last + 1 if order is None else order
        row["evaluationVersion"] = body.get("evaluationVersion", "v1")
        self._tag(row, parent, body)
        row["id"] = self._symbol(kind)
        self.tables[kind][row["id"]] = row
        for environment, setting in self._spots():
            if row["id"] in (environment, setting):
                self._set_first_value(environment, self.tables["setting"][setting])
        return 201, self.show(kind, row)

    def _update(self, kind: str, identity: str, body: Json) -> Reply:
        _require_shape(kind, body, ("name",) if kind == "setting" else ())
        row = self._find(kind, identity)
        if kind == "setting":
            self._tag(row, row["in"], body)
            row |= {"name": body["name"], "hint": body.get("hint")}
            row["order"] = body.get("order") or 0
            return 200, self.show(kind, row)
        changes = {name: value for name, value in body.items() if value is not None}
        others = [one["name"] for one in self.children(kind, row["in"]) if one != row]
        require(changes.get("name") != "" and _is_free(changes.get("name"), others))
        require("" not in (changes.get(COMPARISON[0]), changes.get(COMPARISON[2])))
        if _order(kind, changes) is None:
            changes.pop("order", None)
        row |= {**changes, "updated": self.now}
        return 200, self.show(kind, row)

    def _delete(self, kind: str, identity: str, _: Json) -> Reply:
        self._find(kind, identity)
        require(kind not in ("segment", "setting") or not self.users(identity))
        self._forget(kind, identity)
        return 204, None

    def _forget(self, kind: str, identity: str) -> None:
        for child, parent in PARENTS.items():
            for row in self.children(child, identity) if parent == kind else []:
                self._forget(child, row["id"])
        self.values = {k: v for k, v in self.values.items() if identity not in k}
        for setting in self.tables["setting"].values():
            setting["tags"].pop(identity, None)
        del self.tables[kind][identity]

    def _tag(self, row: Row, config: str, body: Row) -> None:
        """Give a setting its tags; those that stay keep the ids of their places."""
        tags = body.get("tags") or []
        for tag in tags:
            product = self.tables["config"][config]["in"]
            require(tag in self.tables["tag"])
            require(self.tables["tag"][tag]["in"] == product)
        row["tags"] = {t: row["tags"].get(t) or self._symbol("place") for t in tags}

    def _spots(self) -> Iterator[tuple[str, str]]:
        for setting, row in self.tables["setting"].items():
            product = self.tables["config"][row["in"]]["in"]
            for environment in self.children("environment", product):
                yield environment["id"], setting

    def _set_first_value(self, environment: str, setting: Row) -> None:
        kind, version = setting["settingType"], self.version(setting)
        first = plain_values.FIRST[kind]
        content: Row = {
            "value": first,
            "rolloutRules": [],
            "rolloutPercentageItems": [],
        }
        if version == "v2":
            value = {plain_values.MEMBERS[kind]: first}
            content = {"defaultValue": plain_values.full(plain_values.VALUE, value)}
            content |= {"targetingRules": [], "percentageEvaluationAttribute": None}
        self._set(environment, setting["id"], content, None)

    def _set(
        self, environment: str, setting: str, content: Row, at: str | None
    ) -> None:
        row = {"content": content, "at": at, "version": self._symbol("version")}
        self.values[environment, setting] = row

    def _find_spot(self, version: str, environment: str, setting: str) -> Row:
        product = self._find("environment", environment)["in"]
        row = self._find("setting", setting)
        require(self.tables["config"][row["in"]]["in"] == product, 404)
        require(self.version(row) == version)
        return row

    def _value(self, version: str, environment: str, setting: str, _: Json) -> Reply:
        row = self._find_spot(version, environment, setting)
        return 200, self.show_value(environment, row) | self.place(environment, row)

    def _set_value(
        self, version: str, environment: str, setting: str, body: Json
    ) -> Reply:
        member = "value" if version == "v1" else "defaultValue"
        require(isinstance(body, dict) and body.get(member) is not None)
        row = self._find_spot(version, environment, setting)
        product = self.tables["environment"][environment]["in"]
        segments = [one["id"] for one in self.children("segment", product)]
        kind, before = row["settingType"], self.values[environment, setting]["content"]
        if version == "v1":
            content = plain_values.rollout(body, kind, segments, before)
        else:
            siblings = self.children("setting", row["in"])
            kinds = {one["id"]: one["settingType"] for one in siblings}
            content = plain_values.formula(body, kind, segments, kinds, before)
            require(not self._reaches(environment, content, setting))
        if content != before:
            self._set(environment, setting, content, self.now)
        return self._value(version, environment, setting, None)

    def _reaches(self, environment: str, content: Row, setting: str) -> bool:
        """Tell whether a value depends on a setting, directly or not."""
        needed = [one for one in symbols(content) if one in self.tables["setting"]]
        return setting in needed or any(
            self._reaches(
                environment, self.values[environment, one]["content"], setting
            )
            for one in needed
        )

    def _values(self, version: str, config: str, environment: str, _: Json) -> Reply:
        row = self._find("config", config)
        product = self._find("environment", environment)["in"]
        require(row["in"] == product, 404)
        require(row["evaluationVersion"] == version)
        settings = self.children("setting", config)
        shown = [self.show_value(environment, one) for one in settings]
        name = "settingValues" if version == "v1" else "settingFormulas"
        return 200, {name: shown, **self.place(environment, {"in": config})}


def _is_free(name: str | None, others: list[str]) -> bool:
    """Tell whether no other has this name in any case."""
    return name is None or name.lower() not in [other.lower() for other in others]


def _is_free(name: str | None, others: list[str]) -> bool:
    """Tell whether no other has this name in any case."""
    return name is None or name.lower() not in [other.lower() for other in others]


def _order(kind: str, body: Row) -> Json:
    """Return the position that was sent; things without one ignore it."""
    return None if kind in ("tag", "segment") else body.get("order")


def _require_shape(kind: str, body: Json, needed: tuple[str, ...]) -> None:
    require(isinstance(body, dict))
    require(all(body.get(name) not in (None, "") for name in needed))
    for name, longest in TEXTS[kind].items():
        text = body.get(name)
        require(text is None or (isinstance(text, str) and len(text) <= longest))
    order = _order(kind, body)
    require(order is None or (type(order) is int and abs(order) < 2**31))
    for name, choices in CHOICES.items():
        require(body.get(name) in (None, *choices))
