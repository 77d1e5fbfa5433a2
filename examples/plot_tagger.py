"""
Words in context
================

**In short**: a recurrent network can tag words whose class depends on much earlier words. A
feed-forward network that reads single words or windows of five words cannot.

The meaning of a word can depend on a much earlier word. For example, *bank* means the edge of a
river in a text about fishers, but a company in a text about bankers. A network that looks at
single words cannot distinguish the two, and one that looks at a few neighbouring words can do so
only near the beginning of the text. A recurrent network reads the words in order and stores the
topic of the text in its state. This example measures the difference.
"""

# %%
# A small grammar
# ---------------
# Each sentence begins with a group of people that belongs to one of two topics, nature or finance.
# This group is followed by a verb and the names of three to eight things, each of which consists
# of an adjective and a noun. All of these adjectives and nouns have two meanings. A text consists
# of one or two sentences, so its topic can change.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.neural_network import MLPClassifier

from skrnn import RNNClassifier, pad_sequences, unpad_sequences

PEOPLE = {
    "nature": ["fishers", "sailors", "swimmers"],
    "finance": ["bankers", "traders", "brokers"],
}
VERBS = ["watch", "describe", "fear", "like"]
ADJECTIVES = ["liquid", "frozen", "rising", "floating", "deep"]
NOUNS = ["banks", "currents", "pools", "stocks", "deposits", "waves", "channels"]
LINKS = ["and", "near", "before"]

rng = np.random.default_rng(0)


def sentence():
    """Return the words of a sentence and their tags."""
    topic = rng.choice(list(PEOPLE))
    words = [rng.choice(PEOPLE[topic]), rng.choice(VERBS)]
    tags = ["people", "verb"]
    for i in range(rng.integers(3, 9)):
        if i:
            words.append(rng.choice(LINKS))
            tags.append("link")
        words += [rng.choice(ADJECTIVES), rng.choice(NOUNS)]
        tags += [topic, topic]
    return words, tags


def text():
    """Return the words and tags of one or two sentences."""
    words, tags = [], []
    for _ in range(rng.integers(1, 3)):
        more_words, more_tags = sentence()
        words += more_words
        tags += more_tags
    return words, tags


texts, tags = zip(*(text() for _ in range(900)), strict=True)
print(" ".join(f"{word}/{tag}" for word, tag in zip(texts[1][:12], tags[1][:12], strict=True)))
lengths = [len(words) for words in texts]
print(f"{len(texts)} texts of {min(lengths)} to {max(lengths)} words")

# %%
# Each word is encoded as a one-hot vector. ``pad_sequences`` combines texts of unequal length into
# one array by putting NaN in front of shorter texts. The network skips the steps that contain NaN.
# The same function pads the tags with None.

vocabulary = sorted({word for words in texts for word in words})
vectors = dict(zip(vocabulary, np.eye(len(vocabulary), dtype=np.float32), strict=True))
X = pad_sequences([[vectors[word] for word in words] for words in texts])
y = pad_sequences(tags)
train, test = slice(600), slice(600, None)
print("X:", X.shape, " y:", y.shape)

# %%
# Three networks
# --------------
# The recurrent network reads whole texts and predicts a tag at every step. The other two networks
# are instances of ``MLPClassifier``: one sees single words, and the other sees each word together
# with the four words before it.

tagger = RNNClassifier(
    "gru", 16, return_sequences=True, learning_rate=0.01, epochs=15, random_state=0
)
tagger.fit(X[train], y[train])


def windows_of_words(n_words):
    """Return each word side by side with the words before it, or zeros where a text starts."""
    windows = []
    for words in texts:
        encoded = np.array([vectors[word] for word in words])
        padded = np.vstack([np.zeros((n_words - 1, encoded.shape[1])), encoded])
        windows.append(np.hstack([padded[k : k + len(words)] for k in range(n_words)]))
    return windows


def feed_forward(n_words):
    """Train on windows of words, and return the tags of the test texts."""
    windows = windows_of_words(n_words)
    network = MLPClassifier(64, learning_rate_init=0.01, early_stopping=True, random_state=0)
    network.fit(np.vstack(windows[train]), np.concatenate(tags[train]))
    return [network.predict(window) for window in windows[test]]


predicted = {
    "feed-forward, single words": feed_forward(1),
    "feed-forward, five words": feed_forward(5),
    "recurrent": unpad_sequences(tagger.predict(X[test]), lengths[test]),
}

# %%
# The table shows the share of correct tags among all words and among the words with two meanings.

truth = np.concatenate(tags[test])
ambiguous = np.isin(truth, list(PEOPLE))
correct = {name: np.concatenate(found) == truth for name, found in predicted.items()}
accuracy = pd.DataFrame(
    {
        "all words": {name: right.mean() for name, right in correct.items()},
        "two meanings": {name: right[ambiguous].mean() for name, right in correct.items()},
    }
)
print(accuracy.round(3).to_string())

# %%
# The distance matters
# --------------------
# The left-hand figure shows the share of correct tags by the distance of a word from the people at
# the beginning of its sentence. With a window of five words, the network can infer the meaning of
# the first thing, but has to guess the others. The right-hand figure shows the probabilities along
# a text: the recurrent network changes its mind where the second sentence begins.


def distances(words_tags):
    """Return the number of words since people were last mentioned."""
    starts = np.flatnonzero(np.array(words_tags) == "people")
    places = np.arange(len(words_tags))
    return places - starts[np.searchsorted(starts, places, side="right") - 1]


distance = np.concatenate([distances(one) for one in tags[test]])
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
for (name, right_tags), color in zip(
    list(correct.items())[1:], ("#D55E00", "#0072B2"), strict=True
):
    by_distance = pd.Series(right_tags[ambiguous]).groupby(distance[ambiguous]).mean()
    left.plot(by_distance.index, by_distance, "o-", ms=4, color=color, label=name)
left.set(xlabel="words since the people", ylabel="correct tags", ylim=(0, 1.05))
left.set_title("Words with two meanings")
left.legend(loc="lower left")

shown = next(i for i in range(600, 900) if tags[i].count("people") == 2 and 18 < lengths[i] < 27)
probabilities = unpad_sequences(tagger.predict_proba(X[shown : shown + 1]), [lengths[shown]])[0]
meaning = probabilities[:, np.searchsorted(tagger.classes_, ["nature", "finance"])]
places = np.arange(lengths[shown])
right.barh(places, meaning[:, 0], color="#009E73", label="nature")
right.barh(places, -meaning[:, 1], color="#E69F00", label="finance")
right.set_yticks(places, labels=texts[shown])
right.set(xlabel="probability", xlim=(-1.1, 1.1), title="Along a text")
right.set_xticks([-1, 0, 1], labels=["1", "0", "1"])
right.invert_yaxis()
right.legend(loc="lower right")
plt.show()
