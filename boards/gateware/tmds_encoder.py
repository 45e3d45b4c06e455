"""TMDS encoding (DVI 1.0, section 3): 8 bits of a colour or two control bits as a 10-bit word."""

from amaranth.hdl import Array, Cat, Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

CONTROL = (0b1101010100, 0b0010101011, 0b0101010100, 0b1010101011)
"""Words of the control bits 0 to 3, bit 0 first on the line."""

CLOCK_WORD = 0b0000011111
"""The word of the clock pair."""


def symbol_layout() -> data.StructLayout:
    """Contents of a word: ``level`` of a colour if ``active``, else ``control``."""
    return data.StructLayout({"active": 1, "level": 8, "control": 2})


class TmdsEncoder(wiring.Component):
    """Encode one of the three colours.

    One word per clock; latency ``DELAY`` clocks; never stalls. Words of colours have few
    transitions, and on average as many ones as zeros, counted from the last control word.

    Members
    -------
    i : In(symbol_layout)
        Contents of the word.
    o : Out(10)
        The word; bit 0 is sent first.
    """

    DELAY = 3

    def __init__(self) -> None:
        super().__init__({"i": In(symbol_layout()), "o": Out(10)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        # Clock 1: count the ones, to choose between XOR and XNOR.
        first = Signal.like(self.i, name="first", reset_less=True)
        ones = Signal(range(9), reset_less=True)
        m.d.sync += [first.eq(self.i), ones.eq(_ones(self.i.level))]

        # Clock 2: minimise transitions, and count the excess of ones.
        xnor = Signal()
        m.d.comb += xnor.eq((ones > 4) | ((ones == 4) & ~first.level[0]))
        chain = [first.level[0]]
        for bit in first.level[1:]:
            chain.append(chain[-1] ^ bit ^ xnor)
        word = Signal(9)
        m.d.comb += word.eq(Cat(chain, ~xnor))
        second = Signal.like(self.i, name="second", reset_less=True)
        minimised = Signal(9, reset_less=True)
        excess = Signal(signed(5), reset_less=True)  # ones minus zeros of the eight bits
        m.d.sync += [
            second.eq(first),
            minimised.eq(word),
            excess.eq((_ones(word[:8]) << 1) - 8),
        ]

        # Clock 3: invert the eight bits if that brings the balance closer to 0.
        balance = Signal(signed(6))  # ones minus zeros sent so far
        invert = Signal()
        neutral = (balance == 0) | (excess == 0)
        m.d.comb += invert.eq(Mux(neutral, ~minimised[8], (balance < 0) == (excess < 0)))
        bits = minimised[:8] ^ invert.replicate(8)
        sent = Mux(invert, -excess, excess) + Mux(minimised[8], 1, -1) + Mux(invert, 1, -1)
        with m.If(second.active):
            m.d.sync += [self.o.eq(Cat(bits, minimised[8], invert)), balance.eq(balance + sent)]
        with m.Else():
            m.d.sync += [self.o.eq(Array(CONTROL)[second.control]), balance.eq(0)]
        return m


def _ones(value: Signal) -> Signal:
    return sum(value[1:], start=value[0])
