"""Makes up LaunchDarkly projects as the REST API shows them.

A project of the clean profile has no percentages, so both sides have to serve the same
value to every context. All choices depend on the seed alone.
"""

from random import Random
from typing import Any, Final

Json = Any

ENVIRONMENTS: Final = ("production", "test")
TEXTS: Final = {
    "user": {
        "email": ("ann@example.com", "bob@example.org", "eve@corp.example"),
        "country": ("DE", "US", "FR", "AT"),
        "plan": ("free", "pro", "enterprise, large"),
        "/address/city": ("Berlin", "Köln", "New York"),
        "name": ("Ann", "Bob", "true"),
    },
    "organization": {
        "name": ("Acme", "Globex", "Initech"),
        "/site/region": ("eu", "us"),
    },
}
NUMBERS: Final = {"user": {"age": (17, 18, 21, 65)}, "organization": {"size": (5, 50)}}
FRACTIONS: Final = {"user": {"score": (0.5, 1.25, 2.75)}}
TRUTHS: Final = {"user": {"beta": (True, False)}}
DATES: Final = {"user": {"joined": (1_700_000_000_000, 1_750_000_000_000)}}
DATE_TEXTS: Final = ("2023-11-14T22:13:20Z", "2025-06-15T17:06:40+02:00")
VERSIONS: Final = {"user": {"app": ("1.2.3", "2.0", "3", "2.0.0-rc.1")}}
LISTS: Final = {"user": {"groups": ("dev", "qa", "ops, night")}}
LIST_ATTRIBUTES: Final = ("user.groups",)
KEYS: Final = {
    "user": tuple(f"user-{n}" for n in range(8)),
    "organization": tuple(f"org-{n}" for n in range(4)),
}
PATTERNS: Final = ("^ann@", r"\.example$", "corp", "^bob@example\\.org$", ".*ann.*")
VALUES: Final[dict[str, tuple[Json, ...]]] = {
    "boolean": (True, False),
    "string": ("red", "green", "blue"),
    "int": (1, 2, 30),
    "double": (0.5, 1, 2.25),
    "json": ({"b": 1, "a": [True, None]}, {"a": []}, ["x"]),
}


