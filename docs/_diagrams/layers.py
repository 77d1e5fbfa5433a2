"""Draw the layers of the package from the contract in pyproject.toml, as the site is built."""

import re
import tomllib
from pathlib import Path

from drawing import Drawing

ROOT = Path(__file__).parents[2]
KERAS = ("engines", "keras_bridge")
STORY = {
    "forecasting": "forecaster, plots and datasets",
    "_forecast": "forecasts of several rows, step by step",
    "_regressor": "the estimators",
    "_recurrent_base": "what the estimators of networks share",
    "_categorical_input": "indicators of categories",
    "_input": "checks of the input; shapes of the output; storing",
    "training": "epochs, batches, when training stops",
    "engines": "what computes the steps of training",
    "keras_bridge": "optimizers and layers of Keras",
    "network": "architecture, the forward pass in NumPy",
    "windows": "from a series to windows of its past",
    "_validation": "checks; versions of scikit-learn",
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
