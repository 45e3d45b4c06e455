"""Padding as a multiplexer."""

from collections.abc import Sequence

from amaranth.hdl import Module, Signal, ValueLike

from hw.padding import sources


def pick(
    m: Module,
    items: Sequence[ValueLike],
    before: tuple[Signal, Sequence[int]],
    after: tuple[Signal, Sequence[int]],
    padding: str,
) -> list[Signal]:
    """Items around a centre, those outside the picture replaced by what stands for them.

    Parameters
    ----------
    items : sequence
        In order; as many before the centre as the largest number in ``before``, likewise after it.
    before, after : (Signal, sequence of int)
        How many of them, from the centre, are inside the picture on either side: the signal tells
        which of these numbers it is.
    """
    (left, befores), (right, afters) = before, after
    reach = max(befores)
    out = []
    for offset in range(-reach, max(afters) + 1):
        value = Signal.like(items[0], name=f"padded{offset + reach}")
        m.d.comb += value.eq(items[reach + offset])
        for source, cases in sources(offset, befores, afters, padding).items():
            if source != offset:
                outside = 0
                for b, a in cases:
                    outside |= (left == b) & (right == a)
                with m.If(outside):
                    m.d.comb += value.eq(items[reach + source])
        out.append(value)
    return out
