"""Renews the pictures of the README: a real terminal and a real report, light and dark.

Everything runs in front of an emulator with a fixed seed. The terminal is that of a
process of its own; a browser (Chromium, or CHROMIUM) photographs the report.
"""

import fcntl
import io
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import MONOKAI, TerminalTheme
from rich.text import Text

from configcat_mgmt.emulator import Emulator

FOLDER: Final = Path(__file__).parent
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
COLUMNS: Final = 100
SIZE: Final = "1280,640"
"""Width and height of the picture of the report, in pixels."""

COMMANDS: Final = (
    'configcat-mgmt matrix "Northwind Storefront" --only key=checkout*',
    'configcat-mgmt promote "Northwind Storefront" --from Staging --to Production '
    "--only key=checkout* --yes --job job",
)
LIGHT: Final = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47),
        (179, 29, 40),
        (17, 99, 41),
        (121, 77, 0),
        (5, 80, 174),
        (111, 66, 193),
        (27, 124, 131),
        (87, 96, 106),
    ],
)
THEMES: Final = {"light": LIGHT, "dark": MONOKAI}


def main() -> None:
    """Write the four pictures."""
    with tempfile.TemporaryDirectory() as name, Emulator(seed=1) as emulator:
        folder = Path(name)
        emulator.seed(products=1, flags=24, environments=3, configs=1)
        environment = {
            **os.environ,
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "COLUMNS": str(COLUMNS),
        }
        shown = Text()
        for line in COMMANDS:
            shown.append(f"$ {line}\n", "bold")
            shown.append_text(Text.from_ansi(_run(line, environment, folder)))
            shown.append("\n\n")
        shown.rstrip()
        # The port differs in every run.
        text = _ansi(shown).replace(emulator.base_url, "the emulator")
        shown = Text.from_ansi(text.rstrip())
        page = folder / "job" / "report.html"
        for theme in THEMES:
            (FOLDER / f"terminal-{theme}.svg").write_text(_svg(shown, theme))
            _photograph(page, FOLDER / f"report-{theme}.png", folder, theme)


def _run(line: str, environment: Mapping[str, str], folder: Path) -> str:
    """Run a command in a terminal and return what it prints to standard output."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    arguments = shlex.split(line)[1:]
    command = [sys.executable, "-m", "configcat_mgmt", *arguments]
    with subprocess.Popen(  # noqa: S603 - a command of this file
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    ):
        os.close(theirs)
        read = io.BytesIO()
        try:
            while part := os.read(ours, 65536):
                read.write(part)
        except OSError:  # Linux reports the end of a terminal as an error
            pass
    os.close(ours)
    return read.getvalue().decode().replace("\r\n", "\n").rstrip()


def _ansi(text: Text) -> str:
    out = Console(
        file=io.StringIO(), force_terminal=True, width=COLUMNS, color_system="truecolor"
    )
    with out.capture() as captured:
        out.print(text, soft_wrap=True)
    return captured.get()


def _svg(text: Text, theme: str) -> str:
    out = Console(file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True)
    out.print(text)
    svg = out.export_svg(
        title="configcat-mgmt", theme=THEMES[theme], unique_id=f"terminal-{theme}"
    )
    # Fonts of the network are left out; those of the reader's machine serve as well.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def _photograph(page: Path, picture: Path, folder: Path, theme: str) -> None:
    names = [os.environ.get("CHROMIUM", ""), *BROWSERS]
    browser = next((found for name in names if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("there is no Chromium; install it, or set CHROMIUM to its path")
    scheme = {"dark": 0, "light": 1}[theme]
    subprocess.run(  # noqa: S603 - the reader's own browser
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--window-size={SIZE}",
            f"--screenshot={picture}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )


if __name__ == "__main__":
    main()
