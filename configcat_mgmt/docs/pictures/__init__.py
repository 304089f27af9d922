"""The pictures of the README, which `python -m configcat_mgmt.docs.pictures` renews."""
