"""
What a feed-forward network cannot remember
===========================================

A feed-forward network answers from what is put before it, and forgets it at once. A recurrent
network reads step by step and keeps a *state*. You will see what that is worth on a task
that asks for nothing but memory, for an :class:`~sklearn.neural_network.MLPRegressor` and the
three cells; and where the feed-forward network does just as well.
"""

# %%
# A lamp with two buttons
# -----------------------
# One button switches a lamp on, the other off; we record the buttons, +1 and -1, with some
# noise, and ask for the lamp. Nobody presses for ten steps on average, sometimes for fifty:
# whether the lamp is on is only known to who remembers the last press, whenever it was.

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
ax.step(range(120), lamp[:120], where="post", color="#0072B2", lw=2, label="lamp, to be told")
ax.set(xlabel="step", ylabel="−1: off      +1: on", ylim=(-1.7, 2.4), xlim=(0, 119))
ax.legend(loc="upper left", ncols=2)

# %%
# The networks
# ------------
# ``horizon=0`` puts the present step last in the window. All networks see the same windows; the
# feed-forward one gets the steps of a window side by side, as so many columns.


def windows(lag):
    """The last steps before each row, the row itself included."""
    return LagWindowTransformer(lag=lag, horizon=0).fit_transform(buttons[:, None])


def share_right(forecast):
    """Share of the later half in which the lamp was told right."""
    return float(np.mean(np.sign(forecast[N_TRAIN:]) == lamp[N_TRAIN:]))


def forecasts(lag):
    """What each network says of the lamp, from windows of some steps."""
    X, rows = windows(lag), slice(lag - 1, N_TRAIN)
    mlp = MLPRegressor(hidden_layer_sizes=32, max_iter=1000, early_stopping=True, random_state=0)
    told = {"feed-forward": mlp.fit(X[rows, :, 0], lamp[rows]).predict(np.nan_to_num(X[..., 0]))}
    for cell in ("simple", "gru", "lstm"):
        rnn = RNNRegressor(cell, 8, epochs=30, learning_rate=0.01, batch_size=64, random_state=0)
        told[cell] = rnn.fit(X[rows], lamp[rows]).predict(X)
    return told


LAGS = (1, 5, 20, 50)
told = {lag: forecasts(lag) for lag in LAGS}
table = pd.DataFrame({lag: {n: share_right(f) for n, f in t.items()} for lag, t in told.items()})

# %%
# The last press may lie before the window; then nobody can do better than guess. That gives the
# best that there is:

since_press = np.arange(N) - pd.Series(np.where(pressed == 0, np.nan, np.arange(N))).ffill()
in_window = [np.mean(since_press[N_TRAIN:] < lag) for lag in LAGS]
table.loc["best possible"] = [share + (1 - share) / 2 for share in in_window]
table.columns.name = "steps in the window"
print("% right in the later half")
print((100 * table).round(1).to_string())

# %%
# With a window of five steps all use up what there is. With twenty and fifty the feed-forward
# network falls behind: the press is in its window, but every step there has weights of its own,
# so that it must learn fifty times over what a press means, from too few rows. A recurrent
# network has one rule for all steps: keep what you have until somebody presses. All three cells
# learn it.

# %%
# Without a window
# ----------------
# With ``stateful=True`` the state goes on from row to row, and one step is enough: the network
# sees the present signal, and what it has kept. This is as a recurrent network is drawn in
# textbooks.

stateful = RNNRegressor(
    "gru", 8, stateful=True, epochs=30, learning_rate=0.01, batch_size=20, random_state=0
)
X = windows(1)
alone = stateful.fit(X[:N_TRAIN], lamp[:N_TRAIN]).predict(X)
print(f"stateful GRU, one step at a time: {100 * share_right(alone):.1f} % right")

# %%
# A feed-forward network has no such thing: all it will ever know of the past is its window.

COLORS = {"feed-forward": "#D55E00", "simple": "#56B4E9", "gru": "#009E73", "lstm": "#0072B2"}
MARKERS = dict(zip(COLORS, "soD^", strict=True))
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(LAGS, 100 * table.loc["best possible"], "k:", label="best possible")
for name, color in COLORS.items():
    left.plot(LAGS, 100 * table.loc[name], MARKERS[name] + "-", color=color, label=name)
left.axhline(100 * share_right(alone), color="#009E73", ls="--", label="gru, stateful, one step")
left.set(xscale="log", xlabel="steps in the window", ylabel="% right", ylim=(50, 102))
left.set_xticks(LAGS, labels=LAGS)
left.minorticks_off()
left.legend(fontsize="small", loc="lower right")

shown = slice(3000, 3120)
right.step(range(120), lamp[shown], "k", where="post", lw=1, label="lamp")
for name in ("feed-forward", "gru"):
    right.plot(told[50][name][shown], color=COLORS[name], lw=1.5, label=f"{name}, 50 steps")
right.set(xlabel="step", ylabel="−1: off      +1: on", ylim=(-1.7, 2.6), xlim=(0, 119))
right.legend(fontsize="small", loc="upper left", ncols=3)
plt.show()
