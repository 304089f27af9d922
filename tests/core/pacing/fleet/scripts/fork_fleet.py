"""Forks while calls are in flight; parent and child go on.

Usage: fork_fleet.py URL NAME, the server and the name of the credential.
"""

import asyncio
import os
import sys
import warnings

from tests.core.pacing.fleet.members import Fleet

warnings.filterwarnings("ignore", ".*multi-threaded", DeprecationWarning)
member = Fleet(*sys.argv[1:]).join(((5, 60.0),))
slots = asyncio.run(member.take(2))
child = os.fork()
if child:
    os.waitpid(child, 0)
    for slot in slots:
        slot.answered({}, 200)
    asyncio.run(member.call())
else:
    asyncio.run(member.call(2))
