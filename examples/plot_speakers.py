"""
Recognising speakers by their vowels
====================================

**In short**: once sequences of unequal length have been padded, a small bidirectional network
recognises the speaker in 98 out of 100 recordings. A simple model does so in 97.

In the dataset used here, nine men say the same two vowels, and a network learns to recognise the
speaker. The recordings have 7 to 29 steps, so this example also shows how to classify sequences of
unequal length. It pads them, trains a bidirectional network, and looks at the network's mistakes.
"""

# %%
# The data
# --------
# The dataset is JapaneseVowels [1]_, which comes with sktime. Each step consists of twelve linear
# prediction coefficients of the sound. There are 30 training recordings of each speaker, and 370
# test recordings in total.
#
# sktime stores a panel of series in one of several formats. ``convert_to(panel, "df-list")``
# returns a list with one table for each series, and ``pad_sequences`` combines the tables into one
# array by putting NaN in front of the shorter sequences. The network skips these steps.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sktime.datasets import load_japanese_vowels
from sktime.datatypes import convert_to

from skrnn import RNNClassifier, pad_sequences


def recordings(split):
    """Return a list of arrays of shape (length, 12), and the speakers."""
    panel, speakers = load_japanese_vowels(split, return_X_y=True)
    return [frame.to_numpy() for frame in convert_to(panel, "df-list")], speakers.astype(int)


train, y = recordings("train")
test, y_test = recordings("test")
lengths = [len(sequence) for sequence in train + test]
print(f"{len(train)} and {len(test)} recordings of {min(lengths)} to {max(lengths)} steps")

# %%
# The scaler learns the mean and the standard deviation of each coefficient from all steps of the
# training recordings.

scaler = StandardScaler().fit(np.concatenate(train))
n_timesteps = max(len(sequence) for sequence in train)


def windows(sequences):
    """Return scaled recordings as one array."""
    scaled = [scaler.transform(sequence[-n_timesteps:]) for sequence in sequences]
    return pad_sequences(scaled, n_timesteps=n_timesteps)


X, X_test = windows(train), windows(test)
print("X:", X.shape, f" padding: {np.isnan(X[..., 0]).mean():.0%}")

# %%
# The network
# -----------
# The network has 32 GRU units in each direction. Because there are only 270 training recordings,
# it needs dropout. The dropout rates and the number of epochs were chosen by cross-validation on
# the training recordings. The table shows the accuracy of networks with three different seeds on
# the test recordings, and that of a logistic regression on the mean of each coefficient. For
# comparison, a nearest-neighbour classifier with dynamic time warping reaches an accuracy of 0.959
# [2]_.


def network(seed):
    """Return an unfitted network."""
    return RNNClassifier(
        "gru",
        32,
        bidirectional=True,
        dropout=0.4,
        recurrent_dropout=0.3,
        learning_rate=0.003,
        epochs=80,
        random_state=seed,
    )


networks = [network(seed).fit(X, y) for seed in range(3)]
scores = [model.score(X_test, y_test) for model in networks]
means = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
means.fit(np.nanmean(X, axis=1), y)
accuracy = pd.Series(
    {
        "GRU in both directions, mean of 3 seeds": np.mean(scores),
        "GRU in both directions, worst seed": np.min(scores),
        "logistic regression on means": means.score(np.nanmean(X_test, axis=1), y_test),
    }
)
print(accuracy.round(3).to_string())

# %%
# The network makes a third fewer mistakes than the logistic regression. However, most of the
# information is already in the means, so if an error rate of 3% is acceptable, you do not need a
# network here.

# %%
# The mistakes
# ------------
# All of scikit-learn's displays work with the classifier. The left-hand figure shows which
# speakers the first network confuses. The right-hand figure shows how many steps the network needs
# to hear: each recording is cut off after a certain number of steps and padded again.

model = networks[0]
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
ConfusionMatrixDisplay.from_estimator(model, X_test, y_test, ax=left, cmap="Blues", colorbar=False)
left.set(title="Test recordings", xlabel="predicted speaker", ylabel="speaker")
heard = np.array([1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 29])
shares = [model.score(windows([sequence[:n] for sequence in test]), y_test) for n in heard]
right.plot(heard, shares, "o-", color="#0072B2")
right.set(xlabel="steps heard", ylabel="accuracy", title="Shorter recordings", ylim=(0, 1.02))
plt.show()

# %%
# References
# ----------
# .. [1] Kudo, Toyama and Shimbo, "Multidimensional Curve Classification Using Passing-Through
#    Regions", Pattern Recognition Letters, 1999.
# .. [2] Bagnall et al., "The UEA multivariate time series classification archive", 2018.
