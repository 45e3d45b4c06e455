"""The ends that a line writer and a pixel queue have alike: a stage has one or the other."""

from amaranth.lib import stream
from amaranth.lib.wiring import In, Member, Out

from hw.layouts import beat_layout, block_layout, tag_layout
from hw.params import StageParams


def writer_signature(params: StageParams) -> dict[str, Member]:
    """Room and starts towards the scheduler, blocks and their marks in, beats out."""
    return {
        "room": Out(1),
        "start": In(1),
        "start_last": In(1),
        "i": In(stream.Signature(block_layout(params, params.maps_out), always_ready=True)),
        "tag": In(tag_layout(params)),
        "o": Out(stream.Signature(beat_layout(params))),
    }
