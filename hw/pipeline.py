"""Parts of a pipeline: a delay line, credits, a skid buffer, and a queue."""

from amaranth.hdl import Assert, Module, Mux, Signal, Value, ValueLike
from amaranth.lib import stream, wiring
from amaranth.lib.data import Layout
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out


def delayed(m: Module, value: ValueLike, clocks: int, *, reset: bool = False) -> ValueLike:
    """``value`` as it was ``clocks`` clocks ago.

    ``reset`` says whether the registers are reset: valid bits need it, data does not.
    """
    for _ in range(clocks):
        register = Signal.like(value, reset_less=not reset)
        m.d.sync += register.eq(value)
        value = register
    return value


def credit_available(m: Module, total: int, taken: Value, freed: Value) -> Value:
    """Whether a credit can be taken in this clock, of ``total`` that there are.

    A credit may be taken and another one freed in each clock; a credit must only be taken where
    this is 1. A freed credit is available two clocks later. The count lags by a clock, and ``one``
    and ``several`` are predicted from the previous count, so that no adder is on the path.
    """
    free = Signal(range(total + 1), init=total)
    one, several = Signal(init=total == 1), Signal(init=total > 1)  # free is 1, is more
    was_taken, more, fewer = Signal(), Signal(), Signal()
    m.d.sync += [
        was_taken.eq(taken),
        more.eq(freed & ~taken),
        fewer.eq(taken & ~freed),
        free.eq(free + Mux(fewer, -1, more)),
    ]
    with m.If(more):
        m.d.sync += [one.eq(free == 0), several.eq(free != 0)]
    with m.If(fewer):
        m.d.sync += [one.eq(free == 2), several.eq((free != 1) & (free != 2))]
    return several | (one & ~was_taken)


class SkidBuffer(wiring.Component):
    """Register a stream in both directions: no combinational path leads from one end to the other.

    One payload per clock; latency ``delay(shape)`` clocks. While ``o`` stalls it fills up with two
    payloads, then stalls ``i``. The first clock edge of a reset makes ``i.ready`` and ``o.valid``
    low; ``i.ready`` rises at the first edge after the reset.

    Parameters
    ----------
    shape : data.Layout
        Layout of the payload.

    Members
    -------
    i : In(stream of shape)
    o : Out(stream of shape)
    """

    def __init__(self, shape: Layout) -> None:
        self.shape = shape
        super().__init__({"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape))})

    @staticmethod
    def delay(shape: Layout) -> int:
        """Clocks from ``i`` to ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        spare = Signal(self.shape, reset_less=True)
        payload = Signal(self.shape, reset_less=True)
        valid, spare_valid = Signal(), Signal()  # of payload, of spare
        # After the first clock a duplicate of ~spare_valid, which enables every bit of spare: two
        # registers split the fan-out.
        ready = Signal()
        taken = Signal()  # i is transferred
        m.d.comb += [
            self.o.payload.eq(payload),
            self.o.valid.eq(valid),
            self.i.ready.eq(ready),
            taken.eq(self.i.valid & ready),
        ]
        with m.If(~spare_valid):
            m.d.sync += spare.eq(self.i.payload)
        with m.If(self.o.ready | ~valid):
            m.d.sync += [valid.eq(spare_valid | taken), spare_valid.eq(0), ready.eq(1)]
            m.d.sync += payload.eq(self.i.payload)
            with m.If(spare_valid):
                m.d.sync += payload.eq(spare)
        with m.Elif(taken):
            m.d.sync += [spare_valid.eq(1), ready.eq(0)]
        return m


class Queue(wiring.Component):
    """A FIFO in a memory made of LUTs, which is read in the clock of its address.

    One payload per clock; latency ``delay(shape)`` clocks. Never stalls ``i``: a source must know
    that there is space, see :func:`credit_available`. No register but a counter
    has an enable, and ``o.valid`` is a register, so ``o.ready`` drives little.

    Parameters
    ----------
    shape : data.Layout
        Layout of the payload.
    depth : int
        A power of two.

    Members
    -------
    i : In(stream of shape), always ready
    o : Out(stream of shape)
    """

    def __init__(self, shape: Layout, *, depth: int) -> None:
        assert depth.bit_count() == 1
        self.shape, self.depth = shape, depth
        super().__init__(
            {
                "i": In(stream.Signature(shape, always_ready=True)),
                "o": Out(stream.Signature(shape)),
            }
        )

    @staticmethod
    def delay(shape: Layout) -> int:
        """Clocks from ``i`` to ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.storage = storage = Memory(shape=self.shape, depth=self.depth, init=[])
        write, read = storage.write_port(), storage.read_port(domain="comb")
        level = Signal(range(self.depth + 1))
        valid, several = Signal(), Signal()  # level is not 0, is more than 1
        sent = Signal()
        m.d.comb += [
            write.data.eq(self.i.payload),
            write.en.eq(self.i.valid),
            self.o.payload.eq(read.data),
            self.o.valid.eq(valid),
            sent.eq(valid & self.o.ready),
        ]
        with m.If(self.i.valid):
            m.d.sync += write.addr.eq(write.addr + 1)
        with m.If(sent):
            m.d.sync += read.addr.eq(read.addr + 1)
        with m.If(self.i.valid & ~sent):
            m.d.sync += [level.eq(level + 1), valid.eq(1), several.eq(valid)]
        with m.Elif(sent & ~self.i.valid):
            m.d.sync += [level.eq(level - 1), valid.eq(several), several.eq(level > 2)]
        if platform == "formal":
            m.d.comb += Assert(~self.i.valid | (level != self.depth))
            m.d.comb += [Assert(valid == (level != 0)), Assert(several == (level > 1))]
        return m
