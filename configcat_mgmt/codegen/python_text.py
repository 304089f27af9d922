"""Lays out Python text as the formatter would, so it has nothing to change."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

WIDTH = 88
STEP = 4
GENERATED = "Generated, do not edit."
COMMAND = "python -m configcat_mgmt.codegen"
FIRST_PARTY = "configcat_mgmt"
THIRD_PARTY = ("attrs",)


@dataclass(frozen=True)
class Brackets:
    """Text with a bracketed list: on one line if that fits, else one item per line."""

    head: str
    """The text before the items, opening bracket included."""
    items: Sequence["str | Brackets"]
    close: str = ")"
    trailing_comma: bool = False
    """A tuple of one item needs its comma even on one line."""

    def flat(self) -> str:
        """Return everything on one line."""
        parts = [item if isinstance(item, str) else item.flat() for item in self.items]
        comma = "," if self.trailing_comma and len(parts) == 1 else ""
        return f"{self.head}{', '.join(parts)}{comma}{self.close}"

    def lines(self, indent: int, suffix: str = "") -> list[str]:
        """Return the lines, `suffix` after the closing bracket."""
        space = " " * indent
        line = f"{space}{self.flat()}{suffix}"
        if len(line) <= WIDTH or not self.items:
            return [line]
        lines = [f"{space}{self.head}"]
        for item in self.items:
            if isinstance(item, str):
                lines.extend(_item_lines(item, indent + STEP))
            else:
                lines.extend(item.lines(indent + STEP, ","))
        lines.append(f"{space}{self.close}{suffix}")
        return lines


def _item_lines(item: str, indent: int) -> list[str]:
    """Return one argument on its line, cut at the bars of its type if too long."""
    space = " " * indent
    line = f"{space}{item},"
    if len(line) <= WIDTH:
        return [line]
    return line.replace(" | ", f"\n{space}| ").split("\n")


def assignment(indent: int, target: str, value: str) -> list[str]:
    """Return `target = value`, the value in parentheses if it is too long."""
    space = " " * indent
    line = f"{space}{target} = {value}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{space}{target} = (", f"{space}{' ' * STEP}{value}", f"{space})"]


def annotated(
    indent: int, name: str, annotation: str, default: str | None = None
) -> list[str]:
    """Return `name: annotation`, with a default if there is one."""
    space = " " * indent
    value = "" if default is None else f" = {default}"
    line = f"{space}{name}: {annotation}{value}"
    if len(line) <= WIDTH:
        return [line]
    inner = f"{space}{' ' * STEP}"
    if default is None and " | " not in annotation and annotation.endswith("]"):
        generic, _, item = annotation.removesuffix("]").partition("[")
        return [f"{space}{name}: {generic}[", f"{inner}{item}", f"{space}]"]
    head = f"{space}{name}: {annotation} = ("
    if default is not None and len(head) <= WIDTH:
        return [head, f"{inner}{default}", f"{space})"]
    return [f"{space}{name}: (", f"{inner}{annotation}", f"{space}){value}"]


def annotated_call(
    indent: int,
    name: str,
    annotation: str,
    call: "Brackets",
) -> list[str]:
    """Return `name: annotation = call`, the longer side broken if it is too long."""
    space = " " * indent
    start = f"{name}: {annotation} = "
    if len(f"{space}{start}{call.head}") <= WIDTH:
        return replace(call, head=f"{start}{call.head}").lines(indent)
    if len(f"{space}{start}(") <= WIDTH:
        return [f"{space}{start}(", *call.lines(indent + STEP), f"{space})"]
    opening, inner, closing = "(", annotation, ")"
    if annotation.endswith("]"):
        generic, _, inner = annotation.removesuffix("]").partition("[")
        opening, closing = f"{generic}[", "]"
    line = f"{space}{' ' * STEP}{inner}"
    if len(line) > WIDTH:
        line = line.replace(" | ", f"\n{space}{' ' * STEP}| ")
    rest = replace(call, head=f"{closing} = {call.head}").lines(indent)
    return [f"{space}{name}: {opening}", *line.split("\n"), *rest]


def quoted(text: str) -> str:
    """Return a string literal with the quotes the formatter prefers."""
    text = text.replace("\\", "\\\\")
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', '\\"') + '"'


def path_item(head: str, path: str, indent: int) -> "str | Brackets":
    """Return `head` with a string literal, cut at slashes if it is too long."""
    whole = f"{head}{quoted(path)}"
    if indent + len(whole) + 1 <= WIDTH:
        return whole
    return _Adjacent(f"{head}(", [quoted(part) for part in cut_path(path, 60)])


class _Adjacent(Brackets):
    """Literals that Python joins: no commas between them."""

    def lines(self, indent: int, suffix: str = "") -> list[str]:
        """Return one literal per line."""
        space = " " * indent
        inner = [f"{space}{' ' * STEP}{item}" for item in self.items]
        return [f"{space}{self.head}", *inner, f"{space}{self.close}{suffix}"]


def cut_path(path: str, width: int) -> list[str]:
    """Cut a path at slashes into parts of at most `width` characters, if possible."""
    parts: list[str] = []
    for segment in re.findall(r"/[^/]*", path):
        if parts and len(parts[-1]) + len(segment) <= width:
            parts[-1] += segment
        else:
            parts.append(segment)
    return parts


def wrapped(text: str, indent: int, hanging: int = 0) -> list[str]:
    """Return `text` in lines of at most 88 columns."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def docstring(indent: int, summary: str, blocks: Iterable[Sequence[str]]) -> list[str]:
    """Return a docstring: one summary line, then blocks of finished lines."""
    space = " " * indent
    rest = [block for block in blocks if block]
    if not rest:
        return [f'{space}"""{summary}"""']
    lines = [f'{space}"""{summary}']
    for block in rest:
        lines.extend(["", *block])
    return [*lines, f'{space}"""']


