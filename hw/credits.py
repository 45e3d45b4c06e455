"""Credits: how many places are left, told by registers."""

from amaranth.hdl import Module, Signal, Value


def any_left(m: Module, total: int, taken: Value, freed: Value) -> Value:
    """Whether one of ``total`` places is left that can be taken in this clock.

    Each clock may take one, if there is one, and free another; what is freed can be taken two
    clocks later. The count lags by a clock, so that nothing waits for an addition.
    """
    free = Signal(range(total + 1), init=total)
    was_taken, was_freed = Signal(), Signal()
    one, several = Signal(init=total == 1), Signal(init=total > 1)  # of free
    now = free - was_taken + was_freed
    m.d.sync += [
        was_taken.eq(taken),
        was_freed.eq(freed),
        free.eq(now),
        one.eq(now == 1),
        several.eq(now > 1),
    ]
    return several | (one & ~was_taken)
