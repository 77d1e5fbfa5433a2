"""Few combinations of settings in which every pair of values occurs."""

from itertools import combinations, product
from random import Random


def all_pairs(factors, allowed=lambda case: True, seed=0):
    """Return combinations of values that contain every allowed pair of two factors.

    Parameters
    ----------
    factors : dict of list
        Values of each factor.
    allowed : callable, default=always
        Whether a complete combination, a dict, is allowed.
    seed : int, default=0
        Seed of the draws: the result is the same in each process.

    Returns
    -------
    list of dict
        Far fewer than all combinations.
    """
    random, names = Random(seed), list(factors)
    open_pairs = {
        ((a, i), (b, j))
        for a, b in combinations(names, 2)
        for i, j in product(range(len(factors[a])), range(len(factors[b])))
    }
    cases = []
    while open_pairs:
        candidates = [_candidate(factors, names, open_pairs, random) for _ in range(60)]
        candidates = [c for c in candidates if allowed(_values(factors, c))]
        best = max(candidates, key=lambda c: len(open_pairs & _pairs(c, names)), default=None)
        covered = open_pairs & _pairs(best, names) if best else set()
        if not covered:  # the rest is not allowed
            break
        open_pairs -= covered
        cases.append(_values(factors, best))
    return cases


def _candidate(factors, names, open_pairs, random):
    """Draw a combination around a pair that is not covered yet."""
    chosen = {name: random.randrange(len(factors[name])) for name in names}
    return chosen | dict(random.choice(sorted(open_pairs)))


def _pairs(chosen, names):
    return set(combinations([(name, chosen[name]) for name in names], 2))


def _values(factors, chosen):
    return {name: factors[name][i] for name, i in chosen.items()}
