"""
Many to one and many to many
============================

A recurrent network makes an output at every step of its window. *Many to one* keeps the last
alone: one forecast a window. *Many to many* (``return_sequences=True``) keeps them all: each step
forecasts the step that follows it, and the network learns from all of them at once. You will see
how either is set up for a series, how many epochs each needs, and how the forecast improves along
the window, as the network has seen more and more of the past.
"""

# %%
# Two set-ups
# -----------
# Sea surface temperatures, a month ahead, from windows of 24 months. Many to one is the pipeline
# of every other example. For many to many the *target* becomes a window, too: with ``horizon=0``
# the window of a row ends with the row itself. ``TransformedTargetRegressor`` makes these
# targets, and takes the last step of each forecast on the way back, so that rows go in and rows
# come out.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import load_sea_surface_temperatures

temperature = load_sea_surface_temperatures()
past, last_years = temperature[:"2000"], temperature["2001":]
LAG = 24


def pipeline(**parameters):
    """Scaler, windows and network."""
    rnn = RNNRegressor("gru", 8, learning_rate=0.01, **parameters)
    return make_pipeline(StandardScaler(), LagWindowTransformer(lag=LAG), rnn)


def many_to_one(**parameters):
    """Each window has one target."""
    return TransformedTargetRegressor(pipeline(**parameters), transformer=StandardScaler())


def many_to_many(**parameters):
    """Each step of a window has a target."""
    target = make_pipeline(StandardScaler(), LagWindowTransformer(lag=LAG, horizon=0))
    return TransformedTargetRegressor(
        pipeline(return_sequences=True, **parameters), transformer=target
    )


# %%
# How fast do they learn?
# -----------------------
# The error on the last ten years after more and more epochs, the mean of three seeds.

KINDS = {"many to one": many_to_one, "many to many": many_to_many}
EPOCHS = (2, 5, 10, 20, 40)


def error(model):
    """Root mean squared error on the last ten years, in degrees."""
    forecast = model.fit(past.to_frame(), past).predict(last_years.to_frame())
    return float(np.sqrt(np.mean((forecast - last_years) ** 2)))


errors = pd.DataFrame(
    {
        epochs: {
            name: np.mean([error(kind(epochs=epochs, random_state=seed)) for seed in range(3)])
            for name, kind in KINDS.items()
        }
        for epochs in EPOCHS
    }
)
errors.columns.name = "epochs"
print("RMSE in °C")
print(errors.round(3).to_string())

# %%
# Many to many needs fewer epochs: every window teaches 24 times. It does not end lower. Most of
# its targets ask for a forecast from less than 24 months, which is another task than the one that
# counts, and in the end many to one, which is trained for that alone, is as good or better.

# %%
# Along the window
# ----------------
# Inside, the network forecasts all steps. The first has seen a single month, the last 24.

model = many_to_many(epochs=20, random_state=0).fit(past.to_frame(), past)
sequences = model.regressor_.predict(last_years.to_frame())[..., 0]
targets = model.transformer_.transform(last_years.to_numpy()[:, None])[..., 0]
print(
    "forecasts:",
    sequences.shape,
    " after the way back:",
    model.predict(last_years.to_frame()).shape,
)

degrees = past.std()
by_step = degrees * np.sqrt(np.mean((sequences - targets) ** 2, axis=0))
print("months seen  RMSE (°C)")
for step in (1, 2, 3, 6, 12, 24):
    print(f"{step:11d}{by_step[step - 1]:11.3f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for (name, curve), style in zip(errors.iterrows(), ("o-", "s--"), strict=True):
    color = "#0072B2" if name == "many to one" else "#D55E00"
    left.plot(curve.index, curve, style, color=color, label=name)
left.set(xscale="log", xlabel="epochs", ylabel="RMSE (°C)", title="After some epochs")
left.set_xticks(EPOCHS, labels=EPOCHS)
left.minorticks_off()
left.legend()
right.plot(range(1, LAG + 1), by_step, "s--", ms=4, color="#D55E00")
right.set(xlabel="months seen", ylabel="RMSE (°C)", title="Along the window, many to many")
right.set(xticks=range(0, LAG + 1, 6), ylim=(0, None))
plt.show()

# %%
# A single month is a poor start. Within a few steps the state knows where in the year it is, and
# what kind of year; after that more past helps little.
