"""Weigh: the sum of a look-up's blocks."""

from amaranth.hdl import Cat, Const, Module, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import delayed, fetched_layout, weighed_layout

PACK_SHIFT = 10
"""Bits from one entry to the other in a product of two."""

ROUTING_REGISTERS = 2
"""Clocks from block RAM to product. They lie in columns far apart, so that most of a clock is the
way; nothing is between the last register and the product, so that multipliers can have it inside.
"""


class Weigh(wiring.Component):
    """Multiply each bank's entry by its weight and add them up, a layer of adders a clock.

    Where the weights are small, two entries share a multiplier of 18 bits: the one, from 0 to 255,
    lies ``PACK_SHIFT`` bits above the other. Their sums overlap in a few bits; what the upper one
    has there is worked out beside, and taken away.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of fetched_layout), always ready
        Entries and weights by bank.
    o : Out(stream of weighed_layout), always ready
        Σ weight·entry.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        super().__init__(
            {
                "i": In(stream.Signature(fetched_layout(group), always_ready=True)),
                "o": Out(stream.Signature(weighed_layout(group), always_ready=True)),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``: ways and products, the adder tree, taking pairs apart."""
        return ROUTING_REGISTERS + 2 + (group.banks - 1).bit_length() + group.paired

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        first_alone = group.numbers // 2 * 2 if group.paired else 0
        weights = [delayed(m, weight, ROUTING_REGISTERS) for weight in self.i.payload.weight]
        for o in range(0, first_alone, 2):
            for each, value in zip((o, o + 1), self._pair(m, o, weights), strict=True):
                m.d.comb += self.o.payload[each].eq(value)
        for o in range(first_alone, group.numbers):
            entries = [delayed(m, entry[o], ROUTING_REGISTERS) for entry in self.i.payload.entry]
            terms = [entry * weight for entry, weight in zip(entries, weights, strict=True)]
            # Weights are not negative and sum to q, so no partial sum is wider than the whole.
            total = _add_up(m, terms, signed(group.weighed_bits), f"{o}")
            m.d.comb += self.o.payload[o].eq(delayed(m, total, group.paired))
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m

    def _pair(self, m: Module, o: int, weights: list[Value]) -> tuple[Value, Value]:
        """Weighed sums of numbers ``o`` and ``o + 1``; ``weights`` are already routed."""
        group = self.group
        bits = group.weighed_bits
        # An entry with its sign turned over is 128 more, from 0 on; a sum of them is 128·q more.
        low, high = (
            [delayed(m, (entry[n] ^ 0x80)[:8], ROUTING_REGISTERS) for entry in self.i.payload.entry]
            for n in (o, o + 1)
        )
        terms = [
            Cat(a, Const(0, PACK_SHIFT - 8), b) * weight
            for a, b, weight in zip(low, high, weights, strict=True)
        ]
        total = _add_up(m, terms, PACK_SHIFT + bits, f"{o}")
        shared = max(0, bits - PACK_SHIFT)
        last = [_last_bits(*each, shared) for each in zip(high, weights, strict=True)]
        carried = Signal(shared, name=f"carried{o}")
        m.d.comb += carried.eq(
            total[PACK_SHIFT : PACK_SHIFT + shared] - _add_up(m, last, shared, f"last{o}")
        )
        sums = [Signal(bits, name=f"sum{n}", reset_less=True) for n in (o, o + 1)]
        m.d.sync += sums[0].eq(Cat(total[:PACK_SHIFT], carried))
        m.d.sync += sums[1].eq(total[PACK_SHIFT:] - carried)
        return tuple((each ^ (1 << (bits - 1))).as_signed() for each in sums)


def _add_up(m: Module, terms: list, shape: object, name: str) -> Signal:
    """The sum of ``terms``, after two registers each, a layer of adders a clock.

    The first is the multiplier's, the second on the way from there, as in front of it.
    """

    def register(value: object, name: str) -> Signal:
        out = Signal(shape, name=name, reset_less=True)
        m.d.sync += out.eq(value)
        return out

    terms = [register(term, f"product{name}_{b}") for b, term in enumerate(terms)]
    terms = [register(term, f"near{name}_{b}") for b, term in enumerate(terms)]
    while len(terms) > 1:
        pairs = [terms[j : j + 2] for j in range(0, len(terms), 2)]
        terms = [register(sum(pair), f"sum{name}_{len(terms)}") for pair in pairs]
    return terms[0]


def _last_bits(value: Value, weight: Value, bits: int) -> Value:
    """Value times weight, modulo 8 at most: so few bits need no adder."""
    v, w = [*value, *Const(0, 2)], [*weight, *Const(0, 2)]
    twos = v[1] & w[0], v[0] & w[1]
    fours = (v[2] & w[0]) ^ (v[1] & w[1]) ^ (v[0] & w[2]) ^ (twos[0] & twos[1])
    return Cat(v[0] & w[0], twos[0] ^ twos[1], fours)[:bits]
