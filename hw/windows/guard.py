"""Frame guard: whatever comes in, only whole frames of the right size go out."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import pixels_layout
from hw.params import StageParams


class Error(enum.Flag, shape=5):
    """What is wrong with the input."""

    SIZE = 1
    """The width or height of a frame is 0 or over the maximum; the frame is dropped."""
    LINE_EARLY = 2
    """A line ends before its last pixel."""
    LINE_LATE = 4
    """A line does not end with its last pixel."""
    FRAME_EARLY = 8
    """A frame starts before the one before it is complete."""
    TIMEOUT = 16
    """A frame stops: no pixel comes for the clocks of the time-out."""


def video_layout(params: StageParams) -> data.StructLayout:
    """A pixel of AXI4-Stream video with its TUSER and TLAST, and the size inputs beside it."""
    return data.StructLayout(
        {"pixel": params.pixel, "start_of_frame": 1, "end_of_line": 1, "width": 16, "height": 16}
    )


class FrameGuard(wiring.Component):
    """Pass whole frames on, complete broken frames with black, and drop pixels outside of frames.

    A frame begins with a pixel that carries ``start_of_frame``; the ``width`` and ``height`` of
    that pixel are its size, those of other pixels have no effect. Pixels before the first start of
    frame are dropped.

    A frame breaks at the first pixel whose flags are wrong. The rest of it goes out black, one
    pixel per clock, so that it still has the right size. Then input is dropped up to the next start
    of frame. If a start of frame breaks the frame before it, it waits until that frame is complete;
    its own frame is not affected.

    With ``frame_timeout`` a frame also breaks after that many clocks without a pixel at ``i``.
    Clocks in which ``o`` stalls the guard do not count, and each pixel starts the count anew.

    One pixel per clock; latency ``delay(params)`` clocks; stalls while ``o`` is not taken.

    Parameters
    ----------
    params : StageParams
        Parameters of the first stage, which takes one pixel per beat.
    max_height : int
        Largest height of a frame, in LR pixels.
    frame_timeout : int
        Clocks without a pixel that break a frame; 0 for no time-out, which costs no logic.

    Members
    -------
    i : In(stream of video_layout)
        Pixels, 0…255 each sample, with the size of the frame in LR pixels.
    o : Out(stream of pixels_layout)
        Whole frames.
    error : Out(Error)
        What is wrong with the input, each flag for one clock.
    """

    def __init__(self, params: StageParams, *, max_height: int, frame_timeout: int = 0) -> None:
        self.params, self.max_height, self.frame_timeout = params, max_height, frame_timeout
        super().__init__(
            {
                "i": In(stream.Signature(video_layout(params))),
                "o": Out(stream.Signature(pixels_layout(params))),
                "error": Out(Error),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        video = self.i.payload
        size_accepted = Signal()
        m.d.comb += size_accepted.eq(
            (video.width != 0)
            & (video.width <= params.max_width)
            & (video.height != 0)
            & (video.height <= self.max_height)
        )

        # Columns and lines that follow the next pixel. They come from registers, but for the first
        # pixel of a frame from its size.
        width_kept, columns_kept = Signal(range(params.max_width)), Signal(range(params.max_width))
        lines_kept = Signal(range(self.max_height))
        width, columns = Signal.like(width_kept), Signal.like(columns_kept)  # width less one
        lines = Signal.like(lines_kept)
        m.d.comb += [width.eq(width_kept), columns.eq(columns_kept), lines.eq(lines_kept)]
        frame_last = Signal()  # the next pixel is the last of its frame
        misplaced = Signal()  # its end_of_line is wrong
        m.d.comb += [
            frame_last.eq((columns == 0) & (lines == 0)),
            misplaced.eq(video.end_of_line != (columns == 0)),
        ]

        free, take, fill = Signal(), Signal(), Signal()  # o is free, gets a pixel, gets black
        m.d.comb += free.eq(~self.o.valid | self.o.ready)
        with m.FSM():
            with m.State("HUNT"):
                m.d.comb += [
                    width.eq(video.width - 1),
                    columns.eq(video.width - 1),
                    lines.eq(video.height - 1),
                    self.i.ready.eq(free),
                ]
                with m.If(self.i.valid & free & video.start_of_frame):
                    with m.If(~size_accepted):
                        m.d.comb += self.error.eq(Error.SIZE)
                    with m.Else():
                        m.d.comb += take.eq(1)
                        with m.If(~frame_last):
                            m.next = "FRAME"
                        with m.If(misplaced & ~frame_last):
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
                with m.If(take & frame_last):
                    m.next = "HUNT"
                if self.frame_timeout:
                    waited = Signal(range(self.frame_timeout))  # clocks without a pixel
                    with m.If(self.i.valid):
                        m.d.sync += waited.eq(0)
                    with m.Elif(free):
                        m.d.sync += waited.eq(waited + 1)
                        with m.If(waited == self.frame_timeout - 1):
                            m.d.comb += self.error.eq(Error.TIMEOUT)
                            m.d.sync += waited.eq(0)
                            m.next = "COMPLETE"
            with m.State("COMPLETE"):
                m.d.comb += fill.eq(free)
                with m.If(fill & frame_last):
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
                out.frame_last.eq(frame_last),
                width_kept.eq(width),
                columns_kept.eq(Mux(columns == 0, width, columns - 1)),
                lines_kept.eq(Mux(columns == 0, lines - 1, lines)),
            ]
        return m
