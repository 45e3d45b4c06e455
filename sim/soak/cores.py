"""Soak one core: build it, run jobs, compare every sample."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hw.core_params import CoreParams
from hw.params import usable_lanes
from sim.bench.beats import beat_count, from_result
from sim.bench.compare import compare, explain, save_difference
from sim.bench.random_cores import random_core, random_ends, random_sample_bits
from sim.bench.verilated import Simulation
from sim.soak.jobs import FrameClass, Job, random_job
from sw.pictures.colour_formats import CHANNELS, TABLE_CHANNELS, upscale_format
from sw.places import BUILD
from sw.tables.files import LUTS, load

DIFFERENCE = BUILD / "difference"

SHIPPED = "pico", "nano", "tiny", "compact", "S", "F", "V", "nano_x2", "compact_x2", "S_x3"
"""Tables of the large cores."""

SMALL_WIDTH, SMALL_HEIGHT = 24, 12
SMALL_PIXELS, SMALL_RUNS = 2000, 20
"""LR pixels of a run, and runs, of a small core."""

LARGE_WIDTH, LARGE_HEIGHT = 960, 540
LARGE_PIXELS, LARGE_RUNS = 600_000, 6
"""The same of a large core."""


@dataclass
class Report:
    """What was compared.

    Parameters
    ----------
    seed : int
    samples, frames : int
    covered : Counter
        Frames of each class.
    failure : str
        What is wrong, empty if nothing is.
    """

    seed: int
    samples: int = 0
    frames: int = 0
    covered: Counter[FrameClass] = field(default_factory=Counter)
    failure: str = ""


def large_core(rng: np.random.Generator) -> CoreParams:
    """A core of a shipped table for frames up to 960×540, in a random format, with few lanes.

    Its samples have random bits.
    """
    upsampler = load(LUTS / f"{rng.choice(SHIPPED)}.npz")
    colour = str(rng.choice(tuple(CHANNELS)))
    usable = [count for count in usable_lanes(TABLE_CHANNELS[colour], 1) if count <= 4]
    return CoreParams.for_upsampler(
        upsampler.at_bits(random_sample_bits(rng)),
        colour=colour,
        lanes=(int(rng.choice(usable)),),
        max_width=LARGE_WIDTH,
        max_height=LARGE_HEIGHT,
        **random_ends(rng),
    )


def soak_core(seed: int) -> Report:
    """Build the core of ``seed`` and run its jobs, up to the first difference.

    Even seeds are random cores for small frames, built fast; odd ones are cores of shipped tables
    for large frames, compiled for speed. A failure saves the pictures in build/difference.
    """
    rng = np.random.default_rng(seed)
    large = seed % 2 == 1
    if large:
        params, pixels, runs = large_core(rng), LARGE_PIXELS, LARGE_RUNS
    else:
        params = random_core(rng, max_width=SMALL_WIDTH, max_height=SMALL_HEIGHT)
        pixels, runs = SMALL_PIXELS, SMALL_RUNS
    report = Report(seed)
    # A soak never needs a core twice: keep it out of the cache.
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(params, optimise=large, cache=Path(folder))
        for _ in range(runs):
            _run(simulation, random_job(params, rng, pixels), report)
            if report.failure:
                break
    return report


def _run(simulation: Simulation, job: Job, report: Report) -> None:
    """Run ``job``, compare, and add the result to ``report``."""
    params = simulation.params
    sizes = [frame.shape[:2] for frame in job.low]
    capacity = sum(beat_count(*size, params) for size in sizes) + 1000
    result = simulation.run(job.beats, capacity, job.traffic, reset_after=job.reset_after)
    stages = len(params.stages)
    for size, fault in job.classes:
        kind = params.colour, params.sample_bits, stages
        report.covered[(*kind, size, fault, job.traffic_class, job.beginning)] += 1
    report.frames += len(job.classes)
    try:
        rtl = from_result(result, sizes, params)
        assert result.errors == job.errors, f"errors are {result.errors}, not {job.errors}"
    except AssertionError as error:
        report.failure = str(error)
        return
    golden = [upscale_format(frame, params.upsampler, params.colour) for frame in job.low]
    verdict = compare(golden, rtl)
    report.samples += verdict.samples
    if verdict.different:
        save_difference(verdict, golden, rtl, DIFFERENCE, params.sample_bits)
        report.failure = (
            f"{verdict.different} of {verdict.samples} samples differ; golden.png, rtl.png and "
            f"difference.png are in {DIFFERENCE}\n"
            f"{explain(verdict, job.low, golden, rtl, params.upsampler)}"
        )
