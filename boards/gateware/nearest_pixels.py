"""Pixels of the screen by nearest neighbour."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.frame_buffer import delay
from boards.picture_layout import SCALE, WORD_PIXELS, Limits, pixel_layout, word_layout


class NearestPixels(wiring.Component):
    """Enlarge the picture by nearest neighbour, straight from the frame buffer.

    One pixel per clock; latency ``delay`` clocks from ``take``. Reads one word for twelve pixels.

    Parameters
    ----------
    limits : Limits
        Largest picture.

    Members
    -------
    take : In(1)
        Request the next pixel in raster order. Must be low for a clock or more between two lines.
    frame : In(1)
        Restart at the first pixel.
    line_words : In
        Words of a line of the picture.
    read_en, read_word : Out
        Request a word; the memory must serve it in the same clock.
    read_data : In(word_layout())
        The word, ``delay(limits)`` clocks later.
    o : Out(pixel_layout())
        The pixel.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        super().__init__(
            {
                "take": In(1),
                "frame": In(1),
                "line_words": In(range(limits.line_words + 1)),
                "read_en": Out(1),
                "read_word": Out(range(limits.words)),
                "read_data": In(word_layout()),
                "o": Out(pixel_layout()),
            }
        )

    @property
    def delay(self) -> int:
        """Clocks from ``take`` to the pixel."""
        return delay(self.limits) + 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        row, line_start = Signal(range(SCALE)), Signal(range(self.limits.words + 1))
        column, position = Signal(range(SCALE)), Signal(range(WORD_PIXELS))
        word = Signal(range(self.limits.words + 1))
        take_before = Signal()
        m.d.comb += [
            self.read_en.eq(self.take & (column == 0) & (position == 0)),
            self.read_word.eq(word),
        ]
        m.d.sync += take_before.eq(self.take)
        with m.If(self.take):
            m.d.sync += column.eq(column + 1)
            with m.If(column == SCALE - 1):
                m.d.sync += position.eq(position + 1)
                with m.If(position == WORD_PIXELS - 1):
                    m.d.sync += [position.eq(0), word.eq(word + 1)]
        with m.Elif(take_before):  # the line has ended
            m.d.sync += [column.eq(0), position.eq(0), word.eq(line_start), row.eq(row + 1)]
            with m.If(row == SCALE - 1):
                next_line = line_start + self.line_words
                m.d.sync += [line_start.eq(next_line), word.eq(next_line)]
        with m.If(self.frame):
            m.d.sync += [row.eq(0), line_start.eq(0), word.eq(0), column.eq(0), position.eq(0)]

        request = Cat(self.read_en, position)
        for n in range(delay(self.limits)):
            request, before = Signal(len(request), name=f"request{n}", reset_less=True), request
            m.d.sync += request.eq(before)
        new_word, delayed_position = request[0], request[1:]
        held, current = Signal(word_layout(), reset_less=True), Signal(word_layout())
        m.d.comb += current.eq(Mux(new_word, self.read_data, held))
        m.d.sync += [held.eq(current), self.o.eq(current[delayed_position])]
        return m
