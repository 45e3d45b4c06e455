"""Weigh: the sum of a look-up's blocks."""

from amaranth.hdl import Module, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.payloads import delayed, fetched_layout, weighed_layout


class Weigh(wiring.Component):
    """Multiply each bank's entry by its weight and add them up, a layer of adders a clock.

    One look-up per clock; latency ``delay(g)`` clocks; never stalls.

    Parameters
    ----------
    g : GroupParams

    Members
    -------
    i : In(stream of fetched_layout), always ready
        Entries and weights by bank.
    o : Out(stream of weighed_layout), always ready
        Σ weight·entry.
    """

    def __init__(self, g: GroupParams) -> None:
        self.g = g
        super().__init__(
            {
                "i": In(stream.Signature(fetched_layout(g), always_ready=True)),
                "o": Out(stream.Signature(weighed_layout(g), always_ready=True)),
            }
        )

    @staticmethod
    def delay(g: GroupParams) -> int:
        """Clocks from ``i`` to ``o``: the products, then the adder tree."""
        return 1 + (g.banks - 1).bit_length()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.g

        def register(value: object, name: str) -> Signal:
            # Weights are not negative and sum to q, so no partial sum is wider than the whole.
            out = Signal(signed(g.weighed_bits), name=name, reset_less=True)
            m.d.sync += out.eq(value)
            return out

        for o in range(g.numbers):
            terms = [
                register(self.i.payload.entry[b][o] * self.i.payload.weight[b], f"product{o}_{b}")
                for b in range(g.banks)
            ]
            while len(terms) > 1:
                pairs = [terms[j : j + 2] for j in range(0, len(terms), 2)]
                terms = [register(sum(pair), f"sum{o}_{len(terms)}") for pair in pairs]
            m.d.comb += self.o.payload[o].eq(terms[0])
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(g), reset=True))
        return m
