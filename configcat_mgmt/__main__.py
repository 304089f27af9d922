"""Makes `python -m configcat_mgmt` the same as the command `configcat-mgmt`."""

from configcat_mgmt.cli import main

if __name__ == "__main__":
    main()
