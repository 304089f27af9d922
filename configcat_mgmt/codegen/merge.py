"""Joins the document of the service with the overlay to the description.

The description is an OpenAPI document in which everything has words, and in which
extensions carry our marks: a tag has `x-group`; an operation `x-effect` and perhaps
`x-find-created`, `x-may-be-paged` and `x-pages`; a parameter perhaps `x-python-name`
and `x-secret`; a schema `x-use` and perhaps `x-former-name`; a property perhaps
`x-essential`, `x-python-name` and `x-secret`; an enum perhaps `x-enum-descriptions` and
`x-enum-names`.

What the overlay does not know gets a safe mark and a plain text, and is noted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.corrections import correct
from configcat_mgmt.codegen.overlay import (
    NO_OPERATION,
    NO_PARAMETER,
    NO_SCHEMA,
    OperationWords,
    Overlay,
    PagesWords,
    SchemaWords,
)
from configcat_mgmt.codegen.plain_operations import (
    PlainOperation,
    PlainService,
    read_service,
)
from configcat_mgmt.codegen.plain_shapes import (
    Document,
    members,
    mentioned,
    with_members,
)

METHOD_EFFECTS = {
    "GET": "read",
    "PUT": "set",
    "PATCH": "patch",
    "DELETE": "delete",
    "POST": "create",
}
"""The effect that an operation has unless the overlay names another."""
PAGE_NUMBER = "pageNumber"
NAME_LENGTH = 48
"""Maximum length of the titles and names of groups, for the first docstring line."""
SUMMARY_LENGTH = 68
"""Maximum length of a summary, for the first docstring line and the table."""


@dataclass(frozen=True)
class Lack:
    """A text that the overlay lacks, and the one taken for it."""

    place: tuple[str, ...]
    """Its place in the overlay, such as `("operations", "get-tag", "summary")`."""
    derived: str


@dataclass
class Notes:
    """Findings about the two parts of the description, for its reader."""

    lacks: list[Lack] = field(default_factory=list[Lack])
    surplus: list[str] = field(default_factory=list[str])
    """Entries of the overlay without a counterpart in the document."""
    readings: list[str] = field(default_factory=list[str])
    """Parts of the document that the generator does not read as they are."""


def merge(document: Document, overlay: Overlay) -> tuple[Document, Notes]:
    """Return the description, and notes about its two parts.

    Args:
        document: The document of the service, an OpenAPI 3.0 document.
        overlay: The words, marks and corrections.
    """
    service = read_service(document, overlay)
    idle = correct(service, overlay)
    notes = Notes(surplus=idle, readings=service.notes)
    return _Merge(document, service, overlay, notes).description(), notes


class _Merge:
    def __init__(
        self, document: Document, service: PlainService, overlay: Overlay, notes: Notes
    ) -> None:
        self._document = document
        self._operations = _ordered(service.operations, overlay)
        self._schemas = {
            name: service.schemas[name]
            for name in (
                *(each for each in overlay.schemas if each in service.schemas),
                *(each for each in service.schemas if each not in overlay.schemas),
            )
        }
        self._overlay = overlay
        self._notes = notes
        self._titles: dict[str, str] = {}
        """Title of each group by its name."""
        self._used: set[tuple[str, ...]] = set()
        """Places in the overlay that have a counterpart."""

    def description(self) -> Document:
        """Return the whole description."""
        groups = self._groups()
        paths: Document = {}
        for operation in self._operations:
            made = self._operation(operation, groups[operation.id])
            paths.setdefault(operation.path, {})[operation.method.lower()] = made
        schemas = self._described_schemas()
        self._note_surplus()
        info = members(self._document.get("info"))
        return {
            "openapi": self._document.get("openapi"),
            "info": {
                "title": info.get("title"),
                "version": info.get("version"),
                "description": self._overlay.text,
            },
            "servers": self._document.get("servers", []),
            "security": self._document.get("security", []),
            "tags": [self._tag(name) for name in self._titles],
            "paths": paths,
            "components": {
                "securitySchemes": members(
                    members(self._document.get("components")).get("securitySchemes")
                ),
                "schemas": schemas,
            },
        }

    def _groups(self) -> dict[str, str]:
        """Return the group of each operation by its id."""
        known = self._overlay.operations
        votes: dict[str, Counter[str]] = {}
        for each in self._operations:
            group = known.get(each.id, NO_OPERATION).group
            if group is not None:
                votes.setdefault(each.tag, Counter())[group] += 1
        titles = {words.title: name for name, words in self._overlay.groups.items()}
        found: dict[str, str] = {}
        for each in self._operations:
            group = known.get(each.id, NO_OPERATION).group
            if group is None:
                if each.tag in votes:
                    group = votes[each.tag].most_common(1)[0][0]
                else:
                    group = titles.get(each.tag) or naming.group_name(
                        each.tag, self._schemas
                    )
                self._lack(group, "operations", each.id, "group")
            found[each.id] = group
            self._titles.setdefault(group, "")
        ordered = [
            *(name for name in self._overlay.groups if name in self._titles),
            *(name for name in self._titles if name not in self._overlay.groups),
        ]
        tags = {found[each.id]: each.tag for each in reversed(self._operations)}
        self._titles.clear()
        for name in ordered:
            self._titles[name] = self._title(name, tags[name])
        return found

    def _title(self, group: str, tag: str) -> str:
        words = self._overlay.groups.get(group)
        taken = [each.title for each in self._overlay.groups.values()]
        plain = " ".join(tag.replace("\\", " ").replace('"', "'").split())
        is_free = plain not in (*taken, *self._titles.values())
        is_short = len(plain) <= NAME_LENGTH
        title = plain if is_free and is_short else _sentence(group).rstrip(".")
        return self._words(
            words.title if words else None, title, "groups", group, "title"
        )

    def _tag(self, group: str) -> Document:
        words = self._overlay.groups.get(group)
        title = self._titles[group]
        plain = f"Operations that the service lists under {title}."
        text = self._words(
            words.text if words else None, plain, "groups", group, "text"
        )
        return {"name": title, "description": text, "x-group": group}

    def _operation(self, operation: PlainOperation, group: str) -> Document:
        table = ("operations", operation.id)
        self._use(*table)
        self._use("ids", operation.address)
        words = self._overlay.operations.get(operation.id, NO_OPERATION)
        summary = _sentence(operation.id)[: SUMMARY_LENGTH - 1].rstrip(" .") + "."
        text = f"Calls `{operation.address}` of the service."
        made: Document = {
            "tags": [self._titles[group]],
            "operationId": operation.id,
            "summary": self._words(words.summary, summary, *table, "summary"),
            "description": self._words(words.text, text, *table, "text"),
            "x-effect": words.effect or METHOD_EFFECTS[operation.method],
        }
        if words is NO_OPERATION and operation.method == "POST":
            self._lack(made["x-effect"], *table, "effect")
        if operation.deprecated:
            made["deprecated"] = True
        made.update(self._marks(operation, words))
        if operation.parameters:
            made["parameters"] = self._parameters(operation, words)
        if operation.body is not None:
            self._use(*table, "body")
            text = "Content of the request."
            made["requestBody"] = {
                "required": operation.body_required,
                "description": self._words(words.body, text, *table, "body"),
                **_content(operation.body),
            }
        made["responses"] = self._responses(operation, words)
        return made

    def _responses(self, operation: PlainOperation, words: OperationWords) -> Document:
        made: Document = {}
        for status, shape in operation.successes.items():
            place = ("operations", operation.id, "returns", status)
            self._use(*place)
            plain = "The response." if shape is not None else "Done; no body."
            text = self._words(words.returns.get(status), plain, *place)
            made[status] = {"description": text, **_content(shape)}
        for status in operation.errors:
            self._use("statuses", status)
            ours = self._overlay.statuses.get(status)
            plain = f"The service responds {status}."
            text = self._words(ours, plain, "statuses", status)
            made[status] = {"description": text}
        return made

    def _parameters(
        self, operation: PlainOperation, words: OperationWords
    ) -> list[Document]:
        made: list[Document] = []
        names: set[str] = set()
        for parameter in operation.parameters:
            wire_name = parameter["name"]
            self._use("parameters", wire_name)
            self._use("operations", operation.id, "parameters", wire_name)
            shared = self._overlay.parameters.get(wire_name, NO_PARAMETER)
            ours = words.parameters.get(wire_name) or shared.text
            plain = naming.argument_name(wire_name)
            place = ("parameters", wire_name, "text")
            one = {
                **parameter,
                "description": self._words(ours, _sentence(plain), *place),
            }
            name = shared.name or naming.free_name(plain, names, "value_")
            names.add(name)
            if name != plain:
                one["x-python-name"] = name
            if shared.secret:
                one["x-secret"] = True
            made.append(one)
        return made

    def _marks(self, operation: PlainOperation, words: OperationWords) -> Document:
        """Return the marks that still fit; the others are noted."""
        made: Document = {}
        place = f"operations.{operation.id}"
        if words.find_created is not None:
            listing, key = words.find_created
            problem = self._misfit(operation, listing, key)
            if problem is None:
                made["x-find-created"] = {"operation": listing, "field": key}
            else:
                self._notes.surplus.append(f"{place}.find_created: {problem}")
        if words.may_be_paged:
            shapes = operation.successes.values()
            if all(shape and shape.get("type") == "array" for shape in shapes):
                made["x-may-be-paged"] = True
            else:
                self._notes.surplus.append(f"{place}.may_be_paged: it returns no list")
        if words.pages is not None:
            problem = self._misfit_of_pages(operation, words.pages)
            if problem is None:
                pages = {
                    name: value for name, value in asdict(words.pages).items() if value
                }
                made["x-pages"] = pages
            else:
                self._notes.surplus.append(f"{place}.pages: {problem}")
        return made

    def _misfit(self, create: PlainOperation, listing: str, key: str) -> str | None:
        """Say why a list cannot show which entity a call created, and where."""
        found = next((each for each in self._operations if each.id == listing), None)
        if found is None:
            return f"there is no operation {listing}"
        given = {each["name"] for each in create.parameters}
        if not {each["name"] for each in found.parameters if each["required"]} <= given:
            return f"{listing} takes other arguments"
        sent = self._fields([create.body], deep=False)
        listed = self._fields(found.successes.values(), deep=True)
        if key not in sent or key not in listed:
            return f"there is no {key} in the body and in the list"
        unseen = given - {each["name"] for each in found.parameters} - listed
        return f"the list does not name {min(unseen)}" if unseen else None

    def _misfit_of_pages(
        self, operation: PlainOperation, pages: PagesWords
    ) -> str | None:
        """Say why the pages of an operation cannot be walked over."""
        given = {each["name"] for each in operation.parameters}
        needed = {PAGE_NUMBER, *([pages.until] if pages.until else [])}
        if not needed <= given:
            return f"there is no parameter {min(needed - given)}"
        shape = next(iter(operation.successes.values()))
        fields: Document = {}
        for name in pages.items.split("."):
            names = [] if shape is None else [*mentioned(shape)]
            fields = self._schemas[names[0]].get("properties", {}) if names else {}
            shape = fields.get(name)
        if shape is None or "paging" not in fields:
            return f"the response has no {pages.items} with its paging"
        found = self._fields([shape], deep=False)
        lacking = {pages.id, *([pages.time] if pages.time else [])} - found
        return f"the items have no {min(lacking)}" if lacking else None

    def _fields(self, shapes: Iterable[Document | None], *, deep: bool) -> set[str]:
        """Return the fields of the schemas that shapes mention."""
        names = {name for shape in shapes if shape for name in mentioned(shape)}
        names = self._reached(names) if deep else names
        return {
            each for name in names for each in self._schemas[name].get("properties", {})
        }

    def _reached(self, names: Iterable[str]) -> set[str]:
        """Return `names` and every schema that they mention, through any depth."""
        found: set[str] = set()
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(mentioned(self._schemas[name]))
        return found

    def _described_schemas(self) -> Document:
        bodies = [each.body for each in self._operations]
        answers = [
            shape for each in self._operations for shape in each.successes.values()
        ]
        arguments = [
            one["schema"] for each in self._operations for one in each.parameters
        ]
        sent, received = (
            self._reached(
                name for shape in shapes if shape for name in mentioned(shape)
            )
            for shapes in ([*bodies, *arguments], answers)
        )
        return {
            name: {
                **self._schema(name, shape),
                "x-use": _use(is_sent=name in sent, is_received=name in received),
            }
            for name, shape in self._schemas.items()
        }

    def _schema(self, name: str, shape: Document) -> Document:
        self._use("schemas", name)
        words = self._overlay.schemas.get(name, NO_SCHEMA)
        plain = f"The `{name}` of the service."
        text = self._words(words.text, plain, "schemas", name, "text")
        made = {**shape, "description": text}
        if "enum" in shape:
            made.update(self._enum(name, shape["enum"]))
        if words.former_name is not None:
            made["x-former-name"] = words.former_name
        if "properties" in shape:
            made["properties"] = self._properties(name, words, shape["properties"])
        return made

    def _enum(self, schema: str, values: list[str]) -> Document:
        words = self._overlay.schemas.get(schema)
        known = words or NO_SCHEMA
        names: dict[str, str] = {}
        for value in values:
            self._use("schemas", schema, "names", value)
            self._use("schemas", schema, "values", value)
            names[value] = known.names.get(value) or naming.free_name(
                naming.upper_case(value), names.values(), "VALUE_"
            )
            if value not in known.values and (words is None or words.values):
                plain = _sentence(value).rstrip(".").lower()
                self._lack(plain, "schemas", schema, "values", value)
        meanings = {each: known.values[each] for each in values if each in known.values}
        made: Document = {"x-enum-descriptions": meanings} if meanings else {}
        own = {each: names[each] for each in values}
        own = {k: name for k, name in own.items() if name != naming.upper_case(k)}
        return {**made, "x-enum-names": own} if own else made

    def _properties(
        self, schema: str, words: SchemaWords, shapes: Mapping[str, Document]
    ) -> Document:
        made: Document = {}
        names: set[str] = set()
        for wire_name, shape in shapes.items():
            for part in ("fields", "names", "secret"):
                self._use("schemas", schema, part, wire_name)
            plain = naming.field_name(wire_name)
            place = ("schemas", schema, "fields", wire_name)
            text = self._words(words.fields.get(wire_name), _sentence(plain), *place)
            more: Document = {"description": text}
            name = words.names.get(wire_name) or naming.free_name(
                plain, names, "value_"
            )
            names.add(name)
            if name != plain:
                more["x-python-name"] = name
            if not shape.get("nullable"):
                self._use("schemas", schema, "essential", wire_name)
                if wire_name in words.essential:
                    more["x-essential"] = True
            if wire_name in words.secret:
                more["x-secret"] = True
            made[wire_name] = with_members(shape, **more)
        return made

    def _words(self, known: str | None, plain: str, *place: str) -> str:
        """Return our words, or note that they are missing and return the plain ones."""
        if known is None:
            self._lack(plain, *place)
            return plain
        return known

    def _lack(self, derived: str, *place: str) -> None:
        lack = Lack(place, derived)
        if lack not in self._notes.lacks:
            self._notes.lacks.append(lack)

    def _use(self, *place: str) -> None:
        self._used.add(place)

    def _note_surplus(self) -> None:
        """Note each entry of the overlay that nothing in the document asked for."""
        for place in _entries(self._overlay):
            if place in self._used or (
                place[0] == "groups" and place[1] in self._titles
            ):
                continue
            if place[:2] in self._used or len(place) == 2:  # noqa: PLR2004
                self._notes.surplus.append(f"{'.'.join(place)}: the service has none")


def _entries(overlay: Overlay) -> Iterator[tuple[str, ...]]:
    """Yield the place of each entry of the overlay."""
    for table in ("groups", "ids", "statuses", "parameters"):
        held: Mapping[str, object] = getattr(overlay, table)
        yield from ((table, name) for name in held)
    for name, operation in overlay.operations.items():
        place = ("operations", name)
        yield place
        yield from ((*place, "body") for _ in [operation.body] if operation.body)
        yield from ((*place, "returns", each) for each in operation.returns)
        yield from ((*place, "parameters", each) for each in operation.parameters)
    for name, schema in overlay.schemas.items():
        yield "schemas", name
        for part in ("fields", "values", "essential", "secret", "names"):
            yield from (("schemas", name, part, each) for each in getattr(schema, part))


def _ordered(
    operations: list[PlainOperation], overlay: Overlay
) -> list[PlainOperation]:
    """Return the operations in the order of the overlay, new ones last."""
    ranks = {name: rank for rank, name in enumerate(overlay.operations)}
    return sorted(operations, key=lambda each: ranks.get(each.id, len(ranks)))


def _content(shape: Document | None) -> Document:
    if shape is None:
        return {}
    return {"content": {"application/json": {"schema": shape}}}


def _use(*, is_sent: bool, is_received: bool) -> str:
    if is_sent == is_received:
        return "both"
    return "request" if is_sent else "response"


def _sentence(name: str) -> str:
    """Return a name as a sentence: `latestVersionId` becomes `Latest version id`."""
    words = naming.snake_case(name).replace("_", " ").strip() or "value"
    return f"{words[0].upper()}{words[1:]}."
