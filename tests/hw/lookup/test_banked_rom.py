import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import make_group
from hw.lookup.banked_rom import BankedRom
from sw.tables import banks


@pytest.mark.parametrize("ports", [1, 2])
@pytest.mark.parametrize(("family", "frac_bits", "scale"), [("S", 7, 2), ("F", 6, 3), ("V", 4, 4)])
def test_equals_the_banks(family, frac_bits, scale, ports):
    group = make_group(family, frac_bits, scale)
    contents = banks.contents(group.table)
    rng = np.random.default_rng(0)
    rows = rng.integers(0, banks.depth(group.table), (80, ports, group.banks))
    rom, delay = BankedRom(group, ports=ports), BankedRom.delay(group)
    got = []

    async def bench(ctx):
        for clock in range(len(rows) + delay):
            for port in range(ports):
                ctx.set(rom.row[port], rows[min(clock, len(rows) - 1), port].tolist())
            if clock >= delay:
                got.append([list(ctx.get(rom.entry[port])) for port in range(ports)])
            await ctx.tick()

    simulator = Simulator(rom)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    for row, entry in zip(rows, got, strict=True):
        for port in range(ports):
            for b in range(group.banks):
                numbers = contents[b, row[port, b]].tobytes()
                assert entry[port][b] == int.from_bytes(numbers, "little")
