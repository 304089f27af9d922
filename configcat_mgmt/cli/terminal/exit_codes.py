"""What the exit code of a command says."""

from typing import Final

DONE: Final = 0
"""Done, or equal."""
ERROR: Final = 1
DIFFERENCES: Final = 2
"""There are differences, or there is something to do."""
INTERRUPTED: Final = 130
