"""Finds an entity by its id, or by its name in any case."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.texts import folded

T = TypeVar("T")

LISTED: Final = 5
"""The message about an unknown name lists so many known names at most."""


class Candidate(NamedTuple):
    """An entity that may be the wanted one."""

    identity: UUID
    name: str
    place: str = ""
    """Where it is, if that tells two of the same name apart, such as ` in 'Acme'`."""


def one_named(kind: str, wanted: UUID | str, candidates: Iterable[Candidate]) -> UUID:
    """Return the id of the entity with an id or a name.

    Args:
        kind: Noun for the message, such as `product`.
        wanted: Id, or name in any case and any Unicode form.
        candidates: All entities of the kind that the credentials see.

    Raises:
        ConfigurationError: No entity has this name or id, or more than one has.
    """
    text, known = folded(str(wanted)), list(candidates)
    found = [one for one in known if text in (folded(one.name), str(one.identity))]
    if len(found) == 1:
        return found[0].identity
    name = repr(str(wanted))
    if found:
        places = ", ".join(f"{one.identity}{one.place}" for one in found)
        message = f"{len(found)} {kind}s are called {name}: {places}; give the id"
        raise ConfigurationError(message)
    names = [*dict.fromkeys(one.name for one in known)]
    if close := get_close_matches(str(wanted), names):
        hint = f"did you mean {' or '.join(map(repr, close))}?"
    elif 0 < len(names) <= LISTED:
        hint = f"they see {', '.join(map(repr, names))}"
    else:
        hint = "give its id"
    raise ConfigurationError(f"these credentials see no {kind} {name}; {hint}")


def model_named(
    kind: str, wanted: UUID | str, models: Sequence[tuple[Candidate, T]]
) -> T:
    """Return the model of the entity with an id or a name; raises like `one_named`."""
    identity = one_named(kind, wanted, (one for one, _ in models))
    return next(model for one, model in models if one.identity == identity)
