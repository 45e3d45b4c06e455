"""Gather the channels of a pixel that are worked on one after the other."""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import stream

from hw.layouts import block_layout
from hw.params import StageParams


def whole_pixels(
    m: Module, p: StageParams, i: stream.Interface, colour_step: Signal
) -> tuple[list[list[Value]], Signal]:
    """HR pixels from blocks of ``i``, which come by colour steps; earlier ones wait in registers.

    Returns
    -------
    pixels : list of list of Value
        For each column worked on at a time r² HR pixels, laid out as ``p.pixel_out``.
    complete : Signal
        Whether they are, in this clock.
    """
    steps = [i.payload]
    for step in range(p.colour_steps - 1):
        early = Signal(block_layout(p, p.maps_out), name=f"early{step}", reset_less=True)
        with m.If(i.valid & (colour_step == step)):
            m.d.sync += early.eq(i.payload)
        steps.insert(-1, early)
    complete = Signal()
    m.d.comb += complete.eq(i.valid & (colour_step == p.colour_steps - 1))
    pixels = []
    for column in range(p.columns):
        samples = [
            step[number][column * p.colour_lanes + c]
            for number in range(p.maps_out)
            for step in steps
            for c in range(p.colour_lanes)
        ]
        pixels.append([Cat(sample[o] for sample in samples) for o in range(p.block)])
    return pixels, complete
