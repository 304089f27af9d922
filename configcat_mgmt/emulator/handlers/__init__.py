"""The effect of each operation on the state, one file for each group of the API."""
