"""Forks while another thread waits for an answer; the child makes a call of its own.

Usage: fork_in_flight.py URL; forks when it is given a line on stdin.
"""

import os
import sys
import threading

from program import say

from configcat_mgmt import ManagementClient

client = ManagementClient("user", "secret", base_url=sys.argv[1])


def wait() -> None:
    """Make the call that is in flight while the process forks."""
    say("parent got", client.tags.get_tag(1).name)


waiting = threading.Thread(target=wait)
waiting.start()
sys.stdin.readline()
child = os.fork()
if not child:
    say("child got", client.tags.get_tag(2).name)
    client.close()
    sys.exit(0)
status = os.waitpid(child, 0)[1]
say("child ended with", status)
waiting.join()
client.close()
