"""The UART, transmitter to receiver, and with broken bytes."""

from fractions import Fraction

import pytest
from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from board_blocks import run
from boards.gateware.uart import UartReceiver, UartTransmitter
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic

BYTES = [0, 255, 0x55, 0xAA, 1, 128, *range(60, 80)]


class Loop(wiring.Component):
    """A transmitter connected to a receiver; ``sent`` and ``received`` are their clocks per bit."""

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
        # A byte takes ten bits, and at most two clocks more until the next one starts.
        assert clocks[-1] - clocks[0] <= (len(BYTES) - 1) * (10 * Fraction(sent) + 2)


def receive(receiver, bits, clocks):
    """The bytes that the receiver gets from a line with ``bits`` of ``clocks`` clocks each."""
    received = []

    async def drive(ctx):
        for bit in bits:
            ctx.set(receiver.rx, bit)
            await ctx.tick().repeat(clocks)

    async def watch(ctx):
        async for _, _, valid, byte in ctx.tick().sample(receiver.o.valid, receiver.o.payload):
            if valid:
                received.append(byte)

    run(receiver, drive, background=(watch,))
    return received


def test_broken_bytes_are_dropped():
    byte = [0, 1, 0, 1, 0, 0, 0, 1, 1]  # 0xC5 without its stop bit
    idle, low = [1] * 3, [0] * 12
    bits = [*idle, *byte, 1, *idle, *byte, 0, *idle, *low, *idle, *byte, *idle]
    assert receive(UartReceiver(Fraction(8)), bits, 8) == [0xC5, 0xC5]


def test_a_short_start_bit_is_ignored():
    byte = [0, 1, 0, 1, 0, 0, 0, 1, 1, 1]
    bits = [bit for bit in [1, 1, *byte, 1] for _ in range(16)]
    bits[20:20] = [0, 0, 0, *[1] * 40]
    assert receive(UartReceiver(Fraction(16)), bits, 1) == [0xC5]
