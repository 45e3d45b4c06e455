"""From the bytes of a picture to words in memory."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from boards.picture_layout import PIXEL_BYTES, WORD_PIXELS, Limits, word_layout

WORD_BYTES = WORD_PIXELS * PIXEL_BYTES


class PictureWriter(wiring.Component):
    """Put the bytes of a picture together to words; each line begins a new word.

    A byte per clock; a word is written the clock after its last byte. To be reset before a picture.

    Parameters
    ----------
    limits : Limits
        Largest picture.

    Members
    -------
    i : In(stream of 8 bits, always ready)
        Bytes, as the host sends them.
    height, width : In
        Size of the picture, in pixels.
    last : Out(1)
        This byte is the picture's last.
    line_words : Out
        Words of a line, once a line has come.
    write_en, write_word, write_data : Out
        A word to write in this clock; words are counted from 0.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        super().__init__(
            {
                "i": In(stream.Signature(8, always_ready=True)),
                "height": In(range(limits.height + 1)),
                "width": In(range(limits.width + 1)),
                "last": Out(1),
                "line_words": Out(range(limits.line_words + 1)),
                "write_en": Out(1),
                "write_word": Out(range(limits.words)),
                "write_data": Out(word_layout()),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        place, colour = Signal(range(WORD_BYTES)), Signal(range(PIXEL_BYTES))
        y, x = Signal(range(self.limits.height)), Signal(range(self.limits.width))
        word = Signal(range(self.limits.words + 1))
        words_before = Signal(range(self.limits.line_words + 1))  # in this line
        line_last = Signal()
        data = Signal(8 * WORD_BYTES, reset_less=True)
        m.d.comb += [
            line_last.eq((colour == PIXEL_BYTES - 1) & (x == self.width - 1)),
            self.last.eq(self.i.valid & line_last & (y == self.height - 1)),
            self.write_data.eq(data),
        ]
        m.d.sync += [self.write_en.eq(0), self.write_word.eq(word)]
        with m.If(self.i.valid):
            m.d.sync += [
                data.word_select(place, 8).eq(self.i.payload),
                place.eq(place + 1),
                colour.eq(colour + 1),
            ]
            with m.If(colour == PIXEL_BYTES - 1):
                m.d.sync += [colour.eq(0), x.eq(x + 1)]
            with m.If((place == WORD_BYTES - 1) | line_last):
                m.d.sync += [
                    self.write_en.eq(1),
                    place.eq(0),
                    word.eq(word + 1),
                    words_before.eq(words_before + 1),
                ]
            with m.If(line_last):
                m.d.sync += [
                    x.eq(0),
                    y.eq(y + 1),
                    words_before.eq(0),
                    self.line_words.eq(words_before + 1),
                ]
        return m
