"""Split: from tap values to an index and a fraction on each axis of the table."""

from bisect import bisect_right
from math import gcd
from typing import NamedTuple

from amaranth.hdl import Array, Cat, Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import split_layout, taps_layout
from hw.pipeline import delayed
from sw.tables.grid import DifferenceGrid


class Segments(NamedTuple):
    """A difference grid as a look-up by the high bits of the difference.

    Parameters
    ----------
    low_bits : int
        Low bits of a difference that the look-up leaves out: all grid points are multiples of
        2**low_bits.
    width_bits : list of int
        The segment widths that occur, as powers of two, in ascending order.
    parts : dict of str to list of int
        For each value of the high bits, as an unsigned number: ``index`` of the segment; ``kind``,
        the place of its width in ``width_bits``; ``above``, the high bits of the distance from the
        start of the segment.
    """

    low_bits: int
    width_bits: list[int]
    parts: dict[str, list[int]]


def _segments(grid: DifferenceGrid) -> Segments:
    bits = grid.sample_bits
    low_bits = gcd(*grid.points, 1 << bits).bit_length() - 1
    width_bits = sorted({width.bit_length() - 1 for width in grid.widths})
    parts = {"index": [], "kind": [], "above": []}
    for high in range(2 << bits >> low_bits):
        difference = (high << low_bits) - (2 << bits if high >> (bits - low_bits) else 0)
        # -2**bits is no difference of two pixels, so it may lie in any segment.
        index = min(max(bisect_right(grid.points, difference) - 1, 0), len(grid.widths) - 1)
        width = grid.widths[index]
        parts["index"].append(index)
        parts["kind"].append(width_bits.index(width.bit_length() - 1))
        parts["above"].append((difference - grid.points[index]) % width >> low_bits)
    return Segments(low_bits, width_bits, parts)


def _scaled(distance: Value, width_bits: int, frac_bits: int) -> Value:
    """``distance`` within a segment of 2**width_bits as a fraction of ``frac_bits`` bits."""
    return distance[max(0, width_bits - frac_bits) : width_bits] << max(0, frac_bits - width_bits)


class Split(wiring.Component):
    """Find the cell of the grid that a look-up lies in, and where in it.

    On a uniform grid this is wiring: the index is the high bits of a tap, the fraction its low
    bits. On a difference grid it takes three clocks:

    1. The first tap is subtracted from each other tap.
    2. The high bits of the difference select the index of the segment, the width of the segment,
       and the high bits of the distance from its start. High bits suffice because all grid points
       are multiples of a power of two.
    3. Segment widths are powers of two, so a shift makes the fraction of the distance. Bits beyond
       ``frac_bits`` are cut off.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of taps_layout), always ready
        Tap values, samples.
    o : Out(stream of split_layout), always ready
        Index and fraction of each axis, the fraction in 1/2**frac_bits of a segment.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        super().__init__(
            {
                "i": In(stream.Signature(taps_layout(group), always_ready=True)),
                "o": Out(stream.Signature(split_layout(group), always_ready=True)),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return 3 if group.is_difference else 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        if not group.is_difference:
            for j in range(group.axes):
                tap = self.i.payload[j]
                m.d.comb += self.o.payload.index[j].eq(tap[group.frac_bits :])
                m.d.comb += self.o.payload.fraction[j].eq(tap[: group.frac_bits])
            m.d.comb += self.o.valid.eq(self.i.valid)
            return m
        segments = _segments(group.table.grid)
        found = Signal(split_layout(group), reset_less=True)
        for j in range(group.axes):
            difference = Signal(group.sample_bits + 1, name=f"difference{j}", reset_less=True)
            m.d.sync += difference.eq(self.i.payload[j + 1] - self.i.payload[0])
            part = {
                name: Signal(range(max(values) + 1), name=f"{name}{j}", reset_less=True)
                for name, values in segments.parts.items()
            }
            for name, values in segments.parts.items():
                m.d.sync += part[name].eq(Array(values)[difference[segments.low_bits :]])
            distance = Cat(delayed(m, difference[: segments.low_bits], 1), part["above"])
            fractions = [
                _scaled(distance, width_bits, group.frac_bits) for width_bits in segments.width_bits
            ]
            m.d.sync += found.index[j].eq(part["index"])
            m.d.sync += found.fraction[j].eq(Array(fractions)[part["kind"]])
        m.d.comb += self.o.payload.eq(found)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m
