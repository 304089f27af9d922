"""The command line. Its two dependencies come with the extra `cli`."""

import sys

NEEDED = ("click", "rich")


def main() -> None:
    """Run `configcat-mgmt`, or explain how to install its dependencies.

    Raises:
        SystemExit: Always; 0 done or equal, 2 differences, 1 error, 130 interrupted.
    """
    try:
        from configcat_mgmt.cli.app import run
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in NEEDED:
            raise
        hint = (
            f"configcat-mgmt needs {missing}, which a plain install does not include.\n"
            "Install the command line with: pip install 'configcat-mgmt[cli]'\n"
        )
        sys.stderr.write(hint)
        raise SystemExit(1) from None
    run()
