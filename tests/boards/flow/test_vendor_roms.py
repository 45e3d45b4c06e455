"""Split memories read the same words as whole ones."""

import numpy as np
import pytest
from amaranth.hdl import Fragment, Module
from amaranth.lib.memory import Memory
from amaranth.sim import Simulator

from boards.flow.vendor_roms import SplitRom, parts


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (5, [(0, 5)]),
        (512, [(0, 512)]),
        (513, [(0, 512), (512, 2)]),
        (1024, [(0, 1024)]),
        (16709, [(0, 16384), (16384, 325)]),
        (40960, [(0, 32768), (32768, 8192)]),
    ],
)
def test_parts(depth, expected):
    assert parts(depth) == expected


class Platform:
    def get_memory(self, memory):
        return memory.elaborate(None) if len(parts(memory.depth)) == 1 else SplitRom(memory)


@pytest.mark.parametrize("depth", [513, 2000])
def test_split_memory_reads_every_row(depth):
    rng = np.random.default_rng(0)
    words = rng.integers(0, 1 << 16, depth).tolist()
    memory = Memory(shape=16, depth=depth, init=words, attrs={"rom_style": "block"})
    ports = [memory.read_port(), memory.read_port()]
    m = Module()
    m.submodules.rom = memory

    async def check(ctx):
        borders = [0, depth - 1, 511, 512]
        rows = [row for row in borders + rng.permutation(depth).tolist() if row < depth]
        for row in rows:
            for port, address in zip(ports, (row, depth - 1 - row), strict=True):
                ctx.set(port.addr, address)
            await ctx.tick()
            assert ctx.get(ports[0].data) == words[row]
            assert ctx.get(ports[1].data) == words[depth - 1 - row]

    simulator = Simulator(Fragment.get(m, Platform()))
    simulator.add_clock(1e-8)
    simulator.add_testbench(check)
    simulator.run_until(1e-8 * (4 * depth))
