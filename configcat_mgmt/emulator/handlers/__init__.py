"""What each operation does to the state, one file per group of the API."""
