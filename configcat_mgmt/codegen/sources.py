"""Reads the files in this folder that say what the API is: the one way to them."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from configcat_mgmt.codegen.merge import Notes, merge
from configcat_mgmt.codegen.node import DescriptionError, Node
from configcat_mgmt.codegen.overlay import Overlay, read_overlay
from configcat_mgmt.codegen.plain_shapes import Document

HERE = Path(__file__).parent
SERVICE = "service.json"
OVERLAY = "overlay.toml"
SOURCE = "source.toml"


@dataclass(frozen=True)
class Sources:
    """The two files about the API, and what they make together."""

    service: Document
    """The document of the service, without its prose."""
    overlay: Overlay
    description: Document
    notes: Notes


def read_sources(folder: Path = HERE) -> Sources:
    """Return the content of the description's files in `folder`.

    Raises:
        DescriptionError: A file is not readable, or has the wrong form.
        OSError: A file is missing.
    """
    service, overlay = read_previous(folder)
    source = folder / SOURCE
    try:
        adopted = Node(tomllib.loads(source.read_text(encoding="utf-8")), str(source))
    except ValueError as error:
        raise DescriptionError(f"{source}: not readable as TOML: {error}") from None
    adopted.allow("date", "digest")
    if adopted.text("digest") != digest((folder / SERVICE).read_bytes()):
        raise DescriptionError(
            f"{folder / SERVICE}: not the document that {SOURCE} names; corrections "
            f"belong in {OVERLAY}, and --adopt takes a new document"
        )
    return join(service, overlay)


def read_previous(folder: Path) -> tuple[Document, Overlay]:
    """Return the document of the service, edited or not, and the overlay."""
    path = folder / SERVICE
    try:
        content: object = json.loads(path.read_bytes())
    except ValueError as error:
        raise DescriptionError(f"{path}: not readable as JSON: {error}") from None
    service = Node({SERVICE: content}, str(folder)).child(SERVICE).data
    return service, read_overlay(folder / OVERLAY)


def join(service: Document, overlay: Overlay) -> Sources:
    """Return the two with the description that they make together."""
    description, notes = merge(service, overlay)
    return Sources(service, overlay, description, notes)


def digest(data: bytes) -> str:
    """Return the fingerprint of `service.json`, as `source.toml` has it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
