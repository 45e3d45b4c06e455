"""Gather the channels of a pixel that are worked on one after the other."""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import stream

from hw.layouts import block_layout
from hw.params import StageParams


def collect_channels(
    m: Module, params: StageParams, i: stream.Interface, colour_step: Signal
) -> tuple[list[list[Value]], Signal]:
    """HR pixels from blocks of ``i``, which come by colour steps; earlier ones wait in registers.

    Returns
    -------
    pixels : list of list of Value
        For each column worked on at a time r² HR pixels, laid out as ``params.pixel_out``.
    complete : Signal
        Whether they are, in this clock.
    """
    steps = [i.payload]
    for step in range(params.colour_steps - 1):
        early = Signal(block_layout(params, params.maps_out), name=f"early{step}", reset_less=True)
        with m.If(i.valid & (colour_step == step)):
            m.d.sync += early.eq(i.payload)
        steps.insert(-1, early)
    complete = Signal()
    m.d.comb += complete.eq(i.valid & (colour_step == params.colour_steps - 1))
    pixels = []
    for column in range(params.columns):
        samples = [
            step[number][column * params.colour_lanes + c]
            for number in range(params.maps_out)
            for step in steps
            for c in range(params.colour_lanes)
        ]
        pixels.append([Cat(sample[o] for sample in samples) for o in range(params.block)])
    return pixels, complete
