"""
How far back does a network see?
================================

To learn from what happened a hundred steps ago, a network must feel how a change at that step
changes its forecast. In a simple cell that derivative is a product of a hundred factors, and
vanishes. LSTM and GRU were invented against that. You will see how far each cell sees, before
training and after, on a task that has an exact answer: repeat what came so many steps ago.
"""

# %%
# The task
# --------
# White noise, in which no step tells anything about another. The target of a window is its *first*
# step, the one farthest back: a network that does not see it can only forecast zero, with an
# error of one.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn import RNNRegressor, make_lag_windows
from skrnn.plotting import LagImportanceDisplay

CELLS = ("simple", "gru", "lstm")
COLORS = {"simple": "#D55E00", "gru": "#009E73", "lstm": "#0072B2"}
LAGS = (5, 10, 20, 50, 100)
noise = np.random.RandomState(0).normal(size=2500)


def network(cell, lag, **parameters):
    """Train on the first 2,000 windows; return the network, the later windows and the error."""
    X, _ = make_lag_windows(noise, lag)
    y = X[:, 0, 0]
    rnn = RNNRegressor(cell, 8, batch_size=64, random_state=0, **parameters)
    rnn.fit(X[:2000], y[:2000])
    return rnn, X[2000:], float(np.sqrt(np.mean((rnn.predict(X[2000:]) - y[2000:]) ** 2)))


# %%
# Before training
# ---------------
# ``LagImportanceDisplay`` draws the mean absolute derivative of the forecast with respect to each
# step of the window. One epoch with a learning rate of next to nothing leaves a network as it was
# drawn at random.

figure, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
fresh = {}
for cell in CELLS:
    rnn, X, _ = network(cell, 100, epochs=1, learning_rate=1e-9)
    line = {"color": COLORS[cell], "label": cell, "marker": ""}
    display = LagImportanceDisplay.from_estimator(rnn, X, log_scale=True, ax=ax, line_kw=line)
    fresh[cell] = display.frame().set_index("lag")["importance"]
ax.set_title("Before training")
ax.legend()
print("derivative with respect to the step so many steps back, before training")
print(pd.DataFrame(fresh).loc[list(LAGS)].T.to_string(float_format="{:.0e}".format))

# %%
# Straight lines on this scale: every derivative vanishes exponentially, to a millionth and less
# over a hundred steps. But not in the order that textbooks suggest. The simple cell sees farthest,
# since Keras starts it from an orthogonal kernel, which neither shrinks nor stretches a state. The
# gates of a GRU start half open, so that each step halves what is kept; the forget gate of an LSTM
# starts at 0.73. What gates are good for is that they can *learn* to stay open.

# %%
# After training
# --------------
# Thirty epochs for each cell and each distance.

trained = {
    lag: {cell: network(cell, lag, epochs=30, learning_rate=0.02) for cell in CELLS}
    for lag in LAGS
}
errors = pd.DataFrame({n: {c: run[2] for c, run in runs.items()} for n, runs in trained.items()})
print("RMSE by the number of steps back")
print(errors.round(2).to_string())

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for cell, color in COLORS.items():
    left.plot(LAGS, errors.loc[cell], "o-", color=color, label=cell)
    rnn, X, _ = trained[20][cell]
    line = {"color": color, "label": cell, "marker": "."}
    LagImportanceDisplay.from_estimator(rnn, X, ax=right, line_kw=line)
left.axhline(1, color="k", ls=":", label="forecast of zero")
left.set(xscale="log", xlabel="steps back", ylabel="RMSE", ylim=(0, 1.4), title="What is learned")
left.set_xticks(LAGS, labels=LAGS)
left.minorticks_off()
left.legend(ncols=2, loc="upper left")
right.set_title("What is used, 20 steps back")
right.legend(loc="upper left")
plt.show()

# %%
# Up to ten steps every cell learns the task. At twenty the GRU does, although its derivatives
# were the smallest: its gates have opened, and the right picture shows it lean on that one step
# alone. The simple cell is half right at twenty and fifty steps, yet its derivative is near zero:
# probably its units stand at their limits and keep little more than a sign, which a derivative
# does not see. The LSTM learns nothing of it in thirty epochs. At a hundred steps nobody does:
# where the derivative starts below a ten-millionth, there is nothing to learn from.
#
# Longer training moves that limit, but does not lift it. If you know what matters so long ago,
# bring it near: as a feature of its own, such as the value of last year, or by coarser steps.
