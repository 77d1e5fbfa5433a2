"""Few combinations of settings in which every pair of values occurs."""

from itertools import combinations, product
from random import Random


def all_pairs(factors, allowed=lambda case: True, seed=0, apart=()):
    """Return combinations of values that contain every allowed pair of two factors.

    Parameters
    ----------
    factors : dict of list
        Values of each factor.
    allowed : callable, default=always
        Whether a complete combination, a dict, is allowed.
    seed : int, default=0
        Seed of the draws: the result is the same in each process.
    apart : iterable of set, default=()
        Names of factors that do not act on each other: only their own values must all occur.

    Returns
    -------
    list of dict
        Far fewer than all combinations.
    """
    random, names = Random(seed), list(factors)
    open_pairs = {
        ((a, i), (b, j))
        for a, b in combinations(names, 2)
        if not any({a, b} <= set(group) for group in apart)
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


def few_with_all_pairs(cases):
    """Return few of the cases, so that each pair of values in one of all is in one of these.

    Parameters
    ----------
    cases : list of tuple
        Values of each factor, equally many in all cases.

    Returns
    -------
    list of tuple
        The cases that were chosen, in their order.
    """
    pairs = {case: set(combinations(enumerate(case), 2)) or {case} for case in cases}
    uncovered, chosen = set().union(*pairs.values()), set()
    while uncovered:
        best = max(cases, key=lambda case: len(pairs[case] & uncovered))
        uncovered -= pairs[best]
        chosen.add(best)
    return [case for case in cases if case in chosen]


def _candidate(factors, names, open_pairs, random):
    """Draw a combination around a pair that is not covered yet."""
    chosen = {name: random.randrange(len(factors[name])) for name in names}
    return chosen | dict(random.choice(sorted(open_pairs)))


def _pairs(chosen, names):
    return set(combinations([(name, chosen[name]) for name in names], 2))


def _values(factors, chosen):
    return {name: factors[name][i] for name, i in chosen.items()}
