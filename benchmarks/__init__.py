"""Measures speed, memory and safety: `python -m benchmarks.NAME` in a checkout.

Each module runs alone, says in its docstring which figures it prints, and prints lines
of JSON.
"""
