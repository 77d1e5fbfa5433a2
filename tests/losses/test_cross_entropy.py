"""The cross-entropy, against scikit-learn's."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.metrics import log_loss

from skrnn.losses import CrossEntropy, check_loss


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_contract_is_kept(n_classes):
    check_loss(CrossEntropy(n_classes))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_mean_error_is_that_of_scikit_learn(n_classes):
    rng, loss = np.random.RandomState(0), CrossEntropy(n_classes)
    y, logits = rng.randint(n_classes, size=30), rng.normal(size=(30, loss.n_parameters))
    probabilities = expit(logits[:, 0]) if n_classes == 2 else softmax(logits, axis=1)
    expected = log_loss(y, probabilities, labels=range(n_classes))
    assert loss.error(np, y[:, None], logits).mean() == pytest.approx(expected)


def test_two_classes_have_one_output():
    assert (CrossEntropy(2).n_parameters, CrossEntropy(2).link) == (1, "logit")
    assert (CrossEntropy(3).n_parameters, CrossEntropy(3).link) == (3, "multinomial_logit")
