"""Gearbox: from words of the line writer's memory to beats."""

from math import gcd

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import beat_layout
from hw.params import StageParams


def word_layout(params: StageParams) -> data.StructLayout:
    """A word of HR pixels.

    In the last word of a line only the pixels of ``columns`` + 1 LR columns are valid.
    """
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(params.pixel_out, params.word_columns * params.scale),
            "columns": range(max(2, params.word_columns)),
            "line_last": 1,
            "frame_last": 1,
        }
    )


class Gearbox(wiring.Component):
    """Cut words of ``word_columns * scale`` HR pixels into beats of ``pixels_per_beat``.

    Every line begins with a new beat; its last beat is padded with 0. With ``params.tkeep`` a beat
    says which of its pixels are no padding.

    One beat per clock; a word is taken as soon as beats have made space for it. Latency
    ``delay(params)`` clocks. Stalls while ``o`` is not taken.

    Parameters
    ----------
    params : StageParams or ChromaParams

    Members
    -------
    i : In(stream of word_layout)
        Words.
    o : Out(stream of beat_layout)
        Beats.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(word_layout(params))),
                "o": Out(stream.Signature(beat_layout(params))),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the first word of a line at ``i`` to the first beat at ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        # Pixels move in units, the largest common part of what words and beats are made of.
        unit = gcd(params.scale, params.pixels_per_beat)
        column_units = params.scale // unit
        word_units = params.word_columns * column_units
        beat_units = params.pixels_per_beat // unit
        capacity = word_units + beat_units - 1
        bits = unit * params.pixel_out.size

        fill = Signal(range(capacity + 1))  # units held
        held = [Signal(bits, name=f"held{u}", reset_less=True) for u in range(capacity)]
        ending = Signal()  # the last unit held is the last of its line
        frame_ending = Signal(reset_less=True)

        give, take = Signal(), Signal()  # a beat goes out, a word comes in
        last = Signal()  # the beat at the output is the last of its line
        m.d.comb += [
            last.eq(ending & (fill <= beat_units)),
            self.o.valid.eq((fill >= beat_units) | ending),
            give.eq(self.o.valid & self.o.ready),
            self.o.payload.line_last.eq(last),
            self.o.payload.frame_last.eq(last & frame_ending),
            Cat(self.o.payload.pixels).eq(Cat(held[:beat_units])),
        ]

        if params.tkeep:
            m.d.comb += self.o.payload.keep.eq(
                Cat(fill > pixel // unit for pixel in range(params.pixels_per_beat))
            )

        # When a beat goes out, the other units move up; a new word is put behind them.
        kept = Signal.like(fill)
        rest = [Signal(bits, name=f"rest{u}") for u in range(capacity)]
        m.d.comb += kept.eq(Mux(give, Mux(last, 0, fill - beat_units), fill))
        for u in range(capacity):
            moved = held[u + beat_units] if u + beat_units < capacity else 0
            m.d.comb += rest[u].eq(Mux(give, Mux(last, 0, moved), held[u]))
        has_space = Mux(ending, give & last, kept <= capacity - word_units)
        m.d.comb += [self.i.ready.eq(has_space), take.eq(self.i.valid & has_space)]

        valid_units = Signal(range(word_units + 1))  # of the word at the input
        line_units = (self.i.payload.columns + 1) * column_units
        m.d.comb += valid_units.eq(Mux(self.i.payload.line_last, line_units, word_units))
        incoming = [
            Mux(u < valid_units, Cat(self.i.payload.pixels).word_select(u, bits), 0)
            for u in range(word_units)
        ]
        with m.If(give | take):
            for u in range(capacity):
                m.d.sync += held[u].eq(rest[u])
        m.d.sync += fill.eq(kept)
        with m.If(give & last):
            m.d.sync += ending.eq(0)
        with m.If(take):
            m.d.sync += [
                fill.eq(kept + valid_units),
                ending.eq(self.i.payload.line_last),
                frame_ending.eq(self.i.payload.frame_last),
            ]
            with m.Switch(kept):
                for count in range(capacity - word_units + 1):
                    with m.Case(count):
                        for u in range(word_units):
                            m.d.sync += held[count + u].eq(incoming[u])
                        for u in range(count + word_units, capacity):
                            m.d.sync += held[u].eq(0)
        return m
