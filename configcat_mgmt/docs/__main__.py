"""Builds the documentation: `python -m configcat_mgmt.docs -o FOLDER`."""

import argparse
import sys
from pathlib import Path

NEEDED = ("pdoc", "click", "rich")


def main() -> None:
    """Build the site into the folder that `-o` names."""
    parser = argparse.ArgumentParser(
        prog="python -m configcat_mgmt.docs", description="Build the documentation."
    )
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args().out
    try:
        from configcat_mgmt.docs.site import build
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in NEEDED:
            raise
        sys.exit(
            f"the documentation needs {error.name}, which a plain install does not "
            "include; install it with: pip install 'configcat-mgmt[docs]'"
        )
    build(folder)
    sys.stdout.write(f"{folder / 'index.html'}\n")


if __name__ == "__main__":
    main()
