"""What skrnn takes from Keras, and what it gives to Keras."""
