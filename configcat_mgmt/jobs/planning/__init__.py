"""Plans the calls that change a product into another one."""
