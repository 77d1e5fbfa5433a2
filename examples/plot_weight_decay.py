"""
Weight decay and L2 are not the same
====================================

**In short**: weight decay and L2 regularisation are equivalent under plain gradient descent but
different under Adam. Choose the weight decay together with the learning rate.

Two methods keep the weights of a network small, and they are often confused. *L2 regularisation*
adds ``l2 * sum(w ** 2)`` to the loss, and therefore ``2 * l2 * w`` to the gradient. *Weight decay*
does not change the loss. It shrinks every weight by a factor at each step of the optimizer:
``w <- beta * w - step`` with ``beta = 1 - learning_rate * weight_decay``. This example confirms
what can be derived algebraically: under plain gradient descent, the two methods lead to the same
network. It also shows that they differ under Adam and Adadelta, and why.
"""

# %%
# Decay without a gradient
# ------------------------
# First, we look only at the shrinkage. If all inputs and targets of a network are zero, its error
# and its gradient are zero, so only the regularisation changes its weights. We take one step after
# another with ``partial_fit`` and record the size of the weights after each step.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn import RNNRegressor

zeros, silence = np.zeros((8, 3, 1)), np.zeros(8)
STEPS = np.arange(1, 201)


def size(model):
    """Return the Euclidean norm of all kernels; biases are never regularised."""
    return np.sqrt(sum(np.sum(w**2) for w in model.weights_ if w.ndim == 2))


def shrinking(optimizer, **regularisation):
    """Return the size of the weights after each step, relative to their size after the first."""
    model = RNNRegressor(
        units=4, optimizer=optimizer, learning_rate=0.01, random_state=0, **regularisation
    )
    sizes = np.array([size(model.partial_fit(zeros, silence)) for _ in STEPS])
    return sizes / sizes[0]


runs = {
    "weight decay 2": {"weight_decay": 2.0},
    "weight decay 0.2": {"weight_decay": 0.2},
    "L2 of 1": {"l2": 1.0},
    "L2 of 0.1": {"l2": 0.1},
}
optimizers = ("sgd", "adam", "adadelta")
shrunk = {name: {o: shrinking(o, **run) for o in optimizers} for name, run in runs.items()}
left = pd.DataFrame(shrunk).map(lambda sizes: sizes[-1]).T
left["beta ** n"] = [(1 - 0.01 * decay) ** (len(STEPS) - 1) for decay in (2, 0.2, 2, 0.2)]
print("size of the weights after 200 steps, relative to the size after the first step")
print(left.round(3).to_string())

BLUE, VERMILION, BLACK = "#0072B2", "#D55E00", "#000000"

figure, axes = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True, layout="constrained")
for ax, optimizer in zip(axes, optimizers, strict=True):
    for name, sizes in shrunk.items():
        decay, strong = "decay" in name, name.endswith(("2", "1")) and "0" not in name
        color, style = (BLUE, "-") if decay else (VERMILION, "--")
        width = 3 if strong else 1.3
        ax.plot(STEPS, sizes[optimizer], style, color=color, lw=width, label=name)
    ax.set(xlabel="step of the optimizer", title=optimizer, yscale="log", ylim=(0.01, 1.3))
axes[0].set_ylabel("size of the weights\n(relative to the first)")
axes[0].legend(loc="lower left", fontsize="small")

# %%
# With weight decay, the weights shrink exponentially under every optimizer: after n steps, they
# have shrunk by a factor of ``beta ** n``. With L2, they do so only under gradient descent. Adam
# and Adadelta divide each gradient, including the penalty, by its usual size, so the strength of
# the penalty cancels out: a tenth of the penalty shrinks the weights as fast (Adam) or as little
# (Adadelta) as the full penalty.

# %%
# On a real series
# ----------------
# Now we train on a real series, so that the gradients of the error are no longer zero. A network
# forecasts the next monthly sea surface temperature from the last twelve. The two strengths are
# chosen to be equivalent under gradient descent (``weight_decay = 2 * l2``), and both networks
# start from the same weights and see the same batches. How different are their weights at the end?

