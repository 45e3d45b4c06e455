"""Read the shown picture from the frame buffer and stream it to the core."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.frame_buffer import delay
from boards.picture_layout import WORD_PIXELS, Limits, pixel_layout, size_layout, word_layout


def reader_layout() -> data.StructLayout:
    """A pixel with the flags of AXI4-Stream video."""
    return data.StructLayout({"pixel": pixel_layout(), "start_of_frame": 1, "end_of_line": 1})


class PictureReader(wiring.Component):
    """Stream the picture in raster order, once for each ``start``.

    Three pixels in ``delay(limits)`` + 4 clocks if the memory is free and ``o`` is ready; stalls
    while it is not.

    Parameters
    ----------
    limits : Limits
        Largest picture.

    Members
    -------
    start : In(1)
        Send the picture; ignored while ``busy``.
    size : In(size_layout)
        Size of the picture; may change with ``start`` only.
    busy : Out(1)
        High while a picture is sent.
    read_en, read_word : Out
        Request a word.
    read_free : In(1)
        The memory serves the request in this clock.
    read_data : In(word_layout())
        The word, ``delay(limits)`` clocks later.
    o : Out(stream of reader_layout)
        The pixels.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        super().__init__(
            {
                "start": In(1),
                "size": In(size_layout(limits)),
                "busy": Out(1),
                "read_en": Out(1),
                "read_word": Out(range(limits.words)),
                "read_free": In(1),
                "read_data": In(word_layout()),
                "o": Out(stream.Signature(reader_layout())),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        word = Signal(range(self.limits.words + 1))
        y, x = Signal(range(self.limits.height)), Signal(range(self.limits.width))
        held = Signal(word_layout(), reset_less=True)
        left = Signal(range(WORD_PIXELS))  # pixels that follow in this word
        pending = Signal(delay(self.limits))  # delay line of the request, to the clock of its word
        m.d.comb += [
            self.read_word.eq(word),
            self.o.payload.pixel.eq(held[0]),
            self.o.payload.start_of_frame.eq((y == 0) & (x == 0)),
            self.o.payload.end_of_line.eq(x == self.size.width - 1),
        ]
        m.d.sync += pending.eq(pending << 1)
        with m.FSM() as fsm:
            with m.State("IDLE"):
                m.d.sync += [word.eq(0), y.eq(0), x.eq(0)]
                with m.If(self.start):
                    m.next = "REQUEST"
            with m.State("REQUEST"):
                m.d.comb += self.read_en.eq(1)
                with m.If(self.read_free):
                    m.d.sync += [pending[0].eq(1), word.eq(word + 1)]
                    m.next = "WAIT"
            with m.State("WAIT"):
                m.d.sync += left.eq(WORD_PIXELS - 1)
                with m.If(pending[-1]):
                    m.d.sync += held.eq(self.read_data)
                    m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += self.o.valid.eq(1)
                with m.If(self.o.ready):
                    m.d.sync += [Cat(held[0], held[1]).eq(Cat(held[1], held[2])), left.eq(left - 1)]
                    m.d.sync += x.eq(x + 1)
                    with m.If(left == 0):
                        m.next = "REQUEST"
                    with m.If(self.o.payload.end_of_line):
                        m.d.sync += [x.eq(0), y.eq(y + 1)]
                        m.next = "REQUEST"
                        with m.If(y == self.size.height - 1):
                            m.next = "IDLE"
        m.d.comb += self.busy.eq(~fsm.ongoing("IDLE"))
        return m
