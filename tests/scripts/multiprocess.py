"""Uses clients in processes that multiprocessing starts.

Usage: multiprocess.py URL METHOD, where METHOD is fork or spawn.
"""

import multiprocessing
import sys
from multiprocessing.queues import SimpleQueue

from program import say

from configcat_mgmt import ManagementClient


def ask(url: str, names: "SimpleQueue[str]") -> None:
    """Make a call with a client of the child's own."""
    with ManagementClient("user", "secret", base_url=url) as own:
        names.put(own.tags.get_tag(2).name)


def main() -> None:
    """Make calls in both processes."""
    url, method = sys.argv[1:]
    context = multiprocessing.get_context(method)
    names = context.SimpleQueue()
    with ManagementClient("user", "secret", base_url=url) as client:
        client.tags.get_tag(1)
        try:
            names.put(client)
        except TypeError as error:
            say(error)
        process = context.Process(target=ask, args=(url, names))
        process.start()
        say("child got", names.get())
        process.join()
        say("child ended with", process.exitcode)
        say("parent got", client.tags.get_tag(3).name)


if __name__ == "__main__":
    main()
