"""Sort: the axes of a look-up by falling fraction."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import delayed, sorted_layout, split_layout
from sw.golden import SORT_NETWORK


def layers(network: tuple[tuple[int, int], ...]) -> list[list[tuple[int, int]]]:
    """Compare-exchanges of ``network`` in groups that touch each place at most once."""
    out: list[list[tuple[int, int]]] = []
    for pair in network:
        if not out or {place for other in out[-1] for place in other} & set(pair):
            out.append([])
        out[-1].append(pair)
    return out


class Sort(wiring.Component):
    """Sort the axes of a look-up by falling fraction: a comparison network, a layer a clock.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of split_layout), always ready
        Indices and fractions.
    o : Out(stream of sorted_layout), always ready
        Indices as the axes come; which axis has which place; the fractions by place.
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
        # The axis's number rides below its fraction: a compare-exchange moves both at once, and
        # equal fractions come in the model's order.
        keys = []
        for j in range(group.axes):
            key = Signal(group.frac_bits + 2, name=f"key{j}")
            m.d.comb += key.eq(Cat(j & 1, j >> 1, self.i.payload.fraction[j]))
            keys.append(key)
        # One axis has nothing to sort, and still a register.
        for layer in layers(SORT_NETWORK[group.axes]) or [[]]:
            # They begin as for fractions of 0: bits of numbers that no exchange changes are
            # constants then. Else they would be flip-flops that rise once, all of them the same
            # one to a synthesiser, with wires from it to every lane.
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
        for j, key in enumerate(keys):
            m.d.comb += self.o.payload.order[j].eq(key[:2])
            m.d.comb += self.o.payload.fraction[j].eq(key[2:])
        m.d.comb += self.o.payload.index.eq(delayed(m, self.i.payload.index, self.delay(group)))
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m
