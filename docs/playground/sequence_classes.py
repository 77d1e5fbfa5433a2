# %% [markdown]
# Classifying sequences means predicting one label for each of them. In this example, every
# sequence is an image of a handwritten digit. The network reads it row by row from top to bottom,
# as a scanner would, so there are 8 steps with 8 grey values each.

# %%
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

images, digits = load_digits(return_X_y=True)
X = images.reshape(-1, 8, 8) / 16
X_train, X_test, y_train, y_test = train_test_split(X, digits, random_state=0)
print(X_train.shape, X_test.shape)

# %% [markdown]
# `RNNClassifier` is a scikit-learn classifier that accepts arrays of shape (samples, steps,
# features).

# %%
from skrnn import RNNClassifier

classifier = RNNClassifier(cell="gru", units=24, epochs=20, learning_rate=0.01, random_state=0)
classifier.fit(X_train, y_train)
print(f"accuracy: {classifier.score(X_test, y_test):.1%}")

# %% [markdown]
# The confusion matrix shows which digits are mistaken for which others.

# %%
import matplotlib.pyplot as plt
from sklearn.metrics import ConfusionMatrixDisplay

figure, axes = plt.subplots(figsize=(5, 5))
ConfusionMatrixDisplay.from_estimator(
    classifier, X_test, y_test, ax=axes, colorbar=False, cmap="Blues"
)
figure.tight_layout()

# %% [markdown]
# The next figure shows some of the misread digits, with the correct answer, the network's answer,
# and how certain the network was.

# %%
answers, probabilities = classifier.predict(X_test), classifier.predict_proba(X_test)
misread = [i for i in range(len(y_test)) if answers[i] != y_test[i]][:4]
figure, all_axes = plt.subplots(1, len(misread), figsize=(7, 2.2), squeeze=False)
for axes, i in zip(all_axes[0], misread, strict=True):
    axes.imshow(X_test[i], cmap="gray_r")
    sure = probabilities[i].max()
    axes.set(xticks=[], yticks=[], title=f"{y_test[i]}, read as {answers[i]}\n({sure:.0%} sure)")
