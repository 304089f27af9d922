"""Forks while another thread loads what its first call needs.

Usage: fork_while_loading.py URL
"""

import os
import sys
import threading

from program import say

loads, forks = threading.Event(), threading.Event()
# Of the callbacks before a fork, the one registered first runs last.
os.register_at_fork(before=lambda: say("loaded at the fork:", "tags" in vars(client)))

from configcat_mgmt import ManagementClient  # noqa: E402

os.register_at_fork(before=forks.set)


def note(event: str, arguments: tuple[object, ...]) -> None:
    """Hold the import of a group until the process forks."""
    if event == "import" and arguments[0] == "configcat_mgmt.api.operations.tags":
        loads.set()
        forks.wait()


def first() -> None:
    """Make the first call."""
    say("parent got", client.tags.get_tag(1).name)


client = ManagementClient("user", "secret", base_url=sys.argv[1])
sys.addaudithook(note)
thread = threading.Thread(target=first)
thread.start()
loads.wait()
child = os.fork()
if not child:
    say("child got", client.tags.get_tag(2).name)
    client.close()
    sys.exit(0)
thread.join()
say("child ended with", os.waitpid(child, 0)[1])
client.close()
