"""Weigh: the sum of the entries of a look-up, each times its weight."""

from amaranth.hdl import Cat, Const, Module, Shape, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import fetched_layout, weighed_layout
from hw.pipeline import delayed
from sw.tables.cost import in_luts

PACK_SHIFT = 10
"""Bits between the two numbers of an entry that share a product."""


class Weigh(wiring.Component):
    """Multiply the entry of each bank by its weight and add up the products in an adder tree.

    Where weights are small, two numbers of an entry share a product on an 18-bit multiplier: both
    are made unsigned, and one lies ``PACK_SHIFT`` bits above the other. After the adder tree the
    lower sum overlaps the upper sum by a few bits. The low bits of the upper sum are computed a
    second time, without a multiplier, to separate the two.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of fetched_layout), always ready
        Entry, -128…127, and weight, 0…q, of each bank.
    o : Out(stream of weighed_layout), always ready
        Σ weight·entry for each number of an entry.
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
    def routing_registers(group: GroupParams) -> int:
        """Registers between table and multiplier.

        The columns of block RAMs and of multipliers lie far apart on the chip, so the routing takes
        most of a clock. Banks that are made of LUTs lie anywhere. No logic follows the last
        register, so that a multiplier can use its own input registers for it.
        """
        return 1 if in_luts(group.table) else 2

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``: routing, product and its routing, adder tree, separation."""
        return Weigh.routing_registers(group) + 2 + (group.banks - 1).bit_length() + group.paired

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        first_single = group.numbers // 2 * 2 if group.paired else 0
        routing = self.routing_registers(group)
        weights = [delayed(m, weight, routing) for weight in self.i.payload.weight]
        for n in range(0, first_single, 2):
            low_sum, high_sum = self._pair(m, n, weights)
            m.d.comb += self.o.payload[n].eq(low_sum)
            m.d.comb += self.o.payload[n + 1].eq(high_sum)
        for n in range(first_single, group.numbers):
            entries = [delayed(m, entry[n], routing) for entry in self.i.payload.entry]
            products = [entry * weight for entry, weight in zip(entries, weights, strict=True)]
            # Weights are not negative and sum to q, so no partial sum is wider than the whole.
            total = _adder_tree(m, products, signed(group.weighed_bits), f"{n}")
            m.d.comb += self.o.payload[n].eq(delayed(m, total, group.paired))
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m

    def _pair(self, m: Module, n: int, weights: list[Value]) -> tuple[Value, Value]:
        """Weighed sums of the numbers ``n`` and ``n + 1`` of the entries.

        ``weights`` are behind their routing registers.
        """
        group = self.group
        bits = group.weighed_bits
        # An inverted sign bit adds 128 to a number, which makes it unsigned, and 128·q to its sum.
        low, high = (
            [
                delayed(m, (entry[number] ^ 0x80)[:8], self.routing_registers(group))
                for entry in self.i.payload.entry
            ]
            for number in (n, n + 1)
        )
        products = [
            Cat(a, Const(0, PACK_SHIFT - 8), b) * weight
            for a, b, weight in zip(low, high, weights, strict=True)
        ]
        total = _adder_tree(m, products, PACK_SHIFT + bits, f"{n}")
        overlap = max(0, bits - PACK_SHIFT)
        low_products = [
            _low_product(number, weight, overlap)
            for number, weight in zip(high, weights, strict=True)
        ]
        # The upper bits of the low sum: the overlapping bits less those of the high sum.
        carry = Signal(overlap, name=f"carry{n}")
        m.d.comb += carry.eq(
            total[PACK_SHIFT : PACK_SHIFT + overlap]
            - _adder_tree(m, low_products, overlap, f"low{n}")
        )
        low_sum, high_sum = (
            Signal(bits, name=f"sum{number}", reset_less=True) for number in (n, n + 1)
        )
        m.d.sync += low_sum.eq(Cat(total[:PACK_SHIFT], carry))
        m.d.sync += high_sum.eq(total[PACK_SHIFT:] - carry)
        # 128·q is the top bit: inverting it takes the offset away again.
        offset = 1 << (bits - 1)
        return (low_sum ^ offset).as_signed(), (high_sum ^ offset).as_signed()


def _adder_tree(m: Module, products: list[Value], shape: Shape | int, name: str) -> Signal:
    """Sum of ``products``, one layer of adders per clock.

    Each product goes through two registers first: that of the multiplier, and one for the routing
    from there.
    """

    def register(value: Value, name: str) -> Signal:
        out = Signal(shape, name=name, reset_less=True)
        m.d.sync += out.eq(value)
        return out

    terms = [register(product, f"product{name}_{b}") for b, product in enumerate(products)]
    terms = [register(term, f"routed{name}_{b}") for b, term in enumerate(terms)]
    while len(terms) > 1:
        pairs = [terms[j : j + 2] for j in range(0, len(terms), 2)]
        terms = [register(sum(pair), f"sum{name}_{len(terms)}") for pair in pairs]
    return terms[0]


def _low_product(number: Value, weight: Value, bits: int) -> Value:
    """The low ``bits`` of ``number`` × ``weight``, 3 at most: so few need no adder."""
    v, w = [*number, *Const(0, 2)], [*weight, *Const(0, 2)]
    twos = v[1] & w[0], v[0] & w[1]
    fours = (v[2] & w[0]) ^ (v[1] & w[1]) ^ (v[0] & w[2]) ^ (twos[0] & twos[1])
    return Cat(v[0] & w[0], twos[0] ^ twos[1], fours)[:bits]
