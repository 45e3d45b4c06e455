"""Frame guard: whatever comes in, only whole frames of the right size go out."""

from collections.abc import Sequence

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import raster_layout
from hw.windows.frame_size import FrameSize, video_layout


class Error(enum.Flag, shape=5):
    """What is wrong with the input."""

    SIZE = 1
    """The width or height is 0 or over the maximum, or the width is odd in 4:2:2; the frame is
    dropped."""
    LINE_EARLY = 2
    """A line ends before its last pixel."""
    LINE_LATE = 4
    """A line does not end with its last pixel."""
    FRAME_EARLY = 8
    """A frame starts before the one before it is complete."""
    TIMEOUT = 16
    """A frame stops: no pixel comes for the clocks of the time-out."""


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
    pixel : data.ArrayLayout
        Layout of a pixel.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    even_width : bool
        Whether the width of a frame must be even.
    black : sequence of int, optional
        The numbers of a black pixel; by default all are 0.
    frame_timeout : int
        Clocks without a pixel that break a frame; 0 for no time-out, which costs no logic.
    gated : bool
        Whether something in front of the guard can hold a start of frame back.

    Members
    -------
    i : In(stream of video_layout)
        Pixels, with the size of the frame in LR pixels.
    o : Out(stream of raster_layout)
        Whole frames, one pixel per beat.
    error : Out(Error)
        What is wrong with the input, each flag for one clock.
    frame_waits : In(1), only if ``gated``
        A start of frame is held back, and no pixel of the frame before it comes any more, but those
        at ``i``. It breaks this frame if it is not complete.
    """

    def __init__(
        self,
        pixel: data.ArrayLayout,
        *,
        max_width: int,
        max_height: int,
        even_width: bool = False,
        black: Sequence[int] | None = None,
        frame_timeout: int = 0,
        gated: bool = False,
    ) -> None:
        self.max_width, self.max_height, self.even_width = max_width, max_height, even_width
        self.black = black or (0,) * pixel.length
        self.frame_timeout, self.gated = frame_timeout, gated
        members = {
            "i": In(stream.Signature(video_layout(pixel))),
            "o": Out(stream.Signature(raster_layout(pixel))),
            "error": Out(Error),
        }
        if gated:
            members["frame_waits"] = In(1)
        super().__init__(members)

    @staticmethod
    def delay() -> int:
        """Clocks from ``i`` to ``o``."""
        return 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.size = size = FrameSize(
            self.i.payload.pixel.shape(),
            max_width=self.max_width,
            max_height=self.max_height,
            even_width=self.even_width,
        )
        connect(m, wiring.flipped(self.i), size.i)
        video, valid = size.o.payload, size.o.valid

        # Columns and lines that follow the next pixel. They come from registers, but for the first
        # pixel of a frame from its size.
        width_kept, columns_kept = Signal(range(self.max_width)), Signal(range(self.max_width))
        lines_kept = Signal(range(self.max_height))
        width, columns = Signal.like(width_kept), Signal.like(columns_kept)  # width less one
        lines = Signal.like(lines_kept)
        line_last, no_line_follows = Signal(), Signal()  # columns is 0, lines is 0
        m.d.comb += [
            width.eq(width_kept),
            columns.eq(columns_kept),
            lines.eq(lines_kept),
            line_last.eq(columns_kept == 0),
            no_line_follows.eq(lines_kept == 0),
        ]
        frame_last = Signal()  # the next pixel is the last of its frame
        misplaced = Signal()  # its end_of_line is wrong
        m.d.comb += [
            frame_last.eq(line_last & no_line_follows),
            misplaced.eq(video.end_of_line != line_last),
        ]

        free, take, fill = Signal(), Signal(), Signal()  # o is free, gets a pixel, gets black
        m.d.comb += free.eq(~self.o.valid | self.o.ready)
        with m.FSM():
            with m.State("HUNT"):
                m.d.comb += [
                    width.eq(video.columns),
                    columns.eq(video.columns),
                    lines.eq(video.lines),
                    line_last.eq(video.one_column),
                    no_line_follows.eq(video.one_line),
                    size.o.ready.eq(free),
                ]
                with m.If(valid & free & video.start_of_frame):
                    with m.If(~video.accepted):
                        m.d.comb += self.error.eq(Error.SIZE)
                    with m.Else():
                        m.d.comb += take.eq(1)
                        with m.If(~frame_last):
                            m.next = "FRAME"
                        with m.If(misplaced & ~frame_last):
                            m.next = "COMPLETE"
            with m.State("FRAME"):
                m.d.comb += [
                    size.o.ready.eq(free & ~video.start_of_frame),
                    take.eq(valid & size.o.ready),
                ]
                with m.If(valid & video.start_of_frame):
                    m.d.comb += self.error.eq(Error.FRAME_EARLY)
                    m.next = "COMPLETE"
                with m.If(take & misplaced):
                    m.next = "COMPLETE"
                with m.If(take & frame_last):
                    m.next = "HUNT"
                if self.frame_timeout:
                    waited = Signal(range(self.frame_timeout))  # clocks without a pixel
                    with m.If(valid):
                        m.d.sync += waited.eq(0)
                    with m.Elif(free):
                        m.d.sync += waited.eq(waited + 1)
                        with m.If(waited == self.frame_timeout - 1):
                            m.d.comb += self.error.eq(Error.TIMEOUT)
                            m.d.sync += waited.eq(0)
                            m.next = "COMPLETE"
                if self.gated:
                    with m.If(self.frame_waits & ~valid):
                        m.d.comb += self.error.eq(Error.FRAME_EARLY)
                        m.next = "COMPLETE"
                        if self.frame_timeout:
                            m.d.sync += waited.eq(0)
            with m.State("COMPLETE"):
                m.d.comb += fill.eq(free)
                with m.If(fill & frame_last):
                    m.next = "HUNT"
        with m.If(take & misplaced):
            m.d.comb += self.error.eq(Mux(line_last, Error.LINE_LATE, Error.LINE_EARLY))

        pixel = video.pixel.shape()
        black = Cat(Const(number, pixel.elem_shape) for number in self.black)
        out = Signal(self.o.payload.shape(), reset_less=True)
        m.d.comb += self.o.payload.eq(out)
        with m.If(free):
            m.d.sync += self.o.valid.eq(take | fill)
        with m.If(take | fill):
            m.d.sync += [
                out.pixels[0].as_value().eq(Mux(fill, black, video.pixel.as_value())),
                out.line_last.eq(line_last),
                out.frame_last.eq(frame_last),
                width_kept.eq(width),
                columns_kept.eq(Mux(line_last, width, columns - 1)),
                lines_kept.eq(Mux(line_last, lines - 1, lines)),
            ]
        return m
