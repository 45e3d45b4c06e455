"""Padding as a multiplexer."""

from amaranth.hdl import Module, Signal, ValueLike

from hw.padding import sources


def pick(
    m: Module,
    items: list[ValueLike],
    before: Signal,
    after: Signal,
    reach: int,
    padding: str,
) -> list[Signal]:
    """Items -R…R around a centre, those outside the picture replaced by what stands for them.

    Parameters
    ----------
    items : list
        2R+1 of them, the centre in the middle.
    before, after : Signal
        How many of them, from the centre, are inside the picture on either side: 0…R.
    """
    out = []
    for offset in range(-reach, reach + 1):
        choices = sources(offset, reach, padding)
        value = Signal.like(items[0], name=f"padded{offset + reach}")
        m.d.comb += value.eq(items[reach + offset])
        for source, cases in choices.items():
            if source != offset:
                outside = 0
                for case in cases:
                    outside |= (before == case[0]) & (after == case[1])
                with m.If(outside):
                    m.d.comb += value.eq(items[reach + source])
        out.append(value)
    return out
