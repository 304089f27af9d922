"""Exit codes of all commands."""

from typing import Final

DONE: Final = 0
"""Done, or equal."""
ERROR: Final = 1
DIFFERENCES: Final = 2
"""There are differences, or changes to make."""
INTERRUPTED: Final = 130
