"""At which size does a GPU pay off? A PyTorch training step on a GPU and on the CPU next to it."""

import numpy as np

from tests.benchmarks._environment import n_cores
from tests.benchmarks._measure import Contender, clocked
from tests.benchmarks._peers import Network, has_torch
from tests.benchmarks._report import Report, command_line

N_STEPS = 40
NETWORKS = [
    Network("lstm", 8, 12, 32),
    Network("lstm", 32, 30, 32),
    Network("lstm", 32, 30, 256),
    Network("lstm", 128, 60, 64),
    Network("lstm", 256, 60, 256),
    Network("lstm", 512, 60, 256),
]


def main():
    """Run the benchmark."""
    report = Report("gpu", command_line(__doc__, rounds=7, quick_rounds=3))
    import torch

    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no GPU, so there is nothing to compare.")
    for network in NETWORKS:
        report.compare(str(network), contenders, network)
    report.note(f"{torch.cuda.get_device_name()}, cuDNN's kernels. Time of one step with Adam.")


def contenders(network):
    """PyTorch on the GPU, on one core and on all cores: the first one is the reference."""
    rng = np.random.default_rng(0)
    shape = N_STEPS * network.batch_size, network.n_timesteps, 1
    windows = rng.normal(size=shape).astype(np.float32)
    targets = windows[:, -1, 0]
    sides = {"CPU, 1 thread": ("cpu", 1), f"CPU, {n_cores()} threads": ("cpu", n_cores())}
    sides["GPU"] = ("cuda", 1)
    found = []
    for name, (device, n_threads) in sides.items():
        fit = network.torch(windows, targets, n_threads=n_threads, device=device)
        fit(1)
        found.append(Contender(name, clocked(fit, 1), N_STEPS, f"{N_STEPS} steps a round"))
    return found


if __name__ == "__main__":
    if not has_torch():
        raise SystemExit("This benchmark needs PyTorch.")
    main()
