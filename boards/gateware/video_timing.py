"""Video modes and their timing."""

from dataclasses import dataclass

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import Out


@dataclass(frozen=True)
class Axis:
    """Timing of a line in pixels, or of a frame in lines: sync, back porch, active, front porch.

    Counting starts at the sync pulse, as in CEA-861.
    """

    sync: int
    back: int
    active: int
    front: int

    @property
    def start(self) -> int:
        """First active position."""
        return self.sync + self.back

    @property
    def end(self) -> int:
        """First position after the active ones."""
        return self.start + self.active

    @property
    def total(self) -> int:
        """Length including blanking."""
        return self.end + self.front


@dataclass(frozen=True)
class VideoMode:
    """A video mode; both syncs are active high.

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


def scan_layout(mode: VideoMode) -> data.StructLayout:
    """Scan position, counted from the sync pulses, and the timing signals at that position."""
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
    """Scan frame after frame, one pixel per clock; never stalls.

    Parameters
    ----------
    mode : VideoMode

    Members
    -------
    o : Out(scan_layout)
        Scan position and timing signals.
    frame : Out(1)
        High for one clock after the last active line: vertical blanking begins.
    """

    def __init__(self, mode: VideoMode) -> None:
        self.mode = mode
        super().__init__({"o": Out(scan_layout(mode)), "frame": Out(1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        rows, columns = self.mode.vertical, self.mode.horizontal
        # Start just before vertical blanking, so that the first frame is like all others.
        y = Signal(range(rows.total), init=rows.end - 1)
        x = Signal(range(columns.total), init=columns.end)
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
