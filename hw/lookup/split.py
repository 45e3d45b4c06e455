"""Split: from tap values to an index and a fraction for each axis of the table."""

from bisect import bisect_right
from math import gcd
from typing import NamedTuple

from amaranth.hdl import Array, Cat, Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import delayed, split_layout, taps_layout
from sw.tables.grid import DifferenceGrid


class Segments(NamedTuple):
    """What the high bits of a difference tell.

    Parameters
    ----------
    low_bits : int
        Bits below those.
    bits : list of int
        The different widths, as bits.
    parts : dict
        By the high bits as an unsigned number: ``index``; ``kind``, which of ``bits``; ``above``,
        the high bits of what is left above the segment's start.
    """

    low_bits: int
    bits: list[int]
    parts: dict[str, list[int]]


def _segments(grid: DifferenceGrid) -> Segments:
    low_bits = gcd(*grid.points, 256).bit_length() - 1
    bits = sorted({width.bit_length() - 1 for width in grid.widths})
    parts = {"index": [], "kind": [], "above": []}
    for high in range(512 >> low_bits):
        start = (high << low_bits) - (512 if high >> (8 - low_bits) else 0)
        # -256 is no difference of two pixels; any segment will do.
        at = min(max(bisect_right(grid.points, start) - 1, 0), len(grid.widths) - 1)
        parts["index"].append(at)
        parts["kind"].append(bits.index(grid.widths[at].bit_length() - 1))
        parts["above"].append((start - grid.points[at]) % grid.widths[at] >> low_bits)
    return Segments(low_bits, bits, parts)


def _scaled(inside: Value, bits: int, frac_bits: int) -> Value:
    """A fraction of ``bits`` bits brought to ``frac_bits``."""
    return inside[max(0, bits - frac_bits) : bits] << max(0, frac_bits - bits)


class Split(wiring.Component):
    """Find the segment of the grid that each tap lies in, and where in it.

    On a uniform grid that is wiring: high and low bits. On a difference grid the first tap is
    subtracted from each of the others, in one clock. All grid points are multiples of a power of
    two: in the next clock, the high bits tell the segment, how wide it is, and the high bits of
    what is left above its start. The widths are powers of two: what is left, shifted, is the
    fraction, a clock later, less the bits that are too many.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of taps_layout), always ready
        Tap values, 0…255.
    o : Out(stream of split_layout), always ready
        Index and fraction of each axis.
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
        return 3 if group.differences else 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        if not group.differences:
            for j in range(group.axes):
                tap = self.i.payload[j]
                m.d.comb += self.o.payload.index[j].eq(tap[group.frac_bits :])
                m.d.comb += self.o.payload.fraction[j].eq(tap[: group.frac_bits])
            m.d.comb += self.o.valid.eq(self.i.valid)
            return m
        segments = _segments(group.table.grid)
        found = Signal(split_layout(group), reset_less=True)
        for j in range(group.axes):
            difference = Signal(9, name=f"difference{j}", reset_less=True)
            m.d.sync += difference.eq(self.i.payload[j + 1] - self.i.payload[0])
            part = {
                name: Signal(range(max(values) + 1), name=f"{name}{j}", reset_less=True)
                for name, values in segments.parts.items()
            }
            for name, values in segments.parts.items():
                m.d.sync += part[name].eq(Array(values)[difference[segments.low_bits :]])
            inside = Cat(delayed(m, difference[: segments.low_bits], 1), part["above"])
            m.d.sync += found.index[j].eq(part["index"])
            m.d.sync += found.fraction[j].eq(
                Array(_scaled(inside, bits, group.frac_bits) for bits in segments.bits)[
                    part["kind"]
                ]
            )
        m.d.comb += self.o.payload.eq(found)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m
