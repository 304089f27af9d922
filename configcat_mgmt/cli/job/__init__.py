"""The steps that all changing commands share, from the plan to the report."""