def free_docstring(indent: int, text: str) -> list[str]:
    """Return a docstring under an attribute, where the first line may run on."""
    return wrapped(f'"""{text}"""', indent)


def split_summary(text: str, indent: int, otherwise: str) -> tuple[str, str]:
    """Split a text into a sentence that fits on one line, and the rest.

    A first sentence that is too long is cut at its first semicolon or colon. If that
    does not help, the summary is `otherwise`, and the whole text follows.
    """
    room = WIDTH - indent - len('"""')
    first, rest = _split_at(r"(?<=[.!?]) ", text)
    if len(first) <= (room if rest else room - len('"""')):
        return first, rest
    clause, remainder = _split_at(r"[;:] ", text)
    if remainder and len(clause) < room:
        return f"{clause}.", remainder[0].upper() + remainder[1:]
    return otherwise, text


def _split_at(pattern: str, text: str) -> tuple[str, str]:
    parts = re.split(pattern, text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


@dataclass
class Imports:
    """The imports of one module, collected while its text is written."""

    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, module: str, name: str) -> str:
        """Note that `name` (or `name as other`) of `module` is needed; return it."""
        self.names.setdefault(module, set()).add(name)
        return name

    def lines(self, indent: int = 0) -> list[str]:
        """Return the import block, sections apart, for a place with that indent."""
        sections: dict[int, list[str]] = {}
        for module in sorted(self.names):
            section = sections.setdefault(_section(module), [])
            names = sorted(self.names[module], key=_import_key)
            section.extend(_import_lines(module, names, indent))
        lines: list[str] = []
        for number in sorted(sections):
            lines.extend(["", *sections[number]] if lines else sections[number])
        return lines


def _section(module: str) -> int:
    top = module.split(".", maxsplit=1)[0]
    if top == FIRST_PARTY:
        return 2
    return 1 if top in THIRD_PARTY else 0


def _import_key(name: str) -> tuple[int, list[tuple[int, int, str]]]:
    kinds = {(True, True): 0, (False, True): 1}
    kind = kinds.get((name.isupper(), name[0].isupper()), 2)
    return kind, natural_key(name.lower())


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """Return a sort key that puts `V2` before `V10`."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.findall(r"\d+|\D", text)
    ]


def _import_lines(module: str, names: list[str], indent: int) -> list[str]:
    space = " " * indent
    line = f"{space}from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return [line]
    inner = [f"{space}{' ' * STEP}{name}," for name in names]
    return [f"{space}from {module} import (", *inner, f"{space})"]


def module(title: str, imports: Imports, blocks: Iterable[Sequence[str]]) -> str:
    """Return the text of a module: header, imports, blocks two lines apart."""
    lines = [f'"""{title}', "", GENERATED, f"Command: {COMMAND}", '"""']
    head = imports.lines()
    if head:
        lines.extend(["", *head])
    gap = [""] if head else []
    for number, block in enumerate(blocks):
        spacing = ["", ""] if number or _is_definition(block) else gap
        lines.extend([*spacing, *block])
    return "\n".join(lines) + "\n"


def _is_definition(block: Sequence[str]) -> bool:
    return block[0].startswith(("class ", "@", "def "))
