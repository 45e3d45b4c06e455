"""Join: each beat of enlarged luma with the beat of enlarged chroma that belongs to it."""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.params import ChromaParams
from hw.layouts import beat_layout


def pixels_layout(params: ChromaParams, channels: int) -> data.StructLayout:
    """A beat of HR pixels with ``channels`` of 8 bits, as a core of so many channels has it."""
    return data.StructLayout(
        {
            "pixels": data.ArrayLayout(data.ArrayLayout(8, channels), params.pixels_per_beat),
            "line_last": 1,
            "frame_last": 1,
        }
    )


def clipped(value: Value) -> Value:
    """``value``, a signed number, clipped to 0…255."""
    return Mux(value < 0, 0, Mux(value > 255, 255, value))[:8]


class JoinDifferences(wiring.Component):
    """Add the enlarged differences to the enlarged luma, and clip: R, G, B of the format ``luma``.

    A beat of either stream waits for that of the other, and both wait for the sink. The flags are
    those of luma; both streams have the same.

    One beat per clock; latency ``delay(params)`` clocks from the later of the two beats. Stalls
    while ``o`` is not taken.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    luma : In(stream of pixels_layout, one channel)
        Y, 0…255.
    chroma : In(stream of beat_layout)
        The differences R-Y, G-Y and B-Y, in ``large_values``.
    o : Out(stream of pixels_layout)
        R, G, B. Padding of a last beat is black if it is 0 in both streams.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        super().__init__(
            {
                "luma": In(stream.Signature(pixels_layout(params, 1))),
                "chroma": In(stream.Signature(beat_layout(params))),
                "o": Out(stream.Signature(pixels_layout(params, params.components))),
            }
        )

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from the later of the two beats to ``o``."""
        return 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        luma, chroma = self.luma.payload, self.chroma.payload
        both, moves, leaves = Signal(), Signal(), Signal()
        valid = Signal()  # of the sums
        line_last, frame_last = Signal(reset_less=True), Signal(reset_less=True)
        m.d.comb += [
            leaves.eq(self.o.ready | ~self.o.valid),
            moves.eq(leaves | ~valid),
            both.eq(self.luma.valid & self.chroma.valid),
            self.luma.ready.eq(moves & self.chroma.valid),
            self.chroma.ready.eq(moves & self.luma.valid),
        ]
        with m.If(moves):
            m.d.sync += [
                valid.eq(both),
                line_last.eq(luma.line_last),
                frame_last.eq(luma.frame_last),
            ]
        with m.If(leaves):
            m.d.sync += [
                self.o.valid.eq(valid),
                self.o.payload.line_last.eq(line_last),
                self.o.payload.frame_last.eq(frame_last),
            ]
        for n in range(params.pixels_per_beat):
            for c in range(params.components):
                exact = luma.pixels[n][0] + chroma.pixels[n][c]
                total = Signal(signed(len(exact)), name=f"total{n}_{c}", reset_less=True)
                with m.If(moves):
                    m.d.sync += total.eq(exact)
                with m.If(leaves):
                    m.d.sync += self.o.payload.pixels[n][c].eq(clipped(total))
        return m
