"""Split: from tap values to an index and a fraction for each axis of the table."""

from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.payloads import delayed, split_layout, taps_layout


class Split(wiring.Component):
    """Find the segment of the grid that each tap lies in, and where in it.

    On a uniform grid that is wiring: high and low bits. On a difference grid the first tap is
    subtracted from each of the others, in one clock; in the next, comparators tell which segments
    begin at or below the difference; the last of these is the index, a clock later. The widths are
    powers of two: what is left above the segment's start, shifted, is the fraction, less the bits
    that are too many.

    One look-up per clock; latency ``delay(g)`` clocks; never stalls.

    Parameters
    ----------
    g : GroupParams

    Members
    -------
    i : In(stream of taps_layout), always ready
        Tap values, 0…255.
    o : Out(stream of split_layout), always ready
        Index and fraction of each axis.
    """

    def __init__(self, g: GroupParams) -> None:
        self.g = g
        super().__init__(
            {
                "i": In(stream.Signature(taps_layout(g), always_ready=True)),
                "o": Out(stream.Signature(split_layout(g), always_ready=True)),
            }
        )

    @staticmethod
    def delay(g: GroupParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return 3 if g.differences else 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.g
        if not g.differences:
            for j in range(g.axes):
                tap = self.i.payload[j]
                m.d.comb += self.o.payload.index[j].eq(tap[g.frac_bits :])
                m.d.comb += self.o.payload.fraction[j].eq(tap[: g.frac_bits])
            m.d.comb += self.o.valid.eq(self.i.valid)
            return m
        grid = g.table.grid
        segments = list(zip(grid.points[:-1], grid.widths, strict=True))
        found = Signal(split_layout(g), reset_less=True)
        for j in range(g.axes):
            difference = Signal(signed(9), name=f"difference{j}", reset_less=True)
            m.d.sync += difference.eq(self.i.payload[j + 1] - self.i.payload[0])
            reached = Signal(len(segments), name=f"reached{j}", reset_less=True)
            m.d.sync += reached.eq(Cat(1, (difference >= start for start, _ in segments[1:])))
            difference = delayed(m, difference, 1)
            for number, (start, width) in enumerate(segments):
                bits = width.bit_length() - 1
                inside = (difference - start)[:bits]
                with m.If(reached[number]):
                    m.d.sync += found.index[j].eq(number)
                    inside = inside[max(0, bits - g.frac_bits) :]
                    m.d.sync += found.fraction[j].eq(inside << max(0, g.frac_bits - bits))
        m.d.comb += self.o.payload.eq(found)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(g), reset=True))
        return m
