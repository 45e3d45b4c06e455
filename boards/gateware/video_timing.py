"""Video modes and their timing."""

from dataclasses import dataclass

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import Out


@dataclass(frozen=True)
class Axis:
    """Lengths along a line in pixels, or of a frame in lines, in the order in which they come.

    A line begins with its sync pulse, as CEA-861 counts.
    """

    sync: int
    back: int
    active: int
    front: int

    @property
    def start(self) -> int:
        """Where the picture begins."""
        return self.sync + self.back

    @property
    def end(self) -> int:
        """Where the picture ends."""
        return self.start + self.active

    @property
    def total(self) -> int:
        """All of it."""
        return self.end + self.front


@dataclass(frozen=True)
class VideoMode:
    """A video mode with both syncs positive.

    Parameters
    ----------
    vertical, horizontal : Axis
    """

    vertical: Axis
    horizontal: Axis

    @property
    def clocks(self) -> int:
        """Pixel clocks of a frame."""
        return self.vertical.total * self.horizontal.total


HD720 = VideoMode(Axis(5, 20, 720, 5), Axis(40, 220, 1280, 110))
"""1280×720, 60 frames a second at 74.25 MHz: CEA-861, code 4."""


def place_layout(mode: VideoMode) -> data.StructLayout:
    """Where the beam is, counted from the syncs, and what the syncs are there."""
    return data.StructLayout(
        {
            "y": range(mode.vertical.total),
            "x": range(mode.horizontal.total),
            "active": 1,
            "hsync": 1,
            "vsync": 1,
        }
    )


class VideoTiming(wiring.Component):
    """Scans a frame, a pixel per clock, forever.

    Parameters
    ----------
    mode : VideoMode

    Members
    -------
    o : Out(place_layout)
        Where the beam is.
    frame : Out(1)
        For one clock, as the last line of the picture is over: vertical blanking begins.
    """

    def __init__(self, mode: VideoMode) -> None:
        self.mode = mode
        super().__init__({"o": Out(place_layout(mode)), "frame": Out(1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        rows, columns = self.mode.vertical, self.mode.horizontal
        # The first frame begins with the blanking after a picture, so that all goes its usual way.
        y, x = (
            Signal(range(rows.total), init=rows.end - 1),
            Signal(range(columns.total), init=columns.end),
        )
        m.d.sync += x.eq(x + 1)
        with m.If(x == columns.total - 1):
            m.d.sync += [x.eq(0), y.eq(y + 1)]
            with m.If(y == rows.total - 1):
                m.d.sync += y.eq(0)
        m.d.sync += [
            self.o.y.eq(y),
            self.o.x.eq(x),
            self.o.hsync.eq(x < columns.sync),
            self.o.vsync.eq(y < rows.sync),
            self.o.active.eq(
                (y >= rows.start) & (y < rows.end) & (x >= columns.start) & (x < columns.end)
            ),
            self.frame.eq((y == rows.end) & (x == 0)),
        ]
        return m
