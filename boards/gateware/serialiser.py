"""Words of ten bits out two bits at a time, five times as fast."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

BITS = 10
CLOCKS = BITS // 2
"""Of the domain ``shift`` in one of ``sync``."""

SEEN = 4
"""Registers through which a change of the words is seen, before one more that tells it: with so
many, words are taken in the third of the five clocks in which they stand still."""


class Serialiser(wiring.Component):
    """Send words bit by bit, bit 0 first, two of them in a clock of the domain ``shift``.

    That domain runs five times as fast as ``sync``, from the same source; where its edges lie does
    not matter. Words are taken in the middle of the clock in which they stand still. Latency less
    than three clocks of ``sync``.

    Parameters
    ----------
    pairs : int
        Words side by side.

    Members
    -------
    i : In(ArrayLayout(10, pairs))
        Words, a set in each clock of ``sync``.
    o : Out(ArrayLayout(2, pairs))
        For each of them two bits; bit 0 is for the first half of the clock of ``shift``.
    """

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        super().__init__(
            {"i": In(data.ArrayLayout(BITS, pairs)), "o": Out(data.ArrayLayout(2, pairs))}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        words = Signal(data.ArrayLayout(BITS, self.pairs), reset_less=True)
        toggle, seen, before = Signal(), Signal(), Signal()
        m.d.sync += [words.eq(self.i), toggle.eq(~toggle)]
        m.submodules.toggled = FFSynchronizer(toggle, seen, o_domain="shift", stages=SEEN)
        # The first change that is seen starts a pulse, which goes round the registers that tell the
        # first pair, once in five clocks. A reset lasts longer than that, and ends it.
        changed, align, aligned, start = Signal(), Signal(), Signal(), Signal(reset_less=True)
        m.d.shift += [
            before.eq(seen),
            changed.eq(before != seen),
            align.eq(~aligned & ~align & changed),
            aligned.eq(aligned | align),
        ]
        pulse = start
        for n in range(self.pairs):
            # Pairs may lie far apart, and a clock is short: each is told by the one before it, five
            # clocks later, by registers with nothing between them. Its bits go out by two
            # registers, and come back in rather than zeros, which would be resets.
            told = Signal(CLOCKS - 1, name=f"told{n}", reset_less=True)
            load = Signal(name=f"load{n}", reset_less=True)
            m.d.shift += [told.eq(Cat(pulse, told[:-1])), load.eq(told[-1])]
            if n == 0:
                m.d.shift += start.eq(align | (told[-1] & aligned))
            pulse = load
            bits = Signal(BITS, name=f"bits{n}", reset_less=True)
            m.d.shift += bits.eq(bits.rotate_right(2))
            with m.If(load):
                m.d.shift += bits.eq(words[n])
            late = [Signal(2, name=f"late{n}_{clock}", reset_less=True) for clock in (1, 2)]
            m.d.shift += [late[0].eq(bits[:2]), late[1].eq(late[0])]
            m.d.comb += self.o[n].eq(late[1])
        return m
