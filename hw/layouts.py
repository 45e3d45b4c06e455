"""What flows between the blocks of a stage, and delaying it."""

from amaranth.hdl import Module, Signal, ValueLike, signed, unsigned
from amaranth.lib import data

from hw.group_params import GroupParams
from hw.params import StageParams


def pixels_layout(params: StageParams) -> data.StructLayout:
    """Pixels of a frame in raster order; the flags mark the last of a line and of a frame."""
    return data.StructLayout({"pixels": params.pixels, "line_last": 1, "frame_last": 1})


def column_layout(params: StageParams) -> data.StructLayout:
    """Pixels with their neighbours above and below, padded: row R is their own."""
    return data.StructLayout(
        {"rows": data.ArrayLayout(params.pixels, params.side), "line_last": 1, "frame_last": 1}
    )


def window_layout(params: StageParams) -> data.StructLayout:
    """Pixels with all their neighbours, padded: ``pixels[R][R + column]`` are their own."""
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
    return data.ArrayLayout(8, group.taps)


def lanes_taps_layout(group: GroupParams) -> data.ArrayLayout:
    """Tap values of a look-up in each lane."""
    return data.ArrayLayout(taps_layout(group), group.lanes)


def lookups_layout(params: StageParams) -> data.StructLayout:
    """Tap values of a look-up in each lane of each group of tables."""
    return data.StructLayout(
        {f"group{n}": lanes_taps_layout(group) for n, group in enumerate(params.groups)}
    )


def split_layout(group: GroupParams) -> data.StructLayout:
    """Where one look-up lies on the grid, axis by axis."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(group.index_bits, group.axes),
            "fraction": data.ArrayLayout(group.frac_bits, group.axes),
        }
    )


def sorted_layout(group: GroupParams) -> data.StructLayout:
    """Axes of one look-up, their fractions in falling order."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(group.index_bits, group.axes),
            "order": data.ArrayLayout(2, group.axes),
            "fraction": data.ArrayLayout(group.frac_bits, group.axes),
        }
    )


def banked_layout(group: GroupParams) -> data.StructLayout:
    """What one look-up asks of each bank: a row, and the weight of what lies there."""
    return data.StructLayout(
        {
            "row": data.ArrayLayout(group.row_bits, group.banks),
            "weight": data.ArrayLayout(group.weight_bits, group.banks),
        }
    )


def fetched_layout(group: GroupParams) -> data.StructLayout:
    """What the banks gave to one look-up, and the weights that wait for it."""
    return data.StructLayout(
        {
            "entry": data.ArrayLayout(data.ArrayLayout(signed(8), group.numbers), group.banks),
            "weight": data.ArrayLayout(group.weight_bits, group.banks),
        }
    )


def weighed_layout(group: GroupParams) -> data.ArrayLayout:
    """A look-up's blocks, r² signed sums of each table, not turned back yet."""
    return data.ArrayLayout(signed(group.weighed_bits), group.numbers)


def lanes_weighed_layout(group: GroupParams) -> data.ArrayLayout:
    """The blocks of each lane."""
    return data.ArrayLayout(weighed_layout(group), group.lanes)


def blocks_layout(params: StageParams) -> data.StructLayout:
    """The blocks of each lane of each group of tables."""
    return data.StructLayout(
        {f"group{n}": lanes_weighed_layout(group) for n, group in enumerate(params.groups)}
    )


def tag_layout(params: StageParams) -> data.StructLayout:
    """Which part of which pixels the lanes work on.

    ``centre`` is the picture's samples worked on, where they are needed along with the look-ups.
    """
    members = {
        "rotation_step": unsigned(max(1, (params.rotation_steps - 1).bit_length())),
        "colour_step": unsigned(max(1, (params.colour_steps - 1).bit_length())),
        "line_last": 1,
        "frame_last": 1,
    }
    if params.needs_centre:
        members["centre"] = data.ArrayLayout(8, params.sample_lanes)
    return data.StructLayout(members)


def total_layout(params: StageParams) -> data.ArrayLayout:
    """Sums of all look-ups, for each map, each sample worked on and each HR pixel."""
    block = data.ArrayLayout(signed(params.stage.sum_bits), params.block)
    return data.ArrayLayout(data.ArrayLayout(block, params.sample_lanes), params.maps)


def block_layout(params: StageParams, maps: int) -> data.ArrayLayout:
    """HR samples of ``maps`` maps, of the samples worked on."""
    block = data.ArrayLayout(8, params.block)
    return data.ArrayLayout(data.ArrayLayout(block, params.sample_lanes), maps)


def beat_layout(params: StageParams) -> data.StructLayout:
    """A beat of the HR picture; a line's last beat is filled up with black."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(params.pixel_out, params.pixels_per_beat),
            "line_last": 1,
            "frame_last": 1,
        }
    )


def delayed(m: Module, value: ValueLike, clocks: int, *, reset: bool = False) -> ValueLike:
    """``value`` as it was ``clocks`` clocks ago; only what ``reset`` asks for is reset."""
    for _ in range(clocks):
        register = Signal.like(value, reset_less=not reset)
        m.d.sync += register.eq(value)
        value = register
    return value
