"""Engines train one plan: a contract, the layouts of its arrays, and TensorFlow's engine."""
