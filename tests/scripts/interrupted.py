"""Is interrupted in a call, and makes another one.

Usage: interrupted.py URL METHOD, where METHOD is GET or PUT.
"""

import logging
import sys
from http import HTTPStatus

from configcat_mgmt import ManagementClient, models

logging.basicConfig(stream=sys.stdout, format="%(name)s: %(message)s")
logging.getLogger("asyncio").setLevel(logging.ERROR)

url, method = sys.argv[1:]
with ManagementClient("user", "secret", base_url=url) as client:
    try:
        if method == "GET":
            client.tags.get_tag(1)
        else:
            client.tags.update_tag(1, models.UpdateTagModel(name="blue"))
    except KeyboardInterrupt:
        print("interrupted")
    answer = client.request("GET", "/v1/tags/2")
    print("then", HTTPStatus(answer.status).phrase)
