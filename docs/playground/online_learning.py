# %% [markdown]
# A network can keep learning as new data arrive. In this example, the load on a machine is
# measured every minute, and the machine behaves differently after a repair. A network that was
# trained only once has never seen this behaviour, whereas one that continues to learn with
# `partial_fit` adapts to it.

# %%
import numpy as np

rng = np.random.default_rng(0)
minutes = np.arange(1200)
repaired = minutes >= 600
waves = np.where(repaired, np.sin(minutes / 3), np.sin(minutes / 7))
load = 5 + 2 * waves + rng.normal(scale=0.2, size=1200)

# %% [markdown]
# Each sample returned by `make_lag_windows` consists of 12 consecutive minutes, and its target is
# the minute that follows them.

# %%
from skrnn import make_lag_windows

windows, target = make_lag_windows(load, lag=12)
print(windows.shape, target.shape)

# %%
from skrnn import RNNRegressor

settings = {"units": 8, "epochs": 30, "learning_rate": 0.01, "random_state": 0}
once = RNNRegressor(**settings).fit(windows[:400], target[:400])
online = RNNRegressor(**settings).fit(windows[:400], target[:400])

errors = {"trained once": [], "still learning": []}
for start in range(400, len(windows), 10):
    new = slice(start, start + 10)
    errors["trained once"].append(np.abs(once.predict(windows[new]) - target[new]).mean())
    errors["still learning"].append(np.abs(online.predict(windows[new]) - target[new]).mean())
    online.partial_fit(windows[new], target[new])  # after the error was computed

for name, error in errors.items():
    print(f"{name}: mean error after the repair {np.mean(error[-40:]):.2f}")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.5))
for name, error in errors.items():
    axes.plot(np.arange(412, 412 + 10 * len(error), 10), error, label=name)
axes.axvline(600, color="gray", linestyle="--", label="repair")
axes.set(xlabel="Minute", ylabel="Mean absolute error over 10 minutes")
axes.legend()
figure.tight_layout()
