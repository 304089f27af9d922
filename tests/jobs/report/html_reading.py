"""Reads a page as a browser would, and demands that it is well formed."""

from html.parser import HTMLParser
from typing import Final

import attrs

VOID: Final = {"meta", "br", "wbr", "input", "path"}
OPTIONAL_END: Final = {"th": {"tr"}, "td": {"tr"}}
"""Elements that end with the next of their kind, or with what they are in."""


@attrs.define
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str | None]
    parts: list["Element | str"] = attrs.field(factory=list)

    @property
    def text(self) -> str:
        """All text in it, without that of style and script."""
        if self.tag in ("style", "script"):
            return ""
        return "".join(
            part if isinstance(part, str) else part.text for part in self.parts
        )

    def all(
        self, tag: str | None = None, css_class: str | None = None
    ) -> list["Element"]:
        """Return the elements in it of a kind and class, in order."""
        found: list[Element] = []
        for part in self.parts:
            if isinstance(part, Element):
                classes = (part.attributes.get("class") or "").split()
                if tag in (None, part.tag) and css_class in (None, *classes):
                    found.append(part)
                found += part.all(tag, css_class)
        return found

    def one(self, place: str) -> "Element":
        """Return the element of an id."""
        (found,) = [one for one in self.all() if one.attributes.get("id") == place]
        return found

    def outline(self) -> list[str]:
        """Return all that is no text and no value of an attribute with data."""
        lines = []
        for one in self.all():
            is_word = one.tag == "span" and one.attributes == {"class": "word"}
            if one.tag == "wbr" or is_word:  # Depends on the text.
                continue
            attributes = {
                name: "" if name == "href" else value
                for name, value in one.attributes.items()
            }
            lines.append(f"{one.tag} {attributes}")
        return lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), "an attribute stands twice"
        if tag in OPTIONAL_END and self._open[-1].tag in OPTIONAL_END:
            self._open.pop()
        element = Element(tag, dict(attrs))
        self._open[-1].parts.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag in OPTIONAL_END.get(self._open[-1].tag, ()):
            self._open.pop()
        assert self._open[-1].tag == tag, f"{tag} ends in {self._open[-1].tag}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read_html(text: str) -> Element:
    """Return a page as elements; fails if ends are missing or crossed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader._open) == 1, reader._open[-1].tag
    return reader.root
