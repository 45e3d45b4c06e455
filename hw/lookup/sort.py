"""Sort: the axes of a look-up in order of their fractions, the largest first."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import sorted_layout, split_layout
from hw.pipeline import delayed
from sw.golden import SORT_NETWORK


def layers(network: tuple[tuple[int, int], ...]) -> list[list[tuple[int, int]]]:
    """Compare-exchanges of ``network`` in layers that touch each place at most once."""
    out: list[list[tuple[int, int]]] = []
    for pair in network:
        if not out or {place for other in out[-1] for place in other} & set(pair):
            out.append([])
        out[-1].append(pair)
    return out


class Sort(wiring.Component):
    """Sort the axes of a look-up by falling fraction, in a sorting network.

    Each layer of the network takes one clock. One look-up per clock; latency ``delay(group)``
    clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of split_layout), always ready
        Index and fraction of each axis.
    o : Out(stream of sorted_layout), always ready
        The same indices, the axes in order of their fractions, and the fractions in that order.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        super().__init__(
            {
                "i": In(stream.Signature(split_layout(group), always_ready=True)),
                "o": Out(stream.Signature(sorted_layout(group), always_ready=True)),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return max(1, len(layers(SORT_NETWORK[group.axes])))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        # A key has the number of the axis below its fraction, so a compare-exchange moves both, and
        # equal fractions come in the same order as in the golden model.
        keys = []
        for j in range(group.axes):
            key = Signal(group.frac_bits + 2, name=f"key{j}")
            m.d.comb += key.eq(Cat(j & 1, j >> 1, self.i.payload.fraction[j]))
            keys.append(key)
        # One axis needs no sorting, but still gets a register: an empty layer.
        for layer in layers(SORT_NETWORK[group.axes]) or [[]]:
            # Reset to identity order, so that order bits that no exchange changes become constants.
            # Otherwise they are flip-flops that rise once; a synthesiser merges them into a single
            # one, which then drives all lanes.
            after = [
                Signal.like(key, init=place, reset_less=True) for place, key in enumerate(keys)
            ]
            for place, (key, out) in enumerate(zip(keys, after, strict=True)):
                exchange = next((pair for pair in layer if place in pair), None)
                if exchange is None:
                    m.d.sync += out.eq(key)
                else:
                    a, b = (keys[other] for other in exchange)
                    larger, smaller = Mux(a > b, a, b), Mux(a > b, b, a)
                    m.d.sync += out.eq(larger if place == exchange[0] else smaller)
            keys = after
        for place, key in enumerate(keys):
            m.d.comb += self.o.payload.order[place].eq(key[:2])
            m.d.comb += self.o.payload.fraction[place].eq(key[2:])
        m.d.comb += self.o.payload.index.eq(delayed(m, self.i.payload.index, self.delay(group)))
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m
