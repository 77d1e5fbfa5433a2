"""
What a feed-forward network cannot remember
===========================================

**In short**: a feed-forward network sees only its window. A recurrent network stores in its state
what it has read, so it knows whether a lamp that was switched on or off long ago is on.

A feed-forward network computes its answer from its current input and then forgets this input. A
recurrent network reads its input step by step and keeps a *state*. This example compares an
:class:`~sklearn.neural_network.MLPRegressor` and the three recurrent cells on a task that requires
nothing but memory. It also shows when the feed-forward network is just as good.
"""

# sphinx_gallery_thumbnail_number = 2

# %%
# A lamp with two buttons
# -----------------------
# One button switches a lamp on, and the other switches it off. We record the presses of the two
# buttons as +1 and -1, with some noise, and ask whether the lamp is on. On average, a button is
# pressed every ten steps, but sometimes fifty steps pass between two presses. Therefore, a model
# can know whether the lamp is on only if it remembers the last press.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.neural_network import MLPRegressor

from skrnn import LagWindowTransformer, RNNRegressor

rng = np.random.RandomState(0)
N, N_TRAIN = 4000, 2000
pressed = (rng.uniform(size=N) < 0.1) * rng.choice([-1.0, 1.0], size=N)
lamp = pd.Series(np.where(pressed == 0, np.nan, pressed)).ffill().fillna(-1).to_numpy()
buttons = pressed + 0.2 * rng.normal(size=N)

figure, ax = plt.subplots(figsize=(9, 2.8), layout="constrained")
ax.plot(buttons[:120], ".-", color="#888888", label="buttons, as recorded")
ax.step(range(120), lamp[:120], where="post", color="#0072B2", lw=2, label="lamp, the target")
ax.set(xlabel="step", ylabel="−1: off      +1: on", ylim=(-1.7, 2.4), xlim=(0, 119))
ax.legend(loc="upper left", ncols=2)

# %%
# The networks
# ------------
# With ``horizon=0``, the last step of the window is the current step. All networks read the same
# windows. The feed-forward network reads the steps of a window as separate columns.


def windows(lag):
    """Return, for each row, the window of steps that ends with the row itself."""
    return LagWindowTransformer(lag=lag, horizon=0).fit_transform(buttons[:, None])


def share_right(forecast):
    """Return the proportion of correct answers in the second half."""
    return float(np.mean(np.sign(forecast[N_TRAIN:]) == lamp[N_TRAIN:]))


def forecasts(lag):
    """Return each network's forecasts of the lamp from windows of the given length."""
    X, rows = windows(lag), slice(lag - 1, N_TRAIN)
    mlp = MLPRegressor(hidden_layer_sizes=32, max_iter=1000, early_stopping=True, random_state=0)
    answers = {
        "feed-forward": mlp.fit(X[rows, :, 0], lamp[rows]).predict(np.nan_to_num(X[..., 0]))
    }
    settings = {"epochs": 30, "learning_rate": 0.01, "batch_size": 64, "random_state": 0}
    for cell in ("simple", "gru", "lstm"):
        rnn = RNNRegressor(cell, 8, engine="numpy", **settings)
        answers[cell] = rnn.fit(X[rows], lamp[rows]).predict(X)
    return answers


LAGS = (1, 5, 20, 50)
answers = {lag: forecasts(lag) for lag in LAGS}
table = pd.DataFrame(
    {lag: {n: share_right(f) for n, f in t.items()} for lag, t in answers.items()}
)

# %%
# If the last press lies before the window, every model can only guess. This determines the best
# possible share of correct answers:

since_press = np.arange(N) - pd.Series(np.where(pressed == 0, np.nan, np.arange(N))).ffill()
in_window = [np.mean(since_press[N_TRAIN:] < lag) for lag in LAGS]
table.loc["best possible"] = [share + (1 - share) / 2 for share in in_window]
table.columns.name = "steps in the window"
print("% correct in the second half")
print((100 * table).round(1).to_string())

# %%
# With a window of five steps, all networks reach the best possible share. With twenty and fifty
# steps, the feed-forward network falls behind. The press is in its window, but because every step
# has its own weights, the network has to learn the meaning of a press up to fifty times, from too
# few rows. A recurrent network needs only one rule for all steps, which is to keep the state until
# a button is pressed. All three cells learn this rule.

# %%
# Without a window
# ----------------
# With ``stateful=True``, the state is carried from row to row, so a single step is enough: the
# network reads the current signal and uses its state. This is how textbooks draw a recurrent
# network.

stateful = RNNRegressor(
    "gru", 8, stateful=True, epochs=30, learning_rate=0.01, batch_size=20, random_state=0
)
X = windows(1)
by_state = stateful.fit(X[:N_TRAIN], lamp[:N_TRAIN]).predict(X)
print(f"stateful GRU, one step at a time: {100 * share_right(by_state):.1f}% correct")

# %%
# A feed-forward network cannot do this, because it sees only its window.

COLORS = {"feed-forward": "#D55E00", "simple": "#56B4E9", "gru": "#009E73", "lstm": "#0072B2"}
MARKERS = dict(zip(COLORS, "soD^", strict=True))
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(LAGS, 100 * table.loc["best possible"], "k:", label="best possible")
for name, color in COLORS.items():
    left.plot(LAGS, 100 * table.loc[name], MARKERS[name] + "-", color=color, label=name)
left.axhline(
    100 * share_right(by_state), color="#009E73", ls="--", label="gru, stateful, one step"
)
left.set(xscale="log", xlabel="steps in the window", ylabel="% correct", ylim=(50, 102))
left.set_xticks(LAGS, labels=LAGS)
left.minorticks_off()
left.legend(fontsize="small", loc="lower right")

shown = slice(3000, 3120)
right.step(range(120), lamp[shown], "k", where="post", lw=1, label="lamp")
for name in ("feed-forward", "gru"):
    right.plot(answers[50][name][shown], color=COLORS[name], lw=1.5, label=f"{name}, 50 steps")
right.set(xlabel="step", ylabel="−1: off      +1: on", ylim=(-1.7, 2.6), xlim=(0, 119))
right.legend(fontsize="small", loc="upper left", ncols=3)
plt.show()
