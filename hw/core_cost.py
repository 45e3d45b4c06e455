"""Estimated cost of a core in an FPGA, from its parameters; nothing is synthesised."""

from dataclasses import replace

from amaranth.hdl import Shape

from hw.core_params import CoreParams
from sw.tables import chroma_cost as chroma_path
from sw.tables import cost
from sw.tables.block_rams import DUAL_PORT_SHAPES, block_rams
from sw.tables.chroma_cost import NO_CHROMA, ChromaCost


def stage_costs(params: CoreParams) -> list[cost.StageCost]:
    """Estimated cost of each stage."""
    return [
        cost.stage_cost(stage.stage, stage.maps_in, stage.lanes, stage.max_width, stage.channels)
        for stage in params.stages
    ]


def chroma_cost(params: CoreParams) -> ChromaCost:
    """Estimated cost of the chroma's way, and of the memory of luma that is held back."""
    if not params.has_chroma:
        return NO_CHROMA
    chroma = params.chroma
    cost_of_lines = chroma_path.chroma_cost(
        chroma.scale,
        components=chroma.components,
        bits=Shape.cast(chroma.values).width,
        columns=chroma.columns,
        beat=chroma.pixels_per_beat,
        width=chroma.max_width,
        depth=chroma.depth,
    )
    luma_and_flags = params.sample_bits + 2
    held = block_rams(params.pixels_held, luma_and_flags, DUAL_PORT_SHAPES)
    return replace(cost_of_lines, block_rams=cost_of_lines.block_rams + held)
