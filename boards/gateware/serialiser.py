"""Serialise 10-bit words, two bits per clock of a clock five times as fast."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

BITS = 10
CLOCKS = BITS // 2
"""Clocks of the domain ``shift`` in one of ``sync``."""

SYNC_STAGES = 4
"""Stages of the synchroniser through which a change of the words is detected. With so many, the
words are loaded in the third of the five clocks in which they are stable."""


class Serialiser(wiring.Component):
    """Send words bit by bit, bit 0 first, two bits per clock of the domain ``shift``.

    One word for each pair per clock of ``sync``; latency less than three clocks of ``sync``; never
    stalls. ``shift`` must be five times as fast as ``sync``, from the same source, with any phase.
    Words are loaded in the middle of the five clocks in which they are stable.

    Parameters
    ----------
    pairs : int
        Number of words sent in parallel.

    Members
    -------
    i : In(ArrayLayout(10, pairs))
        Words, one for each pair.
    o : Out(ArrayLayout(2, pairs))
        Two bits for each pair; bit 0 is sent in the first half of the clock of ``shift``.
    """

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        super().__init__(
            {"i": In(data.ArrayLayout(BITS, pairs)), "o": Out(data.ArrayLayout(2, pairs))}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        words = Signal(data.ArrayLayout(BITS, self.pairs), reset_less=True)
        toggle, synchronised, before = Signal(), Signal(), Signal()
        m.d.sync += [words.eq(self.i), toggle.eq(~toggle)]
        m.submodules.toggled = FFSynchronizer(
            toggle, synchronised, o_domain="shift", stages=SYNC_STAGES
        )
        # The first change starts a pulse, which circulates in the delay line of the first pair with
        # a period of five clocks. A reset must last longer than that to clear it.
        changed, align, aligned, start = Signal(), Signal(), Signal(), Signal(reset_less=True)
        m.d.shift += [
            before.eq(synchronised),
            changed.eq(before != synchronised),
            align.eq(~aligned & ~align & changed),
            aligned.eq(aligned | align),
        ]
        pulse = start
        for n in range(self.pairs):
            # The pins of two pairs may be far apart, and a clock of ``shift`` is short. So the
            # pulse takes five clocks to the next pair, through registers without logic between
            # them, and two more registers are between the bits and the pin. The shift register
            # rotates, because shifting in zeros would need resets.
            pulse_delay = Signal(CLOCKS - 1, name=f"pulse_delay{n}", reset_less=True)
            load = Signal(name=f"load{n}", reset_less=True)
            m.d.shift += [pulse_delay.eq(Cat(pulse, pulse_delay[:-1])), load.eq(pulse_delay[-1])]
            if n == 0:
                m.d.shift += start.eq(align | (pulse_delay[-1] & aligned))
            pulse = load
            bits = Signal(BITS, name=f"bits{n}", reset_less=True)
            m.d.shift += bits.eq(bits.rotate_right(2))
            with m.If(load):
                m.d.shift += bits.eq(words[n])
            outgoing = [Signal(2, name=f"outgoing{n}_{clock}", reset_less=True) for clock in (1, 2)]
            m.d.shift += [outgoing[0].eq(bits[:2]), outgoing[1].eq(outgoing[0])]
            m.d.comb += self.o[n].eq(outgoing[1])
        return m
