"""Is interrupted in a call, and makes another one.

Usage: interrupted.py URL METHOD, where METHOD is GET or PUT.
"""

import logging
import sys
from http import HTTPStatus

from program import say

from configcat_mgmt import ManagementClient, models

logging.basicConfig(stream=sys.stdout, format="%(name)s: %(message)s")

url, method = sys.argv[1:]
with ManagementClient("user", "secret", base_url=url) as client:
    try:
        if method == "GET":
            client.tags.get_tag(1)
        else:
            client.tags.update_tag(1, models.UpdateTagModel(name="blue"))
    except KeyboardInterrupt:
        say("interrupted")
    answer = client.request("GET", "/v1/tags/2")
    say("then", HTTPStatus(answer.status).phrase)
