"""What flows between the blocks of a stage, and delaying it."""

from amaranth.hdl import Module, Signal, ValueLike, signed, unsigned
from amaranth.lib import data

from hw.group_params import GroupParams
from hw.params import StageParams


def pixels_layout(p: StageParams) -> data.StructLayout:
    """Pixels of a frame in raster order; the flags mark the last of a line and of a frame."""
    return data.StructLayout({"pixels": p.pixels, "line_last": 1, "frame_last": 1})


def column_layout(p: StageParams) -> data.StructLayout:
    """Pixels with their neighbours above and below, padded: row R is their own."""
    return data.StructLayout(
        {"rows": data.ArrayLayout(p.pixels, p.side), "line_last": 1, "frame_last": 1}
    )


def window_layout(p: StageParams) -> data.StructLayout:
    """Pixels with all their neighbours, padded: ``pixels[R][R + column]`` are their own."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(data.ArrayLayout(p.pixel, p.window_columns), p.side),
            "line_last": 1,
            "frame_last": 1,
        }
    )


def taps_layout(g: GroupParams) -> data.ArrayLayout:
    """Tap values of one look-up."""
    return data.ArrayLayout(8, g.taps)


def lanes_taps_layout(g: GroupParams) -> data.ArrayLayout:
    """Tap values of a look-up in each lane."""
    return data.ArrayLayout(taps_layout(g), g.lanes)


def work_layout(p: StageParams) -> data.StructLayout:
    """Tap values of a look-up in each lane of each group of tables."""
    return data.StructLayout(
        {f"group{n}": lanes_taps_layout(group) for n, group in enumerate(p.groups)}
    )


def split_layout(g: GroupParams) -> data.StructLayout:
    """Where one look-up lies on the grid, axis by axis."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(g.index_bits, g.axes),
            "fraction": data.ArrayLayout(g.frac_bits, g.axes),
        }
    )


def sorted_layout(g: GroupParams) -> data.StructLayout:
    """Axes of one look-up, their fractions in falling order."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(g.index_bits, g.axes),
            "order": data.ArrayLayout(2, g.axes),
            "fraction": data.ArrayLayout(g.frac_bits, g.axes),
        }
    )


def banked_layout(g: GroupParams) -> data.StructLayout:
    """What one look-up asks of each bank: a row, and the weight of what lies there."""
    return data.StructLayout(
        {
            "row": data.ArrayLayout(g.row_bits, g.banks),
            "weight": data.ArrayLayout(g.weight_bits, g.banks),
        }
    )


def fetched_layout(g: GroupParams) -> data.StructLayout:
    """What the banks gave to one look-up, and the weights that wait for it."""
    return data.StructLayout(
        {
            "entry": data.ArrayLayout(data.ArrayLayout(signed(8), g.numbers), g.banks),
            "weight": data.ArrayLayout(g.weight_bits, g.banks),
        }
    )


def weighed_layout(g: GroupParams) -> data.ArrayLayout:
    """A look-up's blocks, r² signed sums of each table, not turned back yet."""
    return data.ArrayLayout(signed(g.weighed_bits), g.numbers)


def lanes_weighed_layout(g: GroupParams) -> data.ArrayLayout:
    """The blocks of each lane."""
    return data.ArrayLayout(weighed_layout(g), g.lanes)


def done_layout(p: StageParams) -> data.StructLayout:
    """The blocks of each lane of each group of tables."""
    return data.StructLayout(
        {f"group{n}": lanes_weighed_layout(group) for n, group in enumerate(p.groups)}
    )


def mark_layout(p: StageParams) -> data.StructLayout:
    """Which part of which pixels the lanes work on.

    ``centre`` is the picture's samples worked on, where they are needed along with the look-ups.
    """
    members = {
        "rotation_step": unsigned(max(1, (p.rotation_steps - 1).bit_length())),
        "colour_step": unsigned(max(1, (p.colour_steps - 1).bit_length())),
        "line_last": 1,
        "frame_last": 1,
    }
    if p.needs_centre:
        members["centre"] = data.ArrayLayout(8, p.places)
    return data.StructLayout(members)


def total_layout(p: StageParams) -> data.ArrayLayout:
    """Sums of all look-ups, for each map, each sample worked on and each HR pixel."""
    block = data.ArrayLayout(signed(p.stage.sum_bits), p.block)
    return data.ArrayLayout(data.ArrayLayout(block, p.places), p.maps)


def block_layout(p: StageParams, maps: int) -> data.ArrayLayout:
    """HR samples of ``maps`` maps, of the samples worked on."""
    block = data.ArrayLayout(8, p.block)
    return data.ArrayLayout(data.ArrayLayout(block, p.places), maps)


def beat_layout(p: StageParams) -> data.StructLayout:
    """A beat of the HR picture; a line's last beat is filled up with black."""
    return data.StructLayout(
        {"pixels": data.ArrayLayout(p.pixel_out, p.beat), "line_last": 1, "frame_last": 1}
    )


def delayed(m: Module, value: ValueLike, clocks: int, *, reset: bool = False) -> ValueLike:
    """``value`` as it was ``clocks`` clocks ago; only what ``reset`` asks for is reset."""
    for _ in range(clocks):
        register = Signal.like(value, reset_less=not reset)
        m.d.sync += register.eq(value)
        value = register
    return value
