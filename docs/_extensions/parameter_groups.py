"""Parameters of an estimator in groups, each with links to the pages that explain it.

numpydoc writes the parameters of a class as one long list. This extension divides the list on the
pages of the API. The docstrings do not change.
"""

import re
from itertools import takewhile

# In each group, the parameters that are set most often come first.
GROUPS = {
    "Forecast": ["views", "combine", "lag", "horizon", "strategy", "n_networks", "pooling"],
    "Data": [
        "sp",
        "known_features",
        "categorical_features",
        "static",
        "max_categories",
        "calendar",
        "use_X",
        "missing",
        "n_timesteps",
        "context",
        "flatten",
        "transformer",
        "deseasonalize",
        "differencing",
        "target_scaler",
        "feature_scaler",
        "scale_by",
        "level",
        "min_periods",
    ],
    "Network": [
        "cell",
        "units",
        "autoregressive",
        "level_feature",
        "return_sequences",
        "stateful",
        "bidirectional",
        "dropout",
        "recurrent_dropout",
        "activation",
        "recurrent_activation",
    ],
    "Loss": ["loss", "quantile", "calibrate", "class_weight"],
    "Training": [
        "epochs",
        "learning_rate",
        "batch_size",
        "weight_decay",
        "l2",
        "optimizer",
        "clipnorm",
        "shuffle",
        "max_time",
    ],
    "Early stopping": ["early_stopping", "validation_fraction", "n_iter_no_change", "tol"],
    "Seed, threads, progress, continued training": [
        "random_state",
        "engine",
        "n_jobs",
        "verbose",
        "warm_start",
    ],
}
PAGES = {
    "batch_size": "user_guide/choosing",
    "calendar": "forecasting",
    "calibrate": "user_guide/uncertainty",
    "use_X": "forecasting",
    "bidirectional": "user_guide/cells",
    "cell": "user_guide/cells",
    "combine": "forecasting",
    "context": "user_guide/windows",
    "deseasonalize": "forecasting",
    "differencing": "user_guide/trends",
    "early_stopping": "user_guide/stopping",
    "engine": "user_guide/engines",
    "epochs": "user_guide/choosing",
    "flatten": "user_guide/windows",
    "horizon": "user_guide/windows",
    "known_features": "user_guide/windows",
    "categorical_features": "user_guide/categories",
    "static": "user_guide/categories",
    "max_categories": "user_guide/categories",
    "l2": "user_guide/decay",
    "lag": "user_guide/windows",
    "learning_rate": "user_guide/choosing",
    "level": "user_guide/trends",
    "level_feature": "user_guide/trends",
    "loss": "user_guide/quantiles",
    "missing": "user_guide/missing",
    "n_timesteps": "user_guide/windows",
    "optimizer": "user_guide/decay",
    "pooling": "forecasting",
    "quantile": "user_guide/quantiles",
    "random_state": "user_guide/online",
    "return_sequences": "user_guide/sequences",
    "stateful": "user_guide/stateful",
    "strategy": "forecasting",
    "transformer": "forecasting",
    "units": "user_guide/choosing",
    "views": "forecasting",
    "warm_start": "user_guide/online",
    "weight_decay": "user_guide/decay",
    "autoregressive": "user_guide/trends",
    "validation_fraction": "user_guide/stopping",
    "verbose": "user_guide/tracking",
}
INDENT = " " * 4
LABEL = re.compile(r":(?:ref|term):`([^<`]+?)(?: *<[^>`]+>)?`")
ENTRY = re.compile(rf"{INDENT}\*\*([^*]+)\*\* :")


def regroup(lines):
    """Divide the list of parameters in the lines that numpydoc wrote, in place."""
    if ":Parameters:" not in lines:
        return
    start = lines.index(":Parameters:") + 1
    inside = takewhile(lambda line: not line.strip() or line[0] == " ", lines[start:])
    end = start + len(list(inside))
    entries = _entries(lines[start:end])
    if len(entries) > 1:
        lines[start:end] = _in_groups(entries)


def _entries(lines):
    """Return the lines of each entry, by the first name in it."""
    entries, name = {}, None
    for line in lines:
        if found := ENTRY.match(line):
            name = found[1].split(", ")[0]
            entries[name] = []
        if name:
            entries[name].append(line)
    return entries


def _in_groups(entries):
    grouped = []
    for title, members in [*GROUPS.items(), ("Other", [n for n in entries if not group_of(n)])]:
        names = [name for name in members if name in entries]
        if names:
            grouped += ["", f"{INDENT}.. rubric:: {title}", f"{INDENT}   :class: parameters", ""]
        for name in names:
            grouped += [*_without_end(entries[name]), *_link(name), ""]
    return grouped


def group_of(name):
    """Return the title of the group of a parameter, or None."""
    return next((title for title, members in GROUPS.items() if name in members), None)


def _without_end(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _link(name):
    if name not in PAGES:
        return []
    return ["", f"{INDENT * 2}More: :doc:`/{PAGES[name]}`."]


def regroup_estimators(app, what, name, obj, options, lines):
    """Handle autodoc's event: only estimators have parameters of these kinds."""
    if what == "class" and hasattr(obj, "get_params"):
        regroup(lines)


def plain_labels(app, what, name, obj, options, lines):
    """Write references to pages of other sites as text: their labels are unknown here.

    The docstrings of inherited methods contain some.
    """
    lines[:] = [LABEL.sub(r"\1", line) for line in lines]


def setup(app):
    """Listen after numpydoc has written its lists."""
    app.connect("autodoc-process-docstring", plain_labels, priority=100)
    app.connect("autodoc-process-docstring", regroup_estimators, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
