"""The engine that compiles the steps of training with TensorFlow."""
