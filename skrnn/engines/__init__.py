"""Engines compute training steps: a contract, the layouts of the arrays, and two engines."""
