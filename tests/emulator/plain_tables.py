"""What the plain model holds, and how it shows it; written without the emulator."""

from typing import Any, Final

from tests.emulator.plain_values import Symbol, symbols

Json = Any
Row = dict[str, Any]

PARENTS: Final = {
    "product": "organization",
    "environment": "product",
    "config": "product",
    "tag": "product",
    "segment": "product",
    "setting": "config",
}
TEXTS: Final = {
    "product": {"name": 1000, "description": 1000},
    "environment": {"name": 255, "color": 255, "description": 1000},
    "config": {"name": 255, "description": 1000},
    "tag": {"name": 255, "color": 255},
    "segment": {"name": 255, "description": 1000, "comparisonAttribute": 1000},
    "setting": {"key": 255, "name": 255, "hint": 1000},
}
"""Text members with their greatest lengths."""
COMPARISON: Final = ("comparisonAttribute", "comparator", "comparisonValue")
MAIL, PERSON = "admin@example.com", "Ada Admin"
LIMITS: Final = {
    "maxPercentageOptionCount": 500,
    "maxTargetingRuleCount": 500,
    "maxComparisonValueLength": 65_535,
    "maxComparisonValueListLength": 15_000,
    "maxComparisonValueListItemLength": 255,
    "maxStringFlagValueLength": 100_000,
    "maxConditionPerTargetingRuleCount": 100,
}


class Tables:
    """One organization with all that is in it."""

    def __init__(self) -> None:
        self.root = Symbol("organization")
        self.tables: dict[str, dict[str, Row]] = {kind: {} for kind in PARENTS}
        self.tables["organization"] = {self.root: {"name": "Example organization"}}
        self.values: dict[tuple[str, str], Row] = {}
        """By environment and setting."""

    def children(self, kind: str, parent: str) -> list[Row]:
        """Return what is in something, in the order of the lists."""
        rows = [row for row in self.tables[kind].values() if row["in"] == parent]
        if kind in ("tag", "segment"):
            return rows
        return sorted(rows, key=lambda row: (row["order"], row["name"].casefold()))

    def version(self, setting: Row) -> str:
        return str(self.tables["config"][setting["in"]]["evaluationVersion"])

    def users(self, identity: str) -> set[str]:
        """Return the settings whose values mention a segment or a setting."""
        spots = self.values.items()
        return {s for (_, s), row in spots if identity in symbols(row["content"])}

    def place(self, environment: str, setting: Row) -> Row:
        place = self.tables["environment"][environment]
        approval = {"approveRequired": False, "canBypassApproval": True}
        is_v2 = self.version(setting) == "v2"
        return {
            **({**approval, "reasonRequired": False} if is_v2 else {}),
            "config": self.show("config", self.tables["config"][setting["in"]]),
            "environment": self.show("environment", place),
            "readOnly": False,
            "featureFlagLimitations": LIMITS,
        }

    def show_value(self, environment: str, setting: Row) -> Row:
        value, tags = self.values[environment, setting["id"]], self.tables["tag"]
        is_written, is_v2 = value["at"] is not None, self.version(setting) == "v2"
        data = _pick(setting, "key", "name", "hint", "settingType", "order")
        data |= {"settingId": setting["id"], "createdAt": setting["created"]}
        data |= {"creatorEmail": MAIL, "creatorFullName": PERSON, "isWatching": False}
        data["isJson"] = False
        shown = {
            **value["content"],
            "setting": data | ({"predefinedVariations": []} if is_v2 else {}),
            "updatedAt": value["at"],
            "lastUpdaterUserEmail": MAIL if is_written else None,
            "lastUpdaterUserFullName": PERSON if is_written else None,
            "integrationLinks": [],
            "settingTags": [
                {
                    "settingTagId": place,
                    "tagId": tag,
                    **_pick(tags[tag], "name", "color"),
                }
                for tag, place in setting["tags"].items()
            ],
        }
        if is_v2:
            users = [
                s
                for (e, s), row in self.values.items()
                if e == environment and setting["id"] in symbols(row["content"])
            ]
            users.sort(key=list(self.tables["setting"]).index)
            shown["settingIdsWherePrerequisite"] = users
            shown["lastVersionId"] = value["version"]
            shown["changeRequestCount"] = 0
        return shown

    def show(self, kind: str, row: Row, *, is_listed: bool = False) -> Row:
        shown = {f"{kind}Id": row["id"], **_pick(row, *TEXTS[kind])}
        if kind not in ("tag", "segment"):
            shown["order"] = row["order"]
        if kind in ("product", "environment"):
            shown |= {"reasonRequired": False, "approveRequired": False}
        if kind == "product":
            name = self.tables["organization"][self.root]["name"]
            organization = {"organizationId": self.root, "name": name}
            return {**shown, "organization": organization}
        if kind == "setting":
            tags = [self.tables["tag"][tag] for tag in row["tags"]]
            config = self.tables["config"][row["in"]]
            shown |= {"configId": config["id"], "configName": config["name"]}
            shown |= {"settingType": row["settingType"], "createdAt": row["created"]}
            shown["tags"] = [self.show("tag", tag) for tag in tags]
            return {**shown, "predefinedVariations": [], "isJson": False}
        shown["product"] = self.show("product", self.tables["product"][row["in"]])
        if kind == "config":
            shown["evaluationVersion"] = row["evaluationVersion"]
            shown["migratedConfigId"] = None
        if kind == "segment":
            del shown["comparisonAttribute"]
            shown |= {"createdAt": row["created"], "updatedAt": row["updated"]}
            shown |= {"creatorEmail": MAIL, "creatorFullName": PERSON}
            shown |= {"lastUpdaterEmail": MAIL, "lastUpdaterFullName": PERSON}
            usage = {"usage": len(self.users(row["id"]))}
            shown |= usage if is_listed else _pick(row, *COMPARISON)
        return shown


def _pick(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
