"""Takes five places, says so, and waits to be killed.

Usage: hold_places.py URL NAME, the server and the name of the credential.
"""

import asyncio
import sys

from configcat_mgmt.core.pacing.fleet.worker import Timing
from tests.core.pacing.fleet.members import Fleet

timing = Timing(use=0.25, quiet=0.0)
member = Fleet(*sys.argv[1:]).join(((5, 0.1),), timing=timing, lease=0.25)
slots = asyncio.run(member.take(5))
sys.stdout.write("5 places\n")
sys.stdout.flush()
sys.stdin.read()
