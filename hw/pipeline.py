"""Slice: a stream with registers in both directions."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.data import Layout
from amaranth.lib.wiring import In, Out


class SkidBuffer(wiring.Component):
    """Pass a stream on a clock later; ``ready`` is a register too, so no path leads through.

    One payload per clock; latency 1 clock; holds up to two payloads while ``o`` is not taken.

    Parameters
    ----------
    shape : data.Layout
        Of the payload.

    Members
    -------
    i : In(stream of shape)
    o : Out(stream of shape)
    """

    def __init__(self, shape: Layout) -> None:
        self.shape = shape
        super().__init__({"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape))})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        spare = Signal(self.shape, reset_less=True)
        payload = Signal(self.shape, reset_less=True)
        valid, spare_valid = Signal(), Signal()  # whether there is a payload, and one in spare
        # Duplicate of ~spare_valid, to split its fan-out: it drives every bit of a payload.
        ready = Signal(init=1)
        m.d.comb += [
            self.o.payload.eq(payload),
            self.o.valid.eq(valid),
            self.i.ready.eq(ready),
        ]
        with m.If(~spare_valid):
            m.d.sync += spare.eq(self.i.payload)
        with m.If(self.o.ready | ~valid):
            m.d.sync += [valid.eq(spare_valid | self.i.valid), spare_valid.eq(0), ready.eq(1)]
            m.d.sync += payload.eq(self.i.payload)
            with m.If(spare_valid):
                m.d.sync += payload.eq(spare)
        with m.Elif(self.i.valid):
            m.d.sync += [spare_valid.eq(1), ready.eq(0)]
        return m
