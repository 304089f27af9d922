"""What the programs here share: how they report, and what they leave aside."""

import logging
import sys
import warnings


def say(*words: object) -> None:
    """Print at once, also in a child that is about to end."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


# In debug mode asyncio warns of slow callbacks; a busy machine makes them slow.
logging.getLogger("asyncio").setLevel(logging.ERROR)
# From 3.12 on, Python warns of a fork while threads run, which is what is tried here.
warnings.filterwarnings("ignore", ".*multi-threaded", DeprecationWarning)
