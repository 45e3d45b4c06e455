"""TMDS as DVI 1.0 describes it: 8 bits of a colour, or two control bits, as 10 bits on the line."""

from amaranth.hdl import Array, Cat, Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

CONTROL = (0b1101010100, 0b0010101011, 0b0101010100, 0b1010101011)
"""Words of the control bits 0 to 3, bit 0 first on the line."""

CLOCK_WORD = 0b0000011111
"""The word of the clock's pair."""


def symbol_layout() -> data.StructLayout:
    """What one word says: ``level`` of a colour where ``active``, else ``control``."""
    return data.StructLayout({"active": 1, "level": 8, "control": 2})


class TmdsEncoder(wiring.Component):
    """Encode one of the three colours.

    A word per clock; latency ``DELAY`` clocks; never stalls. In the picture words have few
    transitions, and as many ones as zeros in the long run, counted anew after each control word.

    Members
    -------
    i : In(symbol_layout)
        What to say.
    o : Out(10)
        The word; bit 0 goes first.
    """

    DELAY = 3

    def __init__(self) -> None:
        super().__init__({"i": In(symbol_layout()), "o": Out(10)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        # First clock: count, to choose between XOR and XNOR.
        first = Signal.like(self.i, name="first", reset_less=True)
        ones = Signal(range(9), reset_less=True)
        m.d.sync += [first.eq(self.i), ones.eq(_ones(self.i.level))]

        # Second clock: fewer transitions, and how unbalanced the word is now.
        xnor = Signal()
        m.d.comb += xnor.eq((ones > 4) | ((ones == 4) & ~first.level[0]))
        chain = [first.level[0]]
        for bit in first.level[1:]:
            chain.append(chain[-1] ^ bit ^ xnor)
        word = Signal(9)
        m.d.comb += word.eq(Cat(chain, ~xnor))
        second = Signal.like(self.i, name="second", reset_less=True)
        crossed = Signal(9, reset_less=True)
        excess = Signal(signed(5), reset_less=True)  # ones less zeros of the eight bits
        m.d.sync += [
            second.eq(first),
            crossed.eq(word),
            excess.eq((_ones(word[:8]) << 1) - 8),
        ]

        # Third clock: turn the eight bits over if that brings ones and zeros closer together.
        balance = Signal(signed(6))  # ones less zeros sent so far
        turn = Signal()
        neutral = (balance == 0) | (excess == 0)
        m.d.comb += turn.eq(Mux(neutral, ~crossed[8], (balance < 0) == (excess < 0)))
        bits = crossed[:8] ^ turn.replicate(8)
        sent = Mux(turn, -excess, excess) + Mux(crossed[8], 1, -1) + Mux(turn, 1, -1)
        with m.If(second.active):
            m.d.sync += [self.o.eq(Cat(bits, crossed[8], turn)), balance.eq(balance + sent)]
        with m.Else():
            m.d.sync += [self.o.eq(Array(CONTROL)[second.control]), balance.eq(0)]
        return m


def _ones(value: Signal) -> Signal:
    return sum(value[1:], start=value[0])
