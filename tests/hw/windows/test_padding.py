import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In
from amaranth.sim import Simulator

from hw.windows.padding import PaddingMux, inside
from sw import golden


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("reach", [1, 2, 3])
@pytest.mark.parametrize("size", range(1, 9))
def test_inside_equals_pad(padding, reach, size):
    line = golden.pad(np.arange(size)[None], reach, padding)[0 + reach]
    for centre in range(size):
        before, after = min(centre, reach), min(size - 1 - centre, reach)
        for offset in range(-reach, reach + 1):
            source = centre + inside(offset, before, after, padding)
            assert source == line[reach + centre + offset]


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("reach", [1, 2])
def test_mux_equals_pad(padding, columns, reach):
    """All cases, with a centre of one or more pixels; items outside the picture are random."""
    befores = range(reach + 1)
    afters = [columns - 1 + after for after in befores]
    mux, count = PaddingMux(befores, afters, padding), 2 * reach + columns
    rng = np.random.default_rng(columns)

    class Padded(wiring.Component):
        before: In(range(reach + 1))
        after: In(range(reach + 1))
        items: In(8 * count)

        def elaborate(self, platform):
            m = Module()
            items = [self.items.word_select(n, 8) for n in range(count)]
            select = Signal(mux.bits)
            m.d.comb += select.eq(mux.select(self.before, self.after))
            self.outs = [Signal(8, name=f"out{n}") for n in range(count)]
            padded = mux.apply(items, select)
            m.d.comb += [out.eq(item) for out, item in zip(self.outs, padded, strict=True)]
            return m

    dut = Padded()

    async def bench(ctx):
        for b, before in enumerate(befores):
            for a, after in enumerate(afters):
                items = rng.integers(0, 256, count, dtype=np.uint8)
                line = items[reach - before : reach + 1 + after]
                ctx.set(dut.before, b)
                ctx.set(dut.after, a)
                ctx.set(dut.items, int.from_bytes(items.tobytes(), "little"))
                # Padded by as many pixels as there are items, the line begins at index ``count``.
                padded = golden.pad(line[None], count, padding)[count]
                first = count + before - reach
                assert [ctx.get(out) for out in dut.outs] == padded[first:][:count].tolist()

    simulator = Simulator(dut)
    simulator.add_testbench(bench)
    simulator.run()
