"""
Many to one and many to many
============================

**In short**: many to many needs fewer epochs, but in the end, many to one is as good or better.

A recurrent network can produce an output at every step of its window. *Many to one* uses only the
last output, which is one forecast for each window. *Many to many* (``return_sequences=True``) uses
all outputs: each step forecasts the next step, and the network learns from all steps at once. This
example shows how to set up both for a series, how many epochs each of them needs, and how the
forecasts improve along the window as the network reads more of the past.
"""

# %%
# Two set-ups
# -----------
# We forecast monthly sea surface temperatures one month ahead, from windows of 24 months. The
# pipeline for many to one is the same as in the other examples. For many to many, the *target*
# also becomes a window, which ends with the row itself (``horizon=0``).
# ``TransformedTargetRegressor`` creates these targets and selects the last step of each forecast,
# so the result has one value for each row.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
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
    """Return a pipeline of a scaler, the windows and a network."""
    rnn = RNNRegressor("gru", 8, learning_rate=0.01, **parameters)
    return make_pipeline(StandardScaler(), LagWindowTransformer(lag=LAG), rnn)


def many_to_one(**parameters):
    """Return a model with one target for each window."""
    return TransformedTargetRegressor(pipeline(**parameters), transformer=StandardScaler())


def many_to_many(**parameters):
    """Return a model with a target for each step of a window."""
    target = make_pipeline(StandardScaler(), LagWindowTransformer(lag=LAG, horizon=0))
    return TransformedTargetRegressor(
        pipeline(return_sequences=True, **parameters), transformer=target
    )


# %%
# How fast do they learn?
# -----------------------
# The table shows the error on the last ten years for several numbers of epochs, averaged over
# three seeds.

KINDS = {"many to one": many_to_one, "many to many": many_to_many}
EPOCHS = (2, 5, 10, 20, 40)


def error(model):
    """Return the root mean squared error on the last ten years, in degrees."""
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
# Many to many needs fewer epochs, because every window has 24 targets. However, its final error is
# not lower, because most of these targets are forecast from fewer than 24 months, whereas the
# models are tested only on forecasts from all 24. In the end, many to one, which is trained only
# for this task, is as good or better.

# %%
# Along the window
# ----------------
# The network inside the wrapper makes a forecast at every step of a window. The first forecast
# uses a single month, and the last one uses 24.

model = many_to_many(epochs=20, random_state=0).fit(past.to_frame(), past)
sequences = model.regressor_.predict(last_years.to_frame())[..., 0]
targets = model.transformer_.transform(last_years.to_numpy()[:, None])[..., 0]
print(
    "forecasts:",
    sequences.shape,
    " after the inverse transform:",
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
left.set(xscale="log", xlabel="epochs", ylabel="RMSE (°C)", title="By number of epochs")
left.set_xticks(EPOCHS, labels=EPOCHS)
left.minorticks_off()
left.legend()
right.plot(range(1, LAG + 1), by_step, "s--", ms=4, color="#D55E00")
right.set(xlabel="months seen", ylabel="RMSE (°C)", title="Along the window, many to many")
right.set(xticks=range(0, LAG + 1, 6), ylim=(0, None))
plt.show()

# %%
# The forecast from a single month is poor. After a few steps, the state encodes the time of year
# and whether the year is warm or cold, so further months improve the forecast only slightly.
