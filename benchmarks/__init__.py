"""Measures speed, memory and safety in a checkout.

`python -m benchmarks` compares the package with its peers and prints a table. A module
that has a `main` runs alone, too, says in its docstring which figures it prints, and
prints lines of JSON.
"""