class Maker:
    """Makes one project."""

    def __init__(
        self, seed: int, *, shares: bool = False, plain_segments: bool = False
    ) -> None:
        """Begin a project.

        Args:
            seed: Another one gives another project.
            shares: Whether it has percentages.
            plain_segments: Whether all segments can be segments of ConfigCat.
        """
        self.random = Random(seed)
        self.shares = shares
        self.plain_segments = plain_segments
        self.segments: list[str] = []

    def project(self, flags: int = 14, segments: int = 6) -> Json:
        """Return an export document."""
        self.segments = [f"segment.{n}" for n in range(segments)]
        made = [self.flag(number) for number in range(flags)]
        groups = {
            key: [self.segment(number) for number in range(segments)]
            for key in ENVIRONMENTS
        }
        return {
            "format": "launchdarkly-export",
            "version": 1,
            "host": "https://app.launchdarkly.com",
            "api_version": "20240415",
            "taken_at": "2026-11-01T00:00:00+00:00",
            "project": {"key": "shop", "name": "Shop"},
            "environments": [
                {"key": key, "name": key.capitalize(), "color": "F5A623"}
                for key in ENVIRONMENTS
            ],
            "flags": made,
            "segments": groups,
        }

    def flag(self, number: int) -> Json:
        """Return a flag; its prerequisites have smaller numbers."""
        kind = self.random.choice(list(VALUES))
        values = list(VALUES[kind])
        self.random.shuffle(values)
        return {
            "key": f"flag.{number}" if number % 3 else f"Flag-{number}",
            "name": f"Flag {number}",
            "kind": "boolean" if kind == "boolean" else "multivariate",
            "variations": [{"value": value} for value in values],
            "tags": ["a", "B"][: number % 3],
            "temporary": number % 2 == 0,
            "environments": {
                key: self.config(number, len(values)) for key in ENVIRONMENTS
            },
            "_count": len(values),
        }

    def config(self, number: int, count: int) -> Json:
        """Return a flag in one environment."""
        chance = self.random.random
        return {
            "on": chance() < 0.8,
            "salt": "salt",
            "version": 3,
            "offVariation": self.random.randrange(count),
            "fallthrough": self.served(count),
            "prerequisites": [
                self.prerequisite(number)
                for _ in range(self.random.choice((0, 0, 1, 2)))
                if number
            ],
            **self.targets(count),
            "rules": [
                {
                    "_id": f"rule-{place}",
                    "clauses": self.clauses(),
                    "disabled": chance() < 0.1,
                    **self.served(count),
                }
                for place in range(self.random.choice((0, 1, 2, 3, 4)))
            ],
        }

    def served(self, count: int) -> Json:
        """Return a variation, or a rollout if there are shares."""
        if not self.shares or self.random.random() < 0.5:
            return {"variation": self.random.randrange(count)}
        weights = [self.random.choice((0, 5_000, 12_500, 33_333)) for _ in range(count)]
        weights[self.random.randrange(count)] += 100_000 - min(sum(weights), 100_000)
        rollout: Json = {
            "variations": [
                {"variation": index, "weight": weight}
                for index, weight in enumerate(weights)
            ]
        }
        kind = self.random.choice((None, "user", "organization"))
        if kind is not None:
            rollout["contextKind"] = kind
        if self.random.random() < 0.4:
            rollout["bucketBy"] = "name"
        return {"rollout": rollout}

    def prerequisite(self, number: int) -> Json:
        """Return a prerequisite with a smaller number."""
        other = self.random.randrange(number)
        key = f"flag.{other}" if other % 3 else f"Flag-{other}"
        return {"key": key, "variation": self.random.randrange(2)}

    def targets(self, count: int) -> Json:
        """Return targets; no key occurs twice."""
        made: Json = {"targets": [], "contextTargets": []}
        for kind, keys in KEYS.items():
            chosen = self.random.sample(keys, self.random.randrange(3))
            for key in chosen:
                variation = self.random.randrange(count)
                name = "targets" if kind == "user" else "contextTargets"
                entries = made[name]
                found = [one for one in entries if one["variation"] == variation]
                if found:
                    found[0]["values"].append(key)
                    continue
                entries.append(
                    {"variation": variation, "values": [key], "contextKind": kind}
                )
        return made

    def clauses(self) -> list[Json]:
        """Return the clauses of a rule."""
        return [self.clause() for _ in range(self.random.choice((1, 1, 2, 3)))]

    def clause(self, before: int | None = None) -> Json:
        """Return a clause.

        Args:
            before: Only segments with a smaller number; None for all.
        """
        makers = [
            self.text,
            self.text,
            self.number,
            self.fraction,
            self.truth,
            self.date,
            self.version,
            self.listed,
            self.kind,
            self.key,
        ]
        names = self.segments if before is None else self.segments[:before]
        if names and self.random.random() < 0.25:
            clause = {
                "attribute": "segmentMatch",
                "op": "segmentMatch",
                "values": self.some(names),
            }
            if self.plain_segments:
                return {**clause, "negate": False}
        else:
            clause = self.random.choice(makers)()
        return {**clause, "negate": self.random.random() < 0.35}

    def some(self, values: Json) -> list[Json]:
        """Return one to three of the values."""
        count = min(len(values), self.random.choice((1, 1, 2, 3)))
        return self.random.sample(list(values), count)

    def about(self, table: Json) -> tuple[Json, Json]:
        """Choose an attribute; return the clause for it and its values."""
        kind = self.random.choice(list(table))
        name = self.random.choice(list(table[kind]))
        return {"attribute": name, "contextKind": kind}, table[kind][name]

    def text(self) -> Json:
        """Return a test of a text."""
        clause, values = self.about(TEXTS)
        op = self.random.choice(("in", "in", "startsWith", "endsWith", "contains"))
        if self.random.random() < 0.1:
            return {**clause, "op": "matches", "values": self.some(PATTERNS)}
        chosen = self.some(values)
        if op != "in":
            chosen = [one[:2] if op == "startsWith" else one[-3:] for one in chosen]
        return {**clause, "op": op, "values": chosen}

    def number(self) -> Json:
        """Return a test of a number."""
        clause, values = self.about(NUMBERS)
        ops = ("in", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual")
        return {**clause, "op": self.random.choice(ops), "values": self.some(values)}

    def fraction(self) -> Json:
        """Return a test of a number with decimals."""
        clause, values = self.about(FRACTIONS)
        op = self.random.choice(("in", "lessThan", "greaterThan"))
        return {**clause, "op": op, "values": self.some(values)}

    def truth(self) -> Json:
        """Return a test of a truth value."""
        clause, values = self.about(TRUTHS)
        return {**clause, "op": "in", "values": self.some(values)}

    def date(self) -> Json:
        """Return a test of a time."""
        clause, values = self.about(DATES)
        op = self.random.choice(("before", "after"))
        return {**clause, "op": op, "values": self.some((*values, *DATE_TEXTS))}

    def version(self) -> Json:
        """Return a test of a version."""
        clause, values = self.about(VERSIONS)
        ops = ("semVerEqual", "semVerLessThan", "semVerGreaterThan")
        return {**clause, "op": self.random.choice(ops), "values": self.some(values)}

    def listed(self) -> Json:
        """Return a test of a list."""
        clause, values = self.about(LISTS)
        return {**clause, "op": "in", "values": self.some(values)}

    def kind(self) -> Json:
        """Return a test of the kind of a context."""
        values = self.some(("user", "organization", "device"))
        return {"attribute": "kind", "op": "in", "values": values}

    def key(self) -> Json:
        """Return a test of a key."""
        kind = self.random.choice(list(KEYS))
        op = self.random.choice(("in", "startsWith", "endsWith"))
        chosen = self.some(KEYS[kind])
        return {"attribute": "key", "contextKind": kind, "op": op, "values": chosen}

    def segment(self, number: int) -> Json:
        """Return a segment; it depends on segments with smaller numbers."""
        made: Json = {
            "key": f"segment.{number}",
            "name": f"Segment {number}",
            "included": self.keys_of("user"),
            "excluded": self.keys_of("user"),
            "includedContexts": [],
            "excludedContexts": [],
            "rules": [
                self.segment_rule(number)
                for _ in range(self.random.choice((0, 1, 1, 2, 3)))
            ],
        }
        for name in ("includedContexts", "excludedContexts"):
            values = self.keys_of("organization")
            if values:
                made[name].append({"contextKind": "organization", "values": values})
        if self.plain_segments or self.random.random() < 0.3:
            # One list or one clause only, which can be a segment of ConfigCat.
            for name in ("excluded", "includedContexts", "excludedContexts", "rules"):
                made[name] = []
            if self.plain_segments or self.random.random() < 0.5:
                made["included"] = []
                made["rules"] = [{"clauses": [self.clause(0)]}]
            if self.plain_segments and number % 3 == 0:
                made["rules"], made["included"] = [], [KEYS["user"][number]]
        return made

    def segment_rule(self, number: int) -> Json:
        """Return a rule of a segment."""
        count = self.random.choice((1, 1, 2))
        rule: Json = {"clauses": [self.clause(number) for _ in range(count)]}
        if self.shares and self.random.random() < 0.5:
            rule["weight"] = self.random.choice((0, 10_000, 33_333, 100_000))
            rule["rolloutContextKind"] = self.random.choice(("user", "organization"))
            if self.random.random() < 0.4:
                rule["bucketBy"] = "name"
        return rule

    def keys_of(self, kind: str) -> list[str]:
        """Return some keys, often none."""
        keys = KEYS[kind]
        return self.random.sample(keys, self.random.choice((0, 0, 1, 2)))
