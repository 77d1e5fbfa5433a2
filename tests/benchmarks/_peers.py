"""One network in the hands of skrnn, of Keras's own loop and of PyTorch."""

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Network:
    """A recurrent layer and a linear output, and the rows of a batch. The optimizer is Adam."""

    cell: str
    units: int
    n_timesteps: int
    batch_size: int = 32
    n_features: int = 1

    @property
    def short_name(self):
        """Without the batch, which means nothing to a forecast."""
        return f"{self.cell.upper()}({self.units}), {self.n_timesteps} steps"

    def __str__(self):
        return f"{self.short_name}, batch {self.batch_size}"

    def skrnn(self, epochs=1):
        """An RNNRegressor, not fitted."""
        from skrnn import RNNRegressor

        return RNNRegressor(
            self.cell, self.units, epochs=epochs, batch_size=self.batch_size, random_state=0
        )

    def keras(self, *, jit=False):
        """A Keras model, ready to fit, without the layer that masks what is missing."""
        from skrnn import build_network

        model = build_network(
            self.cell,
            self.units,
            n_timesteps=self.n_timesteps,
            n_features=self.n_features,
            mask_missing=False,
            seed=0,
        )
        model.compile(loss="mse", optimizer="adam", jit_compile=jit)
        return model

    def torch(self, windows, targets, *, n_threads, device="cpu"):
        """A function that trains a PyTorch model for so many epochs.

        Batches are taken in a plain loop: for data in memory that is faster than a DataLoader. The
        data lie on the device.
        """
        import torch

        layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple": torch.nn.RNN}[self.cell]
        recurrence = layer(self.n_features, self.units, batch_first=True).to(device)
        output = torch.nn.Linear(self.units, 1).to(device)
        parameters = [*recurrence.parameters(), *output.parameters()]
        optimizer = torch.optim.Adam(parameters, fused=True)
        windows = torch.from_numpy(windows).to(device)
        targets = torch.from_numpy(targets)[:, None].to(device)

        def fit(epochs):
            torch.set_num_threads(n_threads)
            for _ in range(epochs):
                for rows in torch.randperm(len(windows), device=device).split(self.batch_size):
                    optimizer.zero_grad()
                    states, _ = recurrence(windows[rows])
                    loss = torch.nn.functional.mse_loss(output(states[:, -1]), targets[rows])
                    loss.backward()
                    optimizer.step()
            if device != "cpu":
                torch.cuda.synchronize()

        return fit


def scikeras_regressor(network, epochs):
    """The same network in scikeras's wrapper, which builds and compiles it in each fit."""
    from scikeras.wrappers import KerasRegressor

    from skrnn import build_network

    return KerasRegressor(
        build_network,
        model__cell=network.cell,
        model__units=network.units,
        model__n_timesteps=network.n_timesteps,
        model__n_features=network.n_features,
        model__mask_missing=False,
        loss="mse",
        optimizer="adam",
        epochs=epochs,
        batch_size=network.batch_size,
        verbose=0,
    )


def has_torch():
    """Whether PyTorch is installed."""
    return find_spec("torch") is not None
