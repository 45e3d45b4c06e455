"""What the size inputs beside a pixel mean, worked out a clock before the frame guard needs it."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out


def video_layout(pixel: data.ArrayLayout) -> data.StructLayout:
    """A pixel of AXI4-Stream video with its TUSER and TLAST, and the size inputs beside it."""
    return data.StructLayout(
        {"pixel": pixel, "start_of_frame": 1, "end_of_line": 1, "width": 16, "height": 16}
    )


def sized_layout(pixel: data.ArrayLayout, max_width: int, max_height: int) -> data.StructLayout:
    """A pixel with its TUSER and TLAST, and the size of a frame that begins with it.

    ``accepted`` says whether the core takes frames of this size; the other members hold only for
    such a size. ``columns`` and ``lines`` are the width and height less one.
    """
    return data.StructLayout(
        {
            "pixel": pixel,
            "start_of_frame": 1,
            "end_of_line": 1,
            "accepted": 1,
            "one_column": 1,
            "one_line": 1,
            "columns": range(max_width),
            "lines": range(max_height),
        }
    )


class FrameSize(wiring.Component):
    """Compare the size inputs with the limits of the core.

    One pixel per clock; latency 1 clock; while ``o`` stalls it holds a pixel and stalls ``i``.
    ``i.ready`` depends on ``o.ready`` in the same clock.

    Parameters
    ----------
    pixel : data.ArrayLayout
        Layout of a pixel.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    even_width : bool
        Whether the width of a frame must be even.

    Members
    -------
    i : In(stream of video_layout)
        Pixels, with the size of the frame in LR pixels.
    o : Out(stream of sized_layout)
    """

    def __init__(
        self, pixel: data.ArrayLayout, *, max_width: int, max_height: int, even_width: bool
    ) -> None:
        self.max_width, self.max_height, self.even_width = max_width, max_height, even_width
        super().__init__(
            {
                "i": In(stream.Signature(video_layout(pixel))),
                "o": Out(stream.Signature(sized_layout(pixel, max_width, max_height))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        video = self.i.payload
        width, height = video.width, video.height
        sized = Signal(self.o.payload.shape(), reset_less=True)
        m.d.comb += [self.o.payload.eq(sized), self.i.ready.eq(~self.o.valid | self.o.ready)]
        with m.If(self.i.ready):
            m.d.sync += [
                self.o.valid.eq(self.i.valid),
                sized.pixel.eq(video.pixel),
                sized.start_of_frame.eq(video.start_of_frame),
                sized.end_of_line.eq(video.end_of_line),
                sized.accepted.eq(
                    (width != 0)
                    & (width <= self.max_width)
                    & (~width[0] if self.even_width else 1)
                    & (height != 0)
                    & (height <= self.max_height)
                ),
                sized.one_column.eq(width == 1),
                sized.one_line.eq(height == 1),
                sized.columns.eq(width - 1),
                sized.lines.eq(height - 1),
            ]
        return m
