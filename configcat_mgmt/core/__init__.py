"""How one call travels; nothing in here knows an endpoint by name."""
