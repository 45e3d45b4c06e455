import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import FIVE, NINE, look_ups, make_group, run_free
from hw.lookup.split import Split
from suites import long
from sw import golden
from sw.tables.grid import DifferenceGrid
from sw.tables.samples import sample_dtype, white


def compare(group, taps):
    index, fraction = golden.split(taps, group.table.grid)
    payloads = run_free(Split(group), taps.T.tolist())
    assert np.array_equal([list(payload.index) for payload in payloads], index.T)
    assert np.array_equal([list(payload.fraction) for payload in payloads], fraction.T)


@pytest.mark.parametrize(("family", "grid"), [("S", NINE), ("F", FIVE), ("V", NINE)], ids=str)
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_equals_split(family, grid, bits):
    group = make_group(family, grid, bits=bits)
    compare(group, look_ups(group, 300))


@pytest.mark.parametrize(
    "breakpoints", [(0, 256), (0, 1, 2, 4, 8, 16, 32, 64, 128, 256), (0, 8, 24, 56, 120, 376)]
)
@pytest.mark.parametrize("max_frac_bits", [0, 4, 8])
@pytest.mark.parametrize("bits", [8, 9, 10, long(12)])
def test_every_difference(breakpoints, max_frac_bits, bits):
    group = make_group("V", DifferenceGrid(breakpoints, max_frac_bits=max_frac_bits), bits=bits)
    difference = np.arange(-white(bits), white(bits) + 1)
    taps = np.stack([np.maximum(-difference, 0), np.maximum(difference, 0)])
    compare(group, taps.astype(sample_dtype(bits)))


@pytest.mark.parametrize("frac_bits", [0, 4, 8])
@pytest.mark.parametrize("bits", [10, 12])
def test_uniform_grid_is_wiring(frac_bits, bits):
    group = make_group("V", frac_bits, bits=bits)
    taps = look_ups(group, 300)
    index, fraction = golden.split(taps, group.table.grid)
    dut = Split(group)
    assert dut.delay(group) == 0
    got = []

    async def compare_all(ctx):
        for tap in taps.T.tolist():
            ctx.set(dut.i.payload, tap)
            payload = ctx.get(dut.o.payload)
            got.append([*map(int, payload.index), *map(int, payload.fraction)])

    simulator = Simulator(dut)
    simulator.add_testbench(compare_all)
    simulator.run()
    assert got == np.concatenate([index, fraction]).T.tolist()
