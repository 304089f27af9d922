"""The records of a product, and their files."""
