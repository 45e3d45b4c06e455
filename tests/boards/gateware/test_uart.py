from fractions import Fraction

import pytest
from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped
from amaranth.sim import Simulator

from boards.gateware.uart import UartReceiver, UartTransmitter
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic

BYTES = [0, 255, 0x55, 0xAA, 1, 128, *range(60, 80)]


class Loop(wiring.Component):
    """A transmitter and a receiver, whose bits may last a little differently."""

    def __init__(self, sent, received):
        self.sent, self.received = Fraction(sent), Fraction(received)
        super().__init__(
            {
                "i": In(stream.Signature(8)),
                "o": Out(stream.Signature(8, always_ready=True)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.transmitter = transmitter = UartTransmitter(self.sent)
        m.submodules.receiver = receiver = UartReceiver(self.received)
        m.d.comb += receiver.rx.eq(transmitter.tx)
        connect(m, flipped(self.i), transmitter.i)
        connect(m, receiver.o, flipped(self.o))
        return m


@pytest.mark.parametrize("idle", [0.0, 0.95])
@pytest.mark.parametrize(
    ("sent", "received"),
    [(4, 4), ("24.75", "24.75"), ("24.75", 25), (24, "24.75"), ("25.5", "24.75"), (7, "6.9")],
)
def test_bytes_arrive(sent, received, idle):
    got, clocks = run_stream(Loop(sent, received), BYTES, len(BYTES), Traffic(idle=idle, seed=5))
    assert got == BYTES
    if not idle:
        # Nothing is lost between two bytes, not even over many: ten bits each, and a clock.
        assert clocks[-1] - clocks[0] <= (len(BYTES) - 1) * (10 * Fraction(sent) + 2)


def line_bits(receiver, bits, clocks):
    """What the receiver makes of a line that has each of ``bits`` for ``clocks``."""
    got = []

    async def drive(ctx):
        for bit in bits:
            ctx.set(receiver.rx, bit)
            await ctx.tick().repeat(clocks)

    async def watch(ctx):
        async for _, _, valid, byte in ctx.tick().sample(receiver.o.valid, receiver.o.payload):
            if valid:
                got.append(byte)

    simulator = Simulator(receiver)
    simulator.add_clock(1e-8)
    simulator.add_testbench(drive)
    simulator.add_testbench(watch, background=True)
    simulator.run()
    return got


def test_broken_bytes_are_dropped():
    byte = [0, 1, 0, 1, 0, 0, 0, 1, 1]  # 0xC5, the stop bit not yet
    idle, low = [1] * 3, [0] * 12
    bits = [*idle, *byte, 1, *idle, *byte, 0, *idle, *low, *idle, *byte, *idle]
    assert line_bits(UartReceiver(Fraction(8)), bits, 8) == [0xC5, 0xC5]


def test_short_low_is_no_start():
    byte = [0, 1, 0, 1, 0, 0, 0, 1, 1, 1]
    bits = [bit for bit in [1, 1, *byte, 1] for _ in range(16)]
    bits[20:20] = [0, 0, 0, *[1] * 40]
    assert line_bits(UartReceiver(Fraction(16)), bits, 1) == [0xC5]
