"""Gearbox: from words of the line memory to beats."""

from math import gcd

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import beat_layout
from hw.params import StageParams


def word_layout(params: StageParams) -> data.StructLayout:
    """A word of HR pixels; in a line's last word only ``columns`` + 1 LR columns count."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(params.pixel_out, params.word_columns * params.scale),
            "columns": range(max(2, params.word_columns)),
            "line_last": 1,
            "frame_last": 1,
        }
    )


class Gearbox(wiring.Component):
    """Cut words of ``word_columns * scale`` HR pixels into beats of ``beat`` pixels.

    A line begins with a beat; its last beat is filled up with black. Takes a word, gives a beat per
    clock, as far as the sizes allow; latency 1 clock; stops when ``o`` is not taken.

    Parameters
    ----------
    params : StageParams

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

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        # Pixels move in units: all that comes and goes is a multiple of one.
        unit = gcd(params.scale, params.pixels_per_beat)
        columns_units = params.scale // unit
        word, beat = params.word_columns * columns_units, params.pixels_per_beat // unit
        capacity = word + beat - 1
        bits = unit * params.pixel_out.size

        fill = Signal(range(capacity + 1))  # units that wait
        held = [Signal(bits, name=f"held{u}", reset_less=True) for u in range(capacity)]
        ending = Signal()  # what waits ends a line
        frame_ending = Signal(reset_less=True)

        give, take = Signal(), Signal()
        last = Signal()  # the beat at the output is the last of its line
        m.d.comb += [
            last.eq(ending & (fill <= beat)),
            self.o.valid.eq((fill >= beat) | ending),
            give.eq(self.o.valid & self.o.ready),
            self.o.payload.line_last.eq(last),
            self.o.payload.frame_last.eq(last & frame_ending),
            Cat(self.o.payload.pixels).eq(Cat(held[:beat])),
        ]

        # After a beat has gone, the rest moves up; a new word is put behind it.
        kept = Signal.like(fill)
        rest = [Signal(bits, name=f"rest{u}") for u in range(capacity)]
        m.d.comb += kept.eq(Mux(give, Mux(last, 0, fill - beat), fill))
        for u in range(capacity):
            moved = held[u + beat] if u + beat < capacity else 0
            m.d.comb += rest[u].eq(Mux(give, Mux(last, 0, moved), held[u]))
        room = Mux(ending, give & last, kept <= capacity - word)
        m.d.comb += [self.i.ready.eq(room), take.eq(self.i.valid & room)]

        counted = Signal(range(word + 1))  # units of the word that count
        m.d.comb += counted.eq(
            Mux(self.i.payload.line_last, (self.i.payload.columns + 1) * columns_units, word)
        )
        incoming = [
            Mux(u < counted, Cat(self.i.payload.pixels).word_select(u, bits), 0)
            for u in range(word)
        ]
        with m.If(give | take):
            for u in range(capacity):
                m.d.sync += held[u].eq(rest[u])
        m.d.sync += fill.eq(kept)
        with m.If(give & last):
            m.d.sync += ending.eq(0)
        with m.If(take):
            m.d.sync += [
                fill.eq(kept + counted),
                ending.eq(self.i.payload.line_last),
                frame_ending.eq(self.i.payload.frame_last),
            ]
            with m.Switch(kept):
                for count in range(capacity - word + 1):
                    with m.Case(count):
                        for u in range(word):
                            m.d.sync += held[count + u].eq(incoming[u])
                        for u in range(count + word, capacity):
                            m.d.sync += held[u].eq(0)
        return m
