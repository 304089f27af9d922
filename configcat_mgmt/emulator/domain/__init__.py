"""The service's data and rules, with no HTTP."""
