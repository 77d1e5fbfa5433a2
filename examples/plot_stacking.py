"""
Stacking a network with boosted trees
=====================================

**In short**: the mean of the forecasts from a network, boosted trees and ridge regression is
better than any single one of them, but only by a hundredth of a degree.

A network, boosted trees and ridge regression make different errors on the same windows, so the
mean of their forecasts can be better than any single one. Because all three are scikit-learn
regressors, :class:`~sklearn.ensemble.VotingRegressor` and
:class:`~sklearn.ensemble.StackingRegressor` can combine them. This example shows how to do this
without leakage, and how much it improves the forecasts.
"""

# %%
# Three forecasters
# -----------------
# We forecast daily minimum temperatures in Melbourne from the preceding fifteen days and the time
# of year, which is known in advance. Each forecaster is a separate pipeline, which turns rows into
# forecasts. Because ridge regression does not accept the missing values in the first windows, they
# are replaced with means.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, StackingRegressor, VotingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import fetch_melbourne_temperatures

temperature = fetch_melbourne_temperatures()
angle = 2 * np.pi * temperature.index.dayofyear / 365.25
X = temperature.to_frame().assign(sin=np.sin(angle), cos=np.cos(angle))
train, test = slice(0, 2000), slice(2000, None)


def chain(*steps, flatten):
    """Return a pipeline of a scaler and windows, followed by other steps."""
    windows = LagWindowTransformer(lag=15, known_features=[1, 2], flatten=flatten)
    return make_pipeline(StandardScaler(), windows, *steps)


rnn = RNNRegressor(units=8, epochs=30, learning_rate=0.003, random_state=0)
trees = HistGradientBoostingRegressor(learning_rate=0.05, max_leaf_nodes=8, random_state=0)
ridge = RidgeCV(np.logspace(-2, 4, 13))
members = {
    "network": TransformedTargetRegressor(chain(rnn, flatten=False), transformer=StandardScaler()),
    "trees": chain(trees, flatten=True),
    "ridge": chain(SimpleImputer(), ridge, flatten=True),
}

# %%
# A mean and a stack
# ------------------
# In the mean, all members have the same weight. The stack learns non-negative weights from
# forecasts on folds on which the members were not trained. The folds are blocks of days rather
# than random days, because neighbouring days would leak information about each other.

both = list(members.items())
models = {
    **members,
    "mean of all": VotingRegressor(both),
    "mean of network and trees": VotingRegressor(both[:2]),
    "stack of all": StackingRegressor(both, LinearRegression(positive=True), cv=KFold(4)),
}
forecasts = pd.DataFrame(
    {name: m.fit(X[train], temperature[train]).predict(X[test]) for name, m in models.items()},
    temperature.index[test],
)
error = forecasts.sub(temperature[test], axis=0)
scores = np.sqrt((error**2).mean())
print("RMSE on the test set, °C")
print(scores.round(3).to_string())
weights = pd.Series(models["stack of all"].final_estimator_.coef_, list(members))
print("weights of the stack:", weights.round(2).to_dict())
print("correlation of the errors")
print(error[list(members)].corr().round(2).to_string())

# %%
# The network is the best of the three, and the mean of all three is better by a hundredth of a
# degree. Not much more is possible, because the errors of the three have a correlation of 0.97:
# they are mostly due to weather that no model can forecast. The stack finds a similar combination,
# except that the trees have a weight of zero.

figure, ax = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
colors = ["#0072B2" if name in members else "#D55E00" for name in scores.index]
ax.scatter(scores, range(len(scores)), c=colors, zorder=2)
ax.set_yticks(range(len(scores)), labels=scores.index)
ax.set(xlabel="RMSE on the test set (°C)")
ax.grid(axis="x", alpha=0.4)
ax.invert_yaxis()
plt.show()
