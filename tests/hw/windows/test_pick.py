import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In
from amaranth.sim import Simulator

from hw.windows.pick import PaddingMux
from sw import golden


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("reach", [1, 2])
def test_equals_pad(padding, columns, reach):
    """All cases, of a centre of one pixel and of some; what lies outside the picture is noise."""
    befores = range(reach + 1)
    afters = [columns - 1 + after for after in befores]
    pick, count = PaddingMux(befores, afters, padding), 2 * reach + columns
    rng = np.random.default_rng(columns)

    class Picked(wiring.Component):
        before: In(range(reach + 1))
        after: In(range(reach + 1))
        items: In(8 * count)

        def elaborate(self, platform):
            m = Module()
            items = [self.items.word_select(n, 8) for n in range(count)]
            told = Signal(pick.bits)
            m.d.comb += told.eq(pick.told(self.before, self.after))
            self.outs = [Signal(8, name=f"out{n}") for n in range(count)]
            m.d.comb += [
                out.eq(item) for out, item in zip(self.outs, pick.of(items, told), strict=True)
            ]
            return m

    dut = Picked()

    async def bench(ctx):
        for b, before in enumerate(befores):
            for a, after in enumerate(afters):
                items = rng.integers(0, 256, count, dtype=np.uint8)
                line = items[reach - before : reach + 1 + after]
                ctx.set(dut.before, b)
                ctx.set(dut.after, a)
                ctx.set(dut.items, int.from_bytes(items.tobytes(), "little"))
                # Before the line as many as all items, so that the line is found at their number.
                padded = golden.pad(line[None], count, padding)[count]
                first = count + before - reach
                assert [ctx.get(out) for out in dut.outs] == padded[first:][:count].tolist()

    simulator = Simulator(dut)
    simulator.add_testbench(bench)
    simulator.run()
