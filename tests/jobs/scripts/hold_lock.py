"""Holds the lock of a journal until its input ends.

Usage: hold_lock.py JOURNAL
"""

import sys
from pathlib import Path

from configcat_mgmt.jobs.journal.lock import JournalLock

lock = JournalLock(Path(sys.argv[1]))
lock.acquire()
sys.stdout.write("held\n")
sys.stdout.flush()
sys.stdin.read()
