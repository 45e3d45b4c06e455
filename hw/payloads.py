"""What flows between the blocks of a stage, and delaying it."""

from amaranth.hdl import Module, Signal, ValueLike, signed, unsigned
from amaranth.lib import data

from hw.params import StageParams


def pixel_layout(p: StageParams) -> data.StructLayout:
    """A pixel of a frame in raster order; the flags mark the last of a line and of a frame."""
    return data.StructLayout({"pixel": p.pixel, "line_last": 1, "frame_last": 1})


def column_layout(p: StageParams) -> data.StructLayout:
    """A pixel with its neighbours above and below, padded: row R is its own."""
    return data.StructLayout(
        {"rows": data.ArrayLayout(p.pixel, p.side), "line_last": 1, "frame_last": 1}
    )


def window_layout(p: StageParams) -> data.StructLayout:
    """A pixel with all its neighbours, padded: ``pixels[R][R]`` is its own."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(data.ArrayLayout(p.pixel, p.side), p.side),
            "line_last": 1,
            "frame_last": 1,
        }
    )


def taps_layout(p: StageParams) -> data.ArrayLayout:
    """Tap values of one look-up."""
    return data.ArrayLayout(8, p.taps)


def split_layout(p: StageParams) -> data.StructLayout:
    """Where one look-up lies on the grid, axis by axis."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(p.index_bits, p.axes),
            "fraction": data.ArrayLayout(p.frac_bits, p.axes),
        }
    )


def sorted_layout(p: StageParams) -> data.StructLayout:
    """Axes of one look-up, their fractions in falling order."""
    return data.StructLayout(
        {
            "index": data.ArrayLayout(p.index_bits, p.axes),
            "order": data.ArrayLayout(2, p.axes),
            "fraction": data.ArrayLayout(p.frac_bits, p.axes),
        }
    )


def banked_layout(p: StageParams) -> data.StructLayout:
    """What one look-up asks of each bank: a row, and the weight of what lies there."""
    return data.StructLayout(
        {
            "row": data.ArrayLayout(p.row_bits, p.banks),
            "weight": data.ArrayLayout(p.weight_bits, p.banks),
        }
    )


def fetched_layout(p: StageParams) -> data.StructLayout:
    """What the banks gave to one look-up, and the weights that wait for it."""
    return data.StructLayout(
        {
            "block": data.ArrayLayout(data.ArrayLayout(signed(8), p.block), p.banks),
            "weight": data.ArrayLayout(p.weight_bits, p.banks),
        }
    )


def weighed_layout(p: StageParams) -> data.ArrayLayout:
    """A look-up's block, r² signed sums with ``frac_bits`` of fraction, not turned back yet."""
    return data.ArrayLayout(signed(p.weighed_bits), p.block)


def mark_layout(p: StageParams) -> data.StructLayout:
    """Which part of which pixel the lanes work on.

    ``centre`` is the pixel, the channels worked on, where what the table holds is added to it.
    """
    members = {
        "rotation_step": unsigned(max(1, (p.rotation_steps - 1).bit_length())),
        "colour_step": unsigned(max(1, (p.colour_steps - 1).bit_length())),
        "line_last": 1,
        "frame_last": 1,
    }
    if p.differences:
        members["centre"] = data.ArrayLayout(8, p.colour_lanes)
    return data.StructLayout(members)


def total_layout(p: StageParams) -> data.ArrayLayout:
    """Sums of all rotations, for each channel worked on and each HR pixel."""
    return data.ArrayLayout(data.ArrayLayout(signed(p.stage.sum_bits), p.block), p.colour_lanes)


def block_layout(p: StageParams) -> data.ArrayLayout:
    """HR pixels of the channels worked on."""
    return data.ArrayLayout(data.ArrayLayout(8, p.block), p.colour_lanes)


def beat_layout(p: StageParams) -> data.StructLayout:
    """A beat of the HR picture; a line's last beat is filled up with black."""
    return data.StructLayout(
        {"pixels": data.ArrayLayout(p.pixel, p.beat), "line_last": 1, "frame_last": 1}
    )


def delayed(m: Module, value: ValueLike, clocks: int, *, reset: bool = False) -> ValueLike:
    """``value`` as it was ``clocks`` clocks ago; only what ``reset`` asks for is reset."""
    for _ in range(clocks):
        register = Signal.like(value, reset_less=not reset)
        m.d.sync += register.eq(value)
        value = register
    return value
