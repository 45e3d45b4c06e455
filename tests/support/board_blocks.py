"""Help for tests of a board's blocks: a simulation, random pictures, a small core."""

import numpy as np
from amaranth.sim import Simulator

from hw.core_params import CoreParams
from tables import make_upsampler


def run(dut, *benches, background=()):
    """Simulate ``dut`` until all ``benches`` have ended; those in ``background`` need not end."""
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    for bench in benches:
        simulator.add_testbench(bench)
    for bench in background:
        simulator.add_testbench(bench, background=True)
    simulator.run()


def random_picture(height, width, seed=0):
    """A picture of noise: uint8 (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def core_params(pixels_per_beat=2):
    """Parameters of a core that fits a board of 64×50 pixels."""
    return CoreParams(
        upsampler=make_upsampler("V", 6, 4),
        lanes=(1,),
        max_width=64,
        max_height=50,
        pixels_per_beat=pixels_per_beat,
    )
