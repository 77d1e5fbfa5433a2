"""Draw the layers of the package from the contract that holds them, whenever the site is built."""

import re
import tomllib
from pathlib import Path

from drawing import Drawing

ROOT = Path(__file__).parents[2]
KERAS = ("_layers", "_network", "_optimizers", "_program")
STORY = {
    "forecasting": "what users see beside the estimator",
    "_regressor": "the estimator",
    "_fitting": "one fit of one estimator",
    "_epochs": "what surrounds training and forecasting",
    "_training": "rows to batches to calls",
    "_program": "the compiled epoch",
    "_network": "settings to a network; forecasts in NumPy",
    "_layers": "layers that Keras lacks; the equations",
    "_activations": "what a network is made of",
    "_lag_window_transformer": "windows as a step of a pipeline",
    "_windows": "a series to windows",
    "_validation": "checks",
    "_time_index": "dates; callbacks",
}


def draw_layers(folder):
    """Draw a row of boxes for each layer."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    layers = [re.findall(r"\w+", layer) for layer in layers]
    height = 62
    d = Drawing("layers", 760, height * len(layers) + 10)
    for i, modules in enumerate(layers):
        y = 42 + height * i
        story = next((STORY[module] for module in modules if module in STORY), "")
        d.text(20, y - 26, story, kind="left", size=12)
        step = 720 / len(modules)
        for j, module in enumerate(modules):
            kind = "warm" if module in KERAS else "gate"
            d.box(20 + step * (j + 0.5), y, width=step - 8, height=28, kind=kind)
            d.text(32 + step * j, y, module, kind="left", size=13)
    d.save(folder)
