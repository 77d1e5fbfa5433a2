# %% [markdown]
# Learning as the data come in. A machine is measured every minute, and after a repair it behaves
# differently. A network that was trained once knows only the machine before the repair; one that
# goes on learning with `partial_fit` gets used to the new one.

# %%
import numpy as np

rng = np.random.default_rng(0)
minutes = np.arange(1200)
repaired = minutes >= 600
waves = np.where(repaired, np.sin(minutes / 3), np.sin(minutes / 7))
load = 5 + 2 * waves + rng.normal(scale=0.2, size=1200)

# %% [markdown]
# `make_lag_windows` makes one sample of every 12 minutes, and the minute after them is its target.

# %%
from skrnn import make_lag_windows

windows, target = make_lag_windows(load, lag=12)
print(windows.shape, target.shape)

# %%
from skrnn import RNNRegressor

settings = {"units": 8, "epochs": 30, "learning_rate": 0.01, "random_state": 0}
once = RNNRegressor(**settings).fit(windows[:400], target[:400])
online = RNNRegressor(**settings).fit(windows[:400], target[:400])

errors = {"trained once": [], "learning on": []}
for start in range(400, len(windows), 10):
    new = slice(start, start + 10)
    errors["trained once"].append(np.abs(once.predict(windows[new]) - target[new]).mean())
    errors["learning on"].append(np.abs(online.predict(windows[new]) - target[new]).mean())
    online.partial_fit(windows[new], target[new])  # after the forecast has been judged

for name, error in errors.items():
    print(f"{name}: mean error after the repair {np.mean(error[-40:]):.2f}")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.5))
for name, error in errors.items():
    axes.plot(np.arange(412, 412 + 10 * len(error), 10), error, label=name)
axes.axvline(600, color="gray", linestyle="--", label="repair")
axes.set(xlabel="Minute", ylabel="Mean absolute error of 10 minutes")
axes.legend()
figure.tight_layout()
