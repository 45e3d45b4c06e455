"""Input gearbox: from beats of several pixels to one pixel per clock."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.windows.frame_size import video_layout


def video_beat_layout(pixel: data.ArrayLayout, count: int) -> data.StructLayout:
    """A beat of ``count`` pixels of AXI4-Stream video, the leftmost first, with TUSER and TLAST.

    The size inputs are beside it, as in :func:`hw.windows.frame_size.video_layout`.
    """
    pixels = data.ArrayLayout(pixel, count)
    return data.StructLayout(
        {"pixels": pixels, "start_of_frame": 1, "end_of_line": 1, "width": 16, "height": 16}
    )


class InputGearbox(wiring.Component):
    """Cut beats of several pixels into pixels.

    A beat without ``end_of_line`` gives all of its ``count`` pixels. A beat with it gives
    ``(width - 1) % count + 1``, the pixels that are left for the last beat of a line; the others
    are ignored. Here ``width`` is that of the last beat with ``start_of_frame``, this one included.
    The first pixel of a beat carries ``start_of_frame``, its last one ``end_of_line``.

    These rules hold for any sequence of beats, also where the width is refused later or the flags
    are wrong: the frame guard behind this block sees each of their pixels. Pixels before the first
    ``start_of_frame`` are of no frame, and the guard drops them.

    One pixel per clock without a pause between beats; latency ``delay()`` clocks: the first pixel
    of a beat is at ``o`` in the clock of the beat. Stalls while ``o`` is not taken. ``i`` is taken
    with the last pixel of its beat, so ``i.ready`` depends on ``o.ready`` and on ``i.payload`` in
    the same clock.

    Parameters
    ----------
    pixel : data.ArrayLayout
        Layout of a pixel.
    count : int
        Pixels of a beat, a power of two above 1.

    Members
    -------
    i : In(stream of video_beat_layout)
        Beats, with the size of the frame in LR pixels.
    o : Out(stream of video_layout)
        Pixels, with the size of the frame in LR pixels.
    """

    def __init__(self, pixel: data.ArrayLayout, *, count: int) -> None:
        assert count > 1
        assert count.bit_count() == 1
        self.count = count
        super().__init__(
            {
                "i": In(stream.Signature(video_beat_layout(pixel, count))),
                "o": Out(stream.Signature(video_layout(pixel))),
            }
        )

    @staticmethod
    def delay() -> int:
        """Clocks from a beat at ``i`` to its first pixel at ``o``."""
        return 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat, pixel = self.i.payload, self.o.payload
        place = Signal(range(self.count))  # of the pixel in its beat
        # Place of the last pixel of a line in its beat: the low bits of the width less one.
        line_end, line_end_kept = Signal.like(place), Signal.like(place, init=self.count - 1)
        beat_end = Signal.like(place)  # place of the last pixel of this beat
        last = Signal()
        m.d.comb += [
            line_end.eq(Mux(beat.start_of_frame, beat.width - 1, line_end_kept)),
            beat_end.eq(Mux(beat.end_of_line, line_end, self.count - 1)),
            last.eq(place == beat_end),
            pixel.pixel.eq(beat.pixels[place]),
            pixel.start_of_frame.eq(beat.start_of_frame & (place == 0)),
            pixel.end_of_line.eq(beat.end_of_line & last),
            pixel.width.eq(beat.width),
            pixel.height.eq(beat.height),
            self.o.valid.eq(self.i.valid),
            self.i.ready.eq(self.o.ready & last),
        ]
        with m.If(self.o.valid & self.o.ready):
            m.d.sync += [line_end_kept.eq(line_end), place.eq(Mux(last, 0, place + 1))]
        return m
