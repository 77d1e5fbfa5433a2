"""Draw the figures of the pages from their own code: run this again when that code changes."""

import doctest
import io
import re
import textwrap
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import fetch_melbourne_temperatures, load_sea_surface_temperatures

DOCS = Path(__file__).parents[1]
STATIC = DOCS / "_static" / "diagrams"
VERMILION, BLUE = "#d55e00", "#0072b2"


def save(figure, name):
    """Write a figure in the colours of the page: black becomes the colour of the text."""
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": name})
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace("#000000", "currentColor")
    svg = svg.replace(BLUE, f"var(--skrnn-blue, {BLUE})")
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style[^>]*>.*?</style>\s*", "", svg, flags=re.DOTALL)
    # Text without a fill of its own would be black; the names are the drawing's own.
    svg = svg.replace("<text ", '<text fill="currentColor" ')
    svg = re.sub(
        r'id="((?:figure|axes|patch|line2d|matplotlib|text|xtick|ytick|legend)\w*)"', "", svg
    )
    wide = ' data-wide="1"' if figure.get_figwidth() > 5 else ""
    svg = svg.replace("<svg ", f'<svg fill="none" stroke-linejoin="round"{wide} ', 1)
    svg = "\n".join(line.rstrip() for line in svg.splitlines())
    (STATIC / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")


def axes(width=7.6, height=2.4):
    """Make one axes, as wide as the text, or half as wide for two figures side by side."""
    mpl.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    return plt.subplots(figsize=(width, height), layout="constrained")


def code_of_landing_page():
    """Return the first block of code on the landing page."""
    page = (DOCS / "index.rst").read_text(encoding="utf-8")
    [block] = re.findall(r"code-block:: python\n\n((?: {10}.*\n|\n)+)", page)
    return textwrap.dedent(block)


def draw_landing():
    """Draw the picture of the landing page and of the README, from the code on the page."""
    mpl.rcParams.update({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False})
    names = {}
    exec(compile(code_of_landing_page(), "index.rst", "exec"), names)
    figure, ax = plt.gcf(), plt.gca()
    figure.set_size_inches(5, 3.4)
    [observed, forecast], [band] = ax.lines, ax.collections
    observed.set(color="black", linewidth=1.3)
    forecast.set(color=BLUE, linewidth=2, linestyle="-")
    band.set(color=BLUE, alpha=0.25, label="90% interval")
    ax.set(xlabel="", ylabel="passengers a month, in thousands")
    ax.legend(loc="upper left", frameon=False)
    save(figure, "landing")
    # GitHub and PyPI show the README on light and on dark pages: it gets its own background.
    figure.set_facecolor("white")
    mpl.rcParams["svg.fonttype"] = "path"
    figure.savefig(DOCS / "_static" / "forecast.svg", metadata={"Date": None})


def run_page(name, to="\n.. inline-svg"):
    """Run the code of a page up to a text, and return its variables."""
    page = (DOCS / f"{name}.rst").read_text(encoding="utf-8").split(to)[0]
    names = {}
    for example in doctest.DocTestParser().get_examples(page):
        exec(compile(example.source, name, "exec"), names)
    return names


def draw_energy():
    """Draw the last day of the page on energy."""
    page = run_page("start_here/energy")
    y, interval = page["y"][-60:], page["interval"]
    figure, ax = axes(5, 2.4)
    bounds = interval.to_numpy().T
    ax.fill_between(interval.index, *bounds, color=BLUE, alpha=0.25, lw=0, label="80% interval")
    ax.plot(y, color="black", lw=1.2, label="measured")
    forecast = page["forecaster"].predict(X=page["tomorrow"])
    ax.plot(forecast, color=BLUE, lw=2, label="forecast")
    ax.set_ylabel("load in MW")
    days = y.index[y.index.hour == 0]
    ax.set_xticks(days, labels=[f"{day:%d %B}" for day in days])
    ax.legend(frameon=False, ncols=3, loc="upper left", bbox_to_anchor=(0, 1.2))
    save(figure, "energy")


def draw_retail():
    """Draw one product of the page on retail."""
    page = run_page("start_here/retail")
    forecaster, X = page["forecaster"], page["X"]
    name = "product 01"
    of = {
        key: table[table["unique_id"] == name].set_index("ds")
        for key, table in {
            "past": page["table"],
            "forecast": forecaster.predict(X=X),
            "interval": forecaster.predict_interval(X=X, coverage=0.8),
        }.items()
    }
    past, forecast = of["past"]["y"][-30:], of["forecast"]["y"]
    bounds = of["interval"][["y-lo-80", "y-hi-80"]].to_numpy(float).T
    figure, ax = axes(5, 2.4)
    ax.fill_between(forecast.index, *bounds, color=BLUE, alpha=0.25, lw=0, label="80% interval")
    ax.plot(past, ".-", color="black", lw=1, label="sales")
    ax.plot(forecast, ".-", color=BLUE, lw=2, label="forecast")
    ax.set(ylabel="units a week", ylim=(0, None))
    ax.legend(frameon=False, ncols=3, loc="upper left", bbox_to_anchor=(0, 1.2))
    save(figure, "retail")


def draw_uncertainty():
    """Draw the fan of the page on intervals."""
    mpl.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    run_page("user_guide/uncertainty")
    figure, ax = plt.gcf(), plt.gca()
    figure.set_size_inches(7.6, 3)
    observed = ax.lines[0].get_xdata(orig=False)
    ax.set_xlim(observed[-48], observed[-1])
    save(figure, "uncertainty")


def draw_getting_started():
    series = load_sea_surface_temperatures()
    figure, ax = axes()
    ax.plot(series, color=BLUE, lw=0.9)
    ax.set_ylabel("°C")
    save(figure, "getting-started-series")

    past, recent = series[:-60], series[-60:]
    pipe = Pipeline(
        [
            ("scale", StandardScaler()),
            ("windows", LagWindowTransformer(lag=24)),
            (
                "rnn",
                RNNRegressor(
                    "lstm", units=8, epochs=50, batch_size=64, learning_rate=0.02, random_state=0
                ),
            ),
        ]
    )
    model = TransformedTargetRegressor(pipe, transformer=StandardScaler())
    forecast = model.fit(past.to_frame(), past).predict(recent.to_frame())
    figure, ax = axes()
    ax.plot(recent, color="black", lw=1.2, label="measured")
    ax.plot(recent.index, forecast, "--", color=VERMILION, label="network")
    ax.set_ylabel("°C")
    ax.legend(frameon=False, ncols=2, loc="upper left", bbox_to_anchor=(0, 1.18))
    save(figure, "getting-started-forecast")


def scaled_windows(lag):
    """Windows of the temperatures of Melbourne, scaled on the first 2,000 days."""
    series = fetch_melbourne_temperatures()
    values = MinMaxScaler().fit(series[:2000].to_frame()).transform(series.to_frame())
    windows = LagWindowTransformer(lag=lag, context="none").fit_transform(values)
    return windows, values[:, 0]


def draw_flat_curves():
    """Draw two curves that are flat for opposite reasons."""
    windows, y = scaled_windows(3)
    X, train = windows.reshape(len(y), 3), slice(3, 2000)
    line = LinearRegression().fit(X[train], y[train])
    figure, ax = axes(4.2, 3.0)
    for optimizer, color, style in (("adam", BLUE, "-"), ("adadelta", VERMILION, "--")):
        settings = {"epochs": 25, "batch_size": 10, "learning_rate": 0.001, "random_state": 0}
        rnn = RNNRegressor("lstm", 4, optimizer=optimizer, **settings).fit(X[train], y[train])
        loss = rnn.history_["loss"]
        ax.plot(range(1, 26), loss, style, color=color, label=f"{optimizer}, 0.001")
    floor = np.mean((line.predict(X[train]) - y[train]) ** 2)
    ax.axhline(floor, color="black", ls=":", lw=1, label="linear regression")
    ax.set(yscale="log", xlabel="epoch", ylabel="mean squared error, scaled")
    ax.set_yticks([0.01, 0.03, 0.1, 0.3], labels=["0.01", "0.03", "0.1", "0.3"])
    ax.minorticks_off()
    ax.legend(frameon=False, loc="center right")
    save(figure, "loss-flat")


def draw_rising_validation():
    """Few rows and many units: the network learns noise at the end."""
    windows, y = scaled_windows(15)
    train, later = slice(15, 500), slice(500, 865)
    figure, ax = axes(4.2, 3.0)
    settings = {"epochs": 150, "learning_rate": 0.02, "engine": "numpy", "random_state": 0}
    for units, color in ((32, VERMILION), (4, BLUE)):
        rnn = RNNRegressor("lstm", units, **settings)
        rnn.fit(windows[train], y[train], X_val=windows[later], y_val=y[later])
        for name, style, label in (("val_loss", "-", "validation"), ("loss", ":", "training")):
            curve = rnn.history_[name]
            ax.plot(
                range(1, 151), curve, style, color=color, lw=1.3, label=f"{units} units, {label}"
            )
    ax.set(xlabel="epoch", ylabel="mean squared error, scaled", ylim=(0, 0.03))
    ax.legend(frameon=False, fontsize=9)
    save(figure, "loss-rising")


if __name__ == "__main__":
    draw_landing()
    draw_energy()
    draw_retail()
    draw_uncertainty()
    draw_getting_started()
    draw_flat_curves()
    draw_rising_validation()
