"""Position of the picture on the screen."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.video_timing import VideoMode, scan_layout
from boards.picture_layout import SCALE, Limits, size_layout


def placement_layout() -> data.StructLayout:
    """Flags of a pixel of the screen.

    ``picture``: within the picture. ``first``: the top left pixel of the picture. ``right``: in the
    right half of the screen. ``middle``: in one of the two middle columns. The others are those of
    the video timing.
    """
    return data.StructLayout(
        {
            "picture": 1,
            "first": 1,
            "right": 1,
            "middle": 1,
            "active": 1,
            "hsync": 1,
            "vsync": 1,
        }
    )


class Placement(wiring.Component):
    """Place the enlarged picture in the middle of the screen.

    One pixel per clock; latency 1 clock; never stalls.

    Parameters
    ----------
    mode : VideoMode
    limits : Limits
        Largest picture.

    Members
    -------
    i : In(scan_layout)
        Scan position.
    size : In(size_layout)
        Size of the picture; may change in blanking only.
    o : Out(placement_layout)
        Flags of the pixel at that position.
    """

    def __init__(self, mode: VideoMode, limits: Limits) -> None:
        self.mode = mode
        super().__init__(
            {
                "i": In(scan_layout(mode)),
                "size": In(size_layout(limits)),
                "o": Out(placement_layout()),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        rows, columns = self.mode.vertical, self.mode.horizontal
        y, x = self.i.y, self.i.x
        middle_y, middle_x = rows.start + rows.active // 2, columns.start + columns.active // 2
        top, bottom = Signal.like(y), Signal.like(y)
        left, right = Signal.like(x), Signal.like(x)
        m.d.sync += [
            top.eq(middle_y - self.size.height * (SCALE // 2)),
            bottom.eq(middle_y + self.size.height * (SCALE // 2)),
            left.eq(middle_x - self.size.width * (SCALE // 2)),
            right.eq(middle_x + self.size.width * (SCALE // 2)),
            self.o.picture.eq((y >= top) & (y < bottom) & (x >= left) & (x < right)),
            self.o.first.eq((y == top) & (x == left)),
            self.o.right.eq(x >= middle_x),
            self.o.middle.eq((x == middle_x - 1) | (x == middle_x)),
            self.o.active.eq(self.i.active),
            self.o.hsync.eq(self.i.hsync),
            self.o.vsync.eq(self.i.vsync),
        ]
        return m
