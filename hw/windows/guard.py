"""Frame guard: whatever comes in, only whole frames of the right size go on."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import pixels_layout
from hw.params import StageParams


class Error(enum.Flag, shape=4):
    """What was wrong with a frame."""

    SIZE = 1
    """The width or height is 0 or over the maximum: the frame is dropped."""
    LINE_EARLY = 2
    """A line ended before its last pixel."""
    LINE_LATE = 4
    """A line did not end with its last pixel."""
    FRAME_EARLY = 8
    """A frame started before the one before it was whole."""


def video_layout(params: StageParams) -> data.StructLayout:
    """A pixel as AXI4-Stream video brings it."""
    return data.StructLayout({"pixel": params.pixel, "start_of_frame": 1, "end_of_line": 1})


class FrameGuard(wiring.Component):
    """Let whole frames pass; complete broken ones with black; drop what belongs to none.

    A frame begins with the pixel that carries ``start_of_frame``; ``width`` and ``height`` are
    taken over with it. From the first pixel that is not what it should be, the rest of that frame
    goes out black, a pixel per clock, so that it has the right size all the same; input is then
    dropped up to the next start of frame. The frame that begins there is not touched: if its start
    is what broke the frame before, it waits until that one is complete. Pixels before the first
    start of frame are dropped.

    One pixel per clock; latency 1 clock; stops when ``o`` is not taken.

    Parameters
    ----------
    params : StageParams
        Of the first stage, which takes a pixel at a time.
    max_height : int
        Largest height of a frame, in LR pixels.

    Members
    -------
    i : In(stream of video_layout)
        What comes.
    width, height : In(16)
        Size of the next frame.
    o : Out(stream of pixels_layout)
        Frames.
    error : Out(Error)
        What was wrong, set for one clock.
    """

    def __init__(self, params: StageParams, *, max_height: int) -> None:
        self.params, self.max_height = params, max_height
        super().__init__(
            {
                "i": In(stream.Signature(video_layout(params))),
                "width": In(16),
                "height": In(16),
                "o": Out(stream.Signature(pixels_layout(params))),
                "error": Out(Error),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        video = self.i.payload
        size_accepted = Signal()
        m.d.comb += size_accepted.eq(
            (self.width != 0)
            & (self.width <= params.max_width)
            & (self.height != 0)
            & (self.height <= self.max_height)
        )

        # Where the next pixel lies: columns and lines after it, as kept or, for the first of a
        # frame, as the size inputs say.
        width_kept, columns_kept = Signal(range(params.max_width)), Signal(range(params.max_width))
        lines_kept = Signal(range(self.max_height))
        width, columns = Signal.like(width_kept), Signal.like(columns_kept)
        lines = Signal.like(lines_kept)
        m.d.comb += [width.eq(width_kept), columns.eq(columns_kept), lines.eq(lines_kept)]
        whole = Signal()  # it is the last of its frame
        misplaced = Signal()  # it ends a line and should not, or should and does not
        m.d.comb += [
            whole.eq((columns == 0) & (lines == 0)),
            misplaced.eq(video.end_of_line != (columns == 0)),
        ]

        free, take, fill = Signal(), Signal(), Signal()
        m.d.comb += free.eq(~self.o.valid | self.o.ready)
        with m.FSM():
            with m.State("HUNT"):
                m.d.comb += [
                    width.eq(self.width - 1),
                    columns.eq(self.width - 1),
                    lines.eq(self.height - 1),
                    self.i.ready.eq(free),
                ]
                with m.If(self.i.valid & free & video.start_of_frame):
                    with m.If(~size_accepted):
                        m.d.comb += self.error.eq(Error.SIZE)
                    with m.Else():
                        m.d.comb += take.eq(1)
                        with m.If(~whole):
                            m.next = "FRAME"
                        with m.If(misplaced & ~whole):
                            m.next = "COMPLETE"
            with m.State("FRAME"):
                m.d.comb += [
                    self.i.ready.eq(free & ~video.start_of_frame),
                    take.eq(self.i.valid & self.i.ready),
                ]
                with m.If(self.i.valid & video.start_of_frame):
                    m.d.comb += self.error.eq(Error.FRAME_EARLY)
                    m.next = "COMPLETE"
                with m.If(take & misplaced):
                    m.next = "COMPLETE"
                with m.If(take & whole):
                    m.next = "HUNT"
            with m.State("COMPLETE"):
                m.d.comb += fill.eq(free)
                with m.If(fill & whole):
                    m.next = "HUNT"
        with m.If(take & misplaced):
            m.d.comb += self.error.eq(Mux(columns == 0, Error.LINE_LATE, Error.LINE_EARLY))

        out = Signal(pixels_layout(params), reset_less=True)
        m.d.comb += self.o.payload.eq(out)
        with m.If(free):
            m.d.sync += self.o.valid.eq(take | fill)
        with m.If(take | fill):
            m.d.sync += [
                out.pixels[0].eq(Mux(fill, 0, video.pixel)),
                out.line_last.eq(columns == 0),
                out.frame_last.eq(whole),
                width_kept.eq(width),
                columns_kept.eq(Mux(columns == 0, width, columns - 1)),
                lines_kept.eq(Mux(columns == 0, lines - 1, lines)),
            ]
        return m
