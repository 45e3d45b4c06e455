"""UART receiver and transmitter: 8 data bits, no parity, 1 stop bit."""

from fractions import Fraction

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

BITS = 10
"""Bits of a byte on the line: start, 8 data, stop."""


class _BitClock:
    """A tick per bit, by a fractional divider: bits of 24.75 clocks last 24 or 25 clocks."""

    def __init__(self, m: Module, clocks_per_bit: Fraction) -> None:
        self.period, self.step = clocks_per_bit.numerator, clocks_per_bit.denominator
        self.count = Signal(range(self.period + self.step))
        self.tick = Signal()
        after = self.count + self.step
        m.d.comb += self.tick.eq(after >= self.period)
        m.d.sync += self.count.eq(Mux(self.tick, after - self.period, after))


class UartReceiver(wiring.Component):
    """Receive bytes from a serial line.

    A byte is valid for one clock, in the middle of its stop bit. A start bit shorter than half a
    bit is ignored; a byte without a stop bit is dropped.

    Parameters
    ----------
    clocks_per_bit : Fraction
        Length of a bit; must be 4 or more.

    Members
    -------
    rx : In(1)
        The line; may be asynchronous.
    o : Out(stream of 8 bits, always ready)
        Bytes.
    """

    def __init__(self, clocks_per_bit: Fraction) -> None:
        self.clocks_per_bit = clocks_per_bit
        super().__init__({"rx": In(1, init=1), "o": Out(stream.Signature(8, always_ready=True))})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        line = Signal(init=1)
        m.submodules += FFSynchronizer(self.rx, line, init=1)
        clock = _BitClock(m, self.clocks_per_bit)
        left = Signal(range(BITS + 1))  # bits still to come of this byte; 0 between bytes
        bits = Signal(8, reset_less=True)
        high = Signal()  # the line was high a clock ago: if it is low now, a start bit begins
        m.d.comb += self.o.payload.eq(bits)
        m.d.sync += self.o.valid.eq(0)
        with m.If(left == 0):
            # Sample in the middle of bits. The start bit has lasted one clock when it is detected.
            m.d.sync += [high.eq(line), clock.count.eq(clock.period // 2 + clock.step)]
            with m.If(high & ~line):
                m.d.sync += left.eq(BITS)
        with m.Elif(clock.tick):
            m.d.sync += left.eq(left - 1)
            with m.If(left == 1):
                m.d.sync += self.o.valid.eq(line)
            with m.Elif((left == BITS) & line):
                m.d.sync += left.eq(0)
            with m.Else():
                m.d.sync += bits.eq(Cat(bits[1:], line))
        return m


class UartTransmitter(wiring.Component):
    """Send bytes over a serial line; not ready while it sends one.

    Parameters
    ----------
    clocks_per_bit : Fraction
        Length of a bit; must be 1 or more.

    Members
    -------
    i : In(stream of 8 bits)
        Bytes.
    tx : Out(1)
        The line.
    """

    def __init__(self, clocks_per_bit: Fraction) -> None:
        self.clocks_per_bit = clocks_per_bit
        super().__init__({"i": In(stream.Signature(8)), "tx": Out(1, init=1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        clock = _BitClock(m, self.clocks_per_bit)
        left = Signal(range(BITS + 1))
        bits = Signal(BITS, init=-1)  # bit 0 is on the line
        m.d.comb += [self.i.ready.eq(left == 0), self.tx.eq(bits[0])]
        with m.If(left == 0):
            m.d.sync += clock.count.eq(0)
            with m.If(self.i.valid):
                m.d.sync += [
                    bits.eq(Cat(Const(0, 1), self.i.payload, Const(1, 1))),
                    left.eq(BITS),
                ]
        with m.Elif(clock.tick):
            m.d.sync += [bits.eq(Cat(bits[1:], Const(1, 1))), left.eq(left - 1)]
        return m
