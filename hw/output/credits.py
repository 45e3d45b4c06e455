"""Credits: how many places are left, told by registers."""

from amaranth.hdl import Module, Mux, Signal, Value


def credit_available(m: Module, total: int, taken: Value, freed: Value) -> Value:
    """Whether one of ``total`` places is left that can be taken in this clock.

    Each clock may take one, if there is one, and free another; what is freed can be taken two
    clocks later. The count lags by a clock, so that nothing waits for an addition; nor does what
    tells that it is 1, or more, which follows from the count before.
    """
    free = Signal(range(total + 1), init=total)
    one, several = Signal(init=total == 1), Signal(init=total > 1)  # of free
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
