"""How calls wait so that the service has no reason to answer 429; see `limiter`."""
