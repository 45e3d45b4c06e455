import random

import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from hw.output.credits import credit_available


@pytest.mark.parametrize("total", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("freeing", [0.1, 0.5, 0.7])
def test_told_to_the_clock(total, freeing):
    """Places taken where some are left, others freed: never too many, and each again in time."""

    class Credits(wiring.Component):
        take: In(1)
        freed: In(1)
        left: Out(1)

        def elaborate(self, platform):
            m = Module()
            left = credit_available(m, total, self.take & self.left, self.freed)
            m.d.comb += self.left.eq(left)
            return m

    dut, rng = Credits(), random.Random(total)
    runs_out = []

    async def bench(ctx):
        held, held_before, was_taken = 0, 0, 0  # the latter two a clock ago
        for _ in range(2000):
            take, freed = rng.random() < 0.7, held > 0 and rng.random() < freeing
            ctx.set(dut.take, take)
            ctx.set(dut.freed, freed)
            left = ctx.get(dut.left)
            assert left == (total - held_before - was_taken > 0)
            runs_out.append(not left)
            held_before, was_taken = held, int(take and left)
            held += was_taken - freed
            assert 0 <= held <= total
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    assert 0 < sum(runs_out) < 2000
