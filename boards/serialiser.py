"""Words of ten bits out two bits at a time, five times as fast."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

BITS = 10
CLOCKS = BITS // 2
"""Of the domain ``shift`` in one of ``sync``."""

TELLING = 4
"""Clocks from one pair to the next."""


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
        m.submodules += FFSynchronizer(toggle, seen, o_domain="shift")
        # The words changed three clocks before a change is seen here: the next chance to take
        # them in the middle comes four clocks later, and from then on every five.
        align, aligned = Signal(), Signal()
        m.d.shift += [
            before.eq(seen),
            align.eq(~aligned & ~align & (before != seen)),
            aligned.eq(aligned | align),
        ]
        for n in range(self.pairs):
            # Pairs may lie far apart, and a clock is short: each counts for itself, is not reset,
            # and is told by the one before that it must align, some clocks after that; its bits go
            # out by two registers, and come back in rather than zeros, which would be resets.
            told = Signal(TELLING, name=f"told{n}", reset_less=True)
            turn = Signal(CLOCKS, name=f"turn{n}", init=1, reset_less=True)
            first = (2 + (n + 1) * TELLING) % CLOCKS
            # Beside the bits, wherever the ring lies; inverted, lest it be merged with turn[-1].
            hold = Signal(init=1, name=f"hold{n}", reset_less=True)
            m.d.shift += [
                told.eq(Cat(align, told[:-1])),
                turn.eq(turn.rotate_left(1)),
                hold.eq(~turn[-2]),
            ]
            align = told[-1]
            with m.If(align):
                m.d.shift += [turn.eq(1 << first), hold.eq(first != CLOCKS - 1)]
            bits = Signal(BITS, name=f"bits{n}", reset_less=True)
            m.d.shift += bits.eq(bits.rotate_right(2))
            with m.If(~hold):
                m.d.shift += bits.eq(words[n])
            late = [Signal(2, name=f"late{n}_{clock}", reset_less=True) for clock in (1, 2)]
            m.d.shift += [late[0].eq(bits[:2]), late[1].eq(late[0])]
            m.d.comb += self.o[n].eq(late[1])
        return m
