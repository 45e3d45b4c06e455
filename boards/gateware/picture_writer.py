"""Pack the bytes of a picture into words of the frame buffer."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from boards.picture_layout import PIXEL_BYTES, WORD_PIXELS, Limits, word_layout

WORD_BYTES = WORD_PIXELS * PIXEL_BYTES


class PictureWriter(wiring.Component):
    """Pack the bytes of a picture into words; each line begins with a new word.

    One byte per clock; latency 1 clock from the last byte of a word to its write; never stalls.
    Must be reset before each picture.

    Parameters
    ----------
    limits : Limits
        Largest picture.

    Members
    -------
    i : In(stream of 8 bits, always ready)
        Bytes in the order of the protocol.
    height, width : In
        Size of the picture, in pixels.
    last : Out(1)
        The byte at ``i`` is the last one of the picture.
    line_words : Out
        Words of a line; valid after the first line.
    write_en, write_word, write_data : Out
        Write a word in this clock; words are counted from 0.
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
        position, colour = Signal(range(WORD_BYTES)), Signal(range(PIXEL_BYTES))
        y, x = Signal(range(self.limits.height)), Signal(range(self.limits.width))
        word = Signal(range(self.limits.words + 1))
        words_before = Signal(range(self.limits.line_words + 1))  # whole words of this line
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
                data.word_select(position, 8).eq(self.i.payload),
                position.eq(position + 1),
                colour.eq(colour + 1),
            ]
            with m.If(colour == PIXEL_BYTES - 1):
                m.d.sync += [colour.eq(0), x.eq(x + 1)]
            with m.If((position == WORD_BYTES - 1) | line_last):
                m.d.sync += [
                    self.write_en.eq(1),
                    position.eq(0),
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
