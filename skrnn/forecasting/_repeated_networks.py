"""Networks that forecast each series several times, as if its copies were additional series."""

from dataclasses import replace


def repeated_networks(networks, n_copies):
    """Return the networks for copies of all series, one copy of the panel after another.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks.
    n_copies : int
        Number of copies.

    Returns
    -------
    ForecasterNetworks or None
        None if the copies cannot be forecast together: if the networks carry their state along
        one series, if they read static features or features of the rows to come, or if a
        transformer was fitted to each series.
    """
    scalings = {"target_scaling": networks.target_scaling}
    if networks.feature_names:
        scalings["feature_scaling"] = networks.feature_scaling
    parts = [*networks.adjustments, *scalings.values()]
    if networks.stateful or networks.known.any() or networks.static.any():
        return None
    if not all(hasattr(part, "repeated") for part in parts):
        return None
    return replace(
        networks,
        adjustments=[part.repeated(n_copies) for part in networks.adjustments],
        **{name: scaling.repeated(n_copies) for name, scaling in scalings.items()},
    )
