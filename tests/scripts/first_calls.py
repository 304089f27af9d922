"""Makes the first calls of a process, and says what is loaded on the loop thread."""

import sys
import threading
from contextlib import suppress

from program import say

from configcat_mgmt import ApiError, ManagementClient
from tests.api.planned_call import Planner
from tests.api.service import running
from tests.documents import STYLES
from tests.schema import described

OTHERS = {thread.ident for thread in threading.enumerate()}


def note(event: str, arguments: tuple[object, ...]) -> None:
    """Report an import in a thread of the client."""
    if event == "import" and threading.get_ident() not in OTHERS:
        say("loaded", arguments[0])


planner = Planner(described())
with running(described()) as service:
    OTHERS.update(thread.ident for thread in threading.enumerate())
    client = ManagementClient("u", "p", base_url=service.url)
    sys.addaudithook(note)
    for endpoint in planner.description.endpoints.values():
        call = planner.call(endpoint, STYLES[0])
        status, _, text = next(iter(planner.answers(endpoint, STYLES[0])))
        group = getattr(client, planner.group_of(endpoint))
        service.plan(status, text)
        getattr(group, call.method_name)(*call.positional, **call.keywords)
    service.plan(200, b"{}", described=False)
    client.request("GET", "/v1/me")
    client.call_raw("get-me")
    for status in (400, 404, 500):
        service.plan(status, b"no", described=False)
        with suppress(ApiError):
            client.with_options(max_attempts=1).me.get_me()
    client.close()
say("called", len(planner.description.endpoints))
