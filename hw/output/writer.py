"""What the line writer and the pixel queue share: their ports, and collecting channels."""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Member, Out

from hw.layouts import beat_layout, block_layout, tag_layout
from hw.params import StageParams


def writer_signature(params: StageParams) -> dict[str, Member]:
    """Ports of a writer.

    Towards the scheduler ``credit``, ``start`` and ``start_last``; blocks come in at ``i`` with
    their ``tag``; beats go out at ``o``.
    """
    return {
        "credit": Out(1),
        "start": In(1),
        "start_last": In(1),
        "i": In(stream.Signature(block_layout(params, params.maps_out), always_ready=True)),
        "tag": In(tag_layout(params)),
        "o": Out(stream.Signature(beat_layout(params))),
    }


def collect_channels(
    m: Module, params: StageParams, i: stream.Interface, colour_step: Signal
) -> tuple[list[list[Value]], Signal]:
    """Whole HR pixels from the blocks of ``i``, which come one colour step after the other.

    Blocks of all colour steps but the last wait in registers.

    Returns
    -------
    pixels : list of list of Value
        For each column of the beat, the r² HR pixels of its block as ``params.pixel_out``.
    complete : Signal
        Whether ``pixels`` are complete in this clock.
    """
    blocks = [i.payload]
    for step in range(params.colour_steps - 1):
        early = Signal(block_layout(params, params.maps_out), name=f"early{step}", reset_less=True)
        with m.If(i.valid & (colour_step == step)):
            m.d.sync += early.eq(i.payload)
        blocks.insert(-1, early)
    complete = Signal()
    m.d.comb += complete.eq(i.valid & (colour_step == params.colour_steps - 1))
    pixels = []
    for column in range(params.columns):
        samples = [
            block[number][column * params.colour_lanes + c]
            for number in range(params.maps_out)
            for block in blocks
            for c in range(params.colour_lanes)
        ]
        pixels.append([Cat(sample[pixel] for sample in samples) for pixel in range(params.block)])
    return pixels, complete
