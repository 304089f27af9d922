"""Client for the ConfigCat Public Management API."""
