"""Forks while a client has an open connection; parent and child go on calling.

Usage: fork_and_call.py URL MODE..., where each MODE says what one more child does:
  calls     makes a call, closes the client and exits as programs do
  leaves    exits at once
  drops     lets go of the client and exits
  refused   closes the client first, and then is refused
"""

import gc
import os
import ssl
import sys

from program import say

from configcat_mgmt import ClientClosed, ManagementClient, Options


def anonymous_tls() -> ssl.SSLContext:
    """Return a context that needs no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


def fork_and_call(url: str, mode: str, number: int) -> None:
    """Call three times: before the fork, in the child, and after it in the parent."""
    client = ManagementClient(
        "user",
        "secret",
        base_url=url,
        options=Options(
            ssl=anonymous_tls() if url.startswith("https") else True,
            allow_insecure=True,
        ),
    )
    client.tags.get_tag(number + 1)
    child = os.fork()
    if not child:
        if mode == "calls":
            client.tags.get_tag(number + 2)
            client.close()
        elif mode == "drops":
            del client
            gc.collect()
        elif mode == "refused":
            client.close()
            try:
                client.tags.get_tag(number + 2)
            except ClientClosed:
                say("refused")
        sys.exit(0)
    say("child ended with", os.waitpid(child, 0)[1])
    client.tags.get_tag(number + 3)
    client.close()


for place, each in enumerate(sys.argv[2:]):
    fork_and_call(sys.argv[1], each, 10 * place)
