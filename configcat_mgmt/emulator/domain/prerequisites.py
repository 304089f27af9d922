"""Refuses prerequisites that form a circle."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from configcat_mgmt.emulator.domain.evaluation import Content
from configcat_mgmt.emulator.domain.refusals import FieldPath, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.usage import prerequisites_in


def require_no_circle(
    state: State,
    environment_id: UUID,
    changes: Mapping[int, Content],
    path: FieldPath,
) -> None:
    """Refuse changes after which a setting would depend on itself.

    Only values of one environment are evaluated together, so each environment is a
    graph of its own; it has no circle before the changes.

    Args:
        state: The present values.
        environment_id: Where the changes are made.
        changes: The new values by setting id.
        path: The field to report.

    Raises:
        Refused: There would be a circle; the message names its settings by key.
    """

    def needs(setting_id: int) -> Iterator[int]:
        content = changes.get(setting_id)
        if content is None:
            content = state.values[environment_id, setting_id].content
        return (condition.setting_id for condition in prerequisites_in(content))

    finished: set[int] = set()
    for start in changes:
        if start in finished:
            continue
        way, pending = {start: None}, [needs(start)]
        while way:
            following = next(pending[-1], None)
            if following is None:
                finished.add(way.popitem()[0])
                pending.pop()
            elif following in way:
                passed = list(way)
                circle = [*passed[passed.index(following) :], following]
                keys = " -> ".join(state.settings[one].key for one in circle)
                raise Refused(path, f"The prerequisites form a circle: {keys}.")
            elif following not in finished:
                way[following] = None
                pending.append(needs(following))
