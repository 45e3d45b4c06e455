"""Payloads of the streams between the blocks of a stage."""

from collections.abc import Sequence

from amaranth.hdl import signed, unsigned
from amaranth.lib import data

from hw.group_params import GroupParams
from hw.params import StageParams


def pixel_layout(channels: int, sample_bits: int = 8) -> data.ArrayLayout:
    """A pixel of ``channels`` samples."""
    return data.ArrayLayout(sample_bits, channels)


def raster_layout(pixel: data.Layout, count: int = 1, *, tkeep: bool = False) -> data.StructLayout:
    """A beat of ``count`` pixels in raster order, the leftmost first.

    ``line_last`` marks the last beat of a line, ``frame_last`` the last beat of a frame. ``keep``
    has a bit for each pixel, 0 for the padding behind the end of a line; it is there only if
    ``tkeep``.
    """
    members = {"pixels": data.ArrayLayout(pixel, count), "line_last": 1, "frame_last": 1}
    if tkeep:
        members["keep"] = count
    return data.StructLayout(members)


def pixels_layout(params: StageParams) -> data.StructLayout:
    """A beat of LR pixels in raster order."""
    return raster_layout(params.pixel, params.columns)


def column_layout(params: StageParams) -> data.StructLayout:
    """A beat of LR pixels with the R rows above and below, padded; row R is the beat itself."""
    return data.StructLayout(
        {"rows": data.ArrayLayout(params.pixels, params.side), "line_last": 1, "frame_last": 1}
    )


def window_layout(params: StageParams) -> data.StructLayout:
    """A beat of LR pixels with their windows, padded; pixel c is ``pixels[R][R + c]``."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(
                data.ArrayLayout(params.pixel, params.window_columns), params.side
            ),
            "line_last": 1,
            "frame_last": 1,
        }
    )


def taps_layout(group: GroupParams) -> data.ArrayLayout:
    """Tap values of one look-up."""
    return data.ArrayLayout(group.sample_bits, group.taps)


def lanes_taps_layout(group: GroupParams) -> data.ArrayLayout:
    """Tap values of one look-up per lane."""
    return data.ArrayLayout(taps_layout(group), group.lanes)


def lookups_layout(params: StageParams) -> data.StructLayout:
    """Tap values of one look-up per lane of every group."""
    return data.StructLayout(
        {f"group{n}": lanes_taps_layout(group) for n, group in enumerate(params.groups)}
    )


def split_layout(group: GroupParams) -> data.StructLayout:
    """Index and fraction of a look-up on each axis."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(group.index_bits, group.axes),
            "fraction": data.ArrayLayout(group.frac_bits, group.axes),
        }
    )


def sorted_layout(group: GroupParams) -> data.StructLayout:
    """A look-up with its axes sorted by fraction, the largest first.

    ``index`` stays in the order of the axes. ``order[n]`` is the axis in place n of the sorted
    sequence, ``fraction[n]`` its fraction.
    """
    return data.StructLayout(
        {
            "index": data.ArrayLayout(group.index_bits, group.axes),
            "order": data.ArrayLayout(2, group.axes),
            "fraction": data.ArrayLayout(group.frac_bits, group.axes),
        }
    )


def banked_layout(group: GroupParams) -> data.StructLayout:
    """For each bank, the row that a look-up reads and the weight of its entry."""
    return data.StructLayout(
        {
            "row": data.ArrayLayout(group.row_bits, group.banks),
            "weight": data.ArrayLayout(group.weight_bits, group.banks),
        }
    )


def fetched_layout(group: GroupParams) -> data.StructLayout:
    """For each bank, the entry that a look-up has read and its weight."""
    return data.StructLayout(
        {
            "entry": data.ArrayLayout(data.ArrayLayout(signed(8), group.numbers), group.banks),
            "weight": data.ArrayLayout(group.weight_bits, group.banks),
        }
    )


def weighed_layout(group: GroupParams) -> data.ArrayLayout:
    """Weighed sums of a look-up: a block of r² numbers for each table, not rotated back yet."""
    return data.ArrayLayout(signed(group.weighed_bits), group.numbers)


def lanes_weighed_layout(group: GroupParams) -> data.ArrayLayout:
    """Weighed sums of one look-up per lane."""
    return data.ArrayLayout(weighed_layout(group), group.lanes)


def blocks_layout(params: StageParams) -> data.StructLayout:
    """Weighed sums of one look-up per lane of every group."""
    return data.StructLayout(
        {f"group{n}": lanes_weighed_layout(group) for n, group in enumerate(params.groups)}
    )


def tag_layout(params: StageParams) -> data.StructLayout:
    """Label that travels with the look-ups of a step.

    ``line_last`` and ``frame_last`` are those of the windows. ``centre`` holds the samples of the
    picture that the look-ups belong to; it is there only if ``params.needs_centre``.
    """
    members = {
        "rotation_step": unsigned(max(1, (params.rotation_steps - 1).bit_length())),
        "colour_step": unsigned(max(1, (params.colour_steps - 1).bit_length())),
        "line_last": 1,
        "frame_last": 1,
    }
    if params.needs_centre:
        members["centre"] = data.ArrayLayout(params.sample_bits, params.sample_lanes)
    return data.StructLayout(members)


def total_layout(params: StageParams) -> data.ArrayLayout:
    """Sums of all look-ups, indexed by map, sample lane and HR pixel of the block."""
    block = data.ArrayLayout(signed(params.stage.sum_bits), params.block)
    return data.ArrayLayout(data.ArrayLayout(block, params.sample_lanes), params.maps)


def block_layout(params: StageParams, maps: int) -> data.ArrayLayout:
    """HR samples, indexed by map, sample lane and HR pixel of the block."""
    block = data.ArrayLayout(params.sample_bits, params.block)
    return data.ArrayLayout(data.ArrayLayout(block, params.sample_lanes), maps)


def load_layout(row_bits: int) -> data.StructLayout:
    """A word for a row of a bank; ``row_last`` marks the last word of the row."""
    return data.StructLayout({"word": 32, "row": row_bits, "bank": 3, "row_last": 1, "valid": 1})


def load_bus_layout(stages: Sequence[StageParams]) -> data.StructLayout:
    """A word for the tables of a chain: as ``load_layout``, and a valid bit for each group."""
    groups = [group for params in stages for group in params.groups]
    return data.StructLayout(
        {
            "word": 32,
            "row": max(group.row_bits for group in groups),
            "bank": 3,
            "row_last": 1,
            "groups": len(groups),
        }
    )


def beat_layout(params: StageParams) -> data.StructLayout:
    """A beat of HR pixels in raster order; the last beat of a line is padded with 0."""
    return raster_layout(params.pixel_out, params.pixels_per_beat, tkeep=params.tkeep)
