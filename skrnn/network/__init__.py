"""Architecture of a network, and its computation in NumPy and in Keras."""
