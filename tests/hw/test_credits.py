import random

import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from hw.pipeline import credit_available


@pytest.mark.parametrize("total", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("freeing", [0.1, 0.5, 0.7])
def test_credits_are_exact_two_clocks_later(total, freeing):
    """Random takes and frees: never more than ``total`` are taken, and a free one comes back."""

    class Credits(wiring.Component):
        take: In(1)
        freed: In(1)
        available: Out(1)

        def elaborate(self, platform):
            m = Module()
            available = credit_available(m, total, self.take & self.available, self.freed)
            m.d.comb += self.available.eq(available)
            return m

    dut, rng = Credits(), random.Random(total)
    refused = []

    async def bench(ctx):
        held, held_before, was_taken = 0, 0, 0  # the latter two in the clock before
        for _ in range(2000):
            take, freed = rng.random() < 0.7, held > 0 and rng.random() < freeing
            ctx.set(dut.take, take)
            ctx.set(dut.freed, freed)
            available = ctx.get(dut.available)
            assert available == (total - held_before - was_taken > 0)
            refused.append(not available)
            held_before, was_taken = held, int(take and available)
            held += was_taken - freed
            assert 0 <= held <= total
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    assert 0 < sum(refused) < 2000
