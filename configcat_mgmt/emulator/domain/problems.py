"""From what the decoder found to what the service would say."""

from configcat_mgmt.core.codec.problems import InvalidData, Path
from configcat_mgmt.emulator.domain.refusals import WHOLE_REQUEST, Refused


def refused_by(invalid: InvalidData) -> Refused:
    """Say of request data that does not fit its type what is wrong where."""
    messages: dict[str, list[str]] = {}
    for problem in invalid.problems:
        messages.setdefault(_wire_path(problem.path), []).append(problem.message)
    return Refused.of(messages)


def _wire_path(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text or WHOLE_REQUEST
