"""Reads the docstrings below the attributes of a class, which Python throws away."""

import ast
import inspect
from collections.abc import Mapping
from inspect import cleandoc
from itertools import pairwise


def attribute_texts(kind: type) -> Mapping[str, str]:
    """Return the docstring of each attribute of a class that has one.

    Args:
        kind: A class at the top level of a module.
    """
    tree = ast.parse(inspect.getsource(kind))
    body = [part for node in tree.body for part in ast.iter_child_nodes(node)]
    return {
        name.target.id: cleandoc(text.value.value)
        for name, text in pairwise(body)
        if isinstance(name, ast.AnnAssign)
        and isinstance(name.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
