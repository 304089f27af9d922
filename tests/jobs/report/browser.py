"""A browser without a window, offline, in a profile of its own."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import attrs

NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=2000",
    # What the page says on the console goes to standard error.
    "--enable-logging=stderr",
    "--v=0",
)
SECONDS: Final = 120
"""More than it ever takes; only what hangs is ended by it."""


def find_browser() -> str:
    """Return where the browser is; the environment variable CHROMIUM comes first."""
    names = [os.environ.get("CHROMIUM", ""), *NAMES]
    found = next((place for name in names if (place := shutil.which(name))), None)
    if found is None:
        raise AssertionError(
            "there is no Chromium to open the page with; apt-get install chromium, or "
            "say where it is in the environment variable CHROMIUM"
        )
    return found


@attrs.frozen
class Visit:
    """What came of opening a page."""

    dom: str
    """What was printed, with `--dump-dom` the page after its scripts have run."""
    console: list[str]
    """Complaints, such as errors of scripts and breaches of the page's policy."""
    requests: list[str]
    """Addresses that the page wanted something from, whether it got it or not."""


def open_page(page: Path, profile: Path, *flags: str) -> Visit:
    """Open a file in the browser.

    Args:
        page: The HTML file.
        profile: Folder for the browser's own files.
        flags: What to do with it, such as `--dump-dom`.
    """
    log = profile.with_suffix(".log")
    own = (f"--user-data-dir={profile}", f"--log-net-log={log}")
    done = subprocess.run(
        [find_browser(), *FLAGS, *own, *flags, page.as_uri()],
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return Visit(
        done.stdout.decode("utf-8"),
        [line for line in said if "CONSOLE" in line],
        _requests(json.loads(log.read_text(encoding="utf-8"))),
    )


def _requests(log: Any) -> list[str]:  # noqa: ANN401
    began = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    starts = [one["params"] for one in log["events"] if one["type"] == began]
    # The browser's own requests come from no page.
    asked = [one for one in starts if one.get("initiator") != "not an origin"]
    return [one["url"] for one in asked if one.get("url", "").startswith("http")]
