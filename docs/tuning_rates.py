"""Measure how many steps of tuning a machine makes in a second, in Numba and in PyTorch.

  python docs/tuning_rates.py photos/ cpu
  python docs/tuning_rates.py photos/ cuda --batch 32

A row for each table: Numba on the CPU, then PyTorch on the device. The first step, which compiles,
is not counted. Each is measured twice, to show the noise.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import torch

from sw.photos.crops import RandomCrops
from sw.photos.planes import SIZES, read_planes
from sw.pictures.images import image_files
from sw.places import CACHE
from sw.tables.files import load, table_path
from sw.tune.chain import Chain
from sw.tune.torch_tuning import TorchTuning
from sw.tune.tuning import Adam, Tuning

TABLES = "pico", "nano", "compact", "large"
CROP = 48
SECONDS = 5
"""Length of a measurement."""


def rate(tuning: Tuning | TorchTuning) -> float:
    """Steps in a second."""
    started, steps = time.monotonic(), 0
    while time.monotonic() < started + SECONDS:
        tuning.advance()
        steps += 1
    return steps / (time.monotonic() - started)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder of photographs")
    parser.add_argument("device", help="device of PyTorch: cpu, cuda or cuda:N")
    parser.add_argument("--batch", type=int, default=8, help="crops of a step (default: 8)")
    args = parser.parse_args()
    planes, _ = read_planes(image_files(args.data, recursive=True), 4, SIZES, CACHE)
    crops = RandomCrops(planes, CROP)
    print(f"| table | Numba | PyTorch, {args.device} |")
    print("|---|---|---|")
    for name in TABLES:
        chain, cells = Chain(load(table_path(name))), []
        for engine in (Tuning, partial(TorchTuning, device=torch.device(args.device))):
            adam = Adam.start(chain.vector())
            # A small rate, so that the table stays what it is.
            tuning = engine(chain, crops, adam, steps=10**6, batch=args.batch, rate=1e-6, seed=0)
            tuning.advance()
            cells.append(f"{rate(tuning):.1f}, {rate(tuning):.1f}")
        print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
