"""The shown picture enlarged by nearest neighbour."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.frame_buffer import delay
from boards.picture_layout import SCALE, WORD_PIXELS, Limits, pixel_layout, word_layout


class NearestPixels(wiring.Component):
    """The picture enlarged by nearest neighbour, straight from memory.

    A pixel per clock, ``delay`` clocks after it is asked for; reads a word for twelve of them.

    Parameters
    ----------
    limits : Limits
        Largest picture.

    Members
    -------
    take : In(1)
        The next pixel in raster order is wanted. Between two lines there is a clock without.
    frame : In(1)
        Begin anew.
    line_words : In
        Words of a line of the picture.
    read_en, read_word : Out
        Ask memory for a word, which is read at once.
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
        """Clocks from ``take`` until the pixel is there."""
        return delay(self.limits) + 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        row, begin = Signal(range(SCALE)), Signal(range(self.limits.words + 1))
        column, place = Signal(range(SCALE)), Signal(range(WORD_PIXELS))
        word = Signal(range(self.limits.words + 1))
        taken = Signal()
        m.d.comb += [
            self.read_en.eq(self.take & (column == 0) & (place == 0)),
            self.read_word.eq(word),
        ]
        m.d.sync += taken.eq(self.take)
        with m.If(self.take):
            m.d.sync += column.eq(column + 1)
            with m.If(column == SCALE - 1):
                m.d.sync += place.eq(place + 1)
                with m.If(place == WORD_PIXELS - 1):
                    m.d.sync += [place.eq(0), word.eq(word + 1)]
        with m.Elif(taken):
            m.d.sync += [column.eq(0), place.eq(0), word.eq(begin), row.eq(row + 1)]
            with m.If(row == SCALE - 1):
                m.d.sync += [begin.eq(begin + self.line_words), word.eq(begin + self.line_words)]
        with m.If(self.frame):
            m.d.sync += [row.eq(0), begin.eq(0), word.eq(0), column.eq(0), place.eq(0)]

        then = Cat(self.read_en, place)
        for n in range(delay(self.limits)):
            then, before = Signal(len(then), name=f"then{n}", reset_less=True), then
            m.d.sync += then.eq(before)
        asked, place_then = then[0], then[1:]
        held, now = Signal(word_layout(), reset_less=True), Signal(word_layout())
        m.d.comb += now.eq(Mux(asked, self.read_data, held))
        m.d.sync += [held.eq(now), self.o.eq(now[place_then])]
        return m