from sklearn.preprocessing import StandardScaler

from skrnn import make_lag_windows
from skrnn.datasets import load_sea_surface_temperatures

series = load_sea_surface_temperatures()
n_train = series.index.get_loc("2001-01-01")
scaler = StandardScaler().fit(series[:n_train].to_frame())
scaled = scaler.transform(series.to_frame()).ravel()
X, y = make_lag_windows(scaled, lag=12)
known, later = slice(None, n_train - 12), slice(n_train - 12, None)


def fitted(optimizer, learning_rate, **regularisation):
    """Return a network with eight units after 40 epochs."""
    model = RNNRegressor(
        units=8,
        optimizer=optimizer,
        learning_rate=learning_rate,
        epochs=40,
        random_state=0,
        **regularisation,
    )
    return model.fit(X[known], y[known])


def rmse(model):
    """Return the root mean squared error, in degrees, for the years after 2000."""
    return scaler.scale_[0] * np.sqrt(np.mean((model.predict(X[later]) - y[later]) ** 2))


RATES = {"sgd": 0.1, "adam": 0.01, "adadelta": 1.0}
rows = {}
for optimizer, rate in RATES.items():
    decayed = fitted(optimizer, rate, weight_decay=0.02)
    penalised = fitted(optimizer, rate, l2=0.01)
    gaps = [np.abs(a - b).max() for a, b in zip(decayed.weights_, penalised.weights_, strict=True)]
    rows[optimizer] = {
        "largest difference": max(gaps),
        "size, decay": size(decayed),
        "size, L2": size(penalised),
        "RMSE, decay": rmse(decayed),
        "RMSE, L2": rmse(penalised),
    }
print(pd.DataFrame(rows).T.to_string(float_format="{:.3g}".format))

# %%
# Under gradient descent, the weights are the same except for rounding. Under Adam and Adadelta,
# the results are two different networks. Under Adam, the penalty is strong and the decay is weak.
# The penalty is divided by the size of the gradient, which is small near the end of training,
# whereas the decay is multiplied by the learning rate, which is only 0.01. Under Adadelta, the
# learning rate is 1, so the decay is a hundred times as strong and ruins the network. Always
# choose a decay together with the learning rate.

# %%
# Which one, and how much?
# ------------------------
# What matters in practice is the effect on the forecasts. For Adam, we compute the error at
# several strengths:

strengths = np.logspace(-4, 1, 6)
errors = pd.DataFrame(
    {
        "weight decay": [rmse(fitted("adam", 0.01, weight_decay=s)) for s in strengths],
        "L2": [rmse(fitted("adam", 0.01, l2=s / 2)) for s in strengths],
    },
    index=pd.Index(strengths, name="weight decay = 2 x L2"),
)
print(errors.round(3).to_string())

figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
ax.plot(strengths, errors["weight decay"], "o-", color=BLUE, label="weight decay")
ax.plot(strengths, errors["L2"], "s--", color=VERMILION, label="L2")
ax.axhline(rmse(fitted("adam", 0.01)), color=BLACK, ls=":", label="neither")
ax.set(xscale="log", yscale="log", xlabel="weight decay, or twice the L2 penalty")
ax.set(ylabel="test RMSE (°C)", yticks=[0.5, 1, 2], yticklabels=["0.5", "1", "2"])
ax.yaxis.minorticks_off()
ax.set_title("Adam")
ax.legend()
plt.show()

# %%
# Loshchilov and Hutter (2019) report that Adam benefits more from weight decay than from L2. Here,
# the best results of both are the same, within the variation between seeds. However, the best
# values differ: the best L2 penalty is near 0.0005, and the best decay is near 0.1. The forecast
# is also much less sensitive to the decay than to the penalty. Changing the decay by two orders of
# magnitude barely matters, whereas a strong penalty makes all weights vanish, so that the network
# forecasts the mean.
