"""The online learner of the example, for the process that a test starts and kills."""

import ast
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "plot_online_learning.py"


def example_functions():
    """Functions of the example, without running the rest of it."""
    tree = ast.parse(EXAMPLE.read_text())
    tree.body = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.Import)
        or (isinstance(node, ast.ImportFrom) and node.module in ("pathlib", "skrnn"))
    ]
    names = {}
    exec(compile(tree, str(EXAMPLE), "exec"), names)
    return names


def learn(path, X, y, started):
    """Learn row by row, and save to `path`; the event is set when a row was learned."""
    functions = example_functions()
    # Modules are loaded before the clock of the killer runs.
    functions["learn"](path.with_suffix(".warm"), X[:1], y[:1])
    path.with_suffix(".warm").unlink()
    started.set()
    functions["learn"](path, X, y)
