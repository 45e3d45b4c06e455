"""Column window: each word of a line with the two samples to its left and to its right."""

from amaranth.hdl import Module, Mux, Signal, Value
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.params import TAPS, ChromaParams
from sw.pictures.colour_formats import REACH


def tall_layout(params: ChromaParams, count: int) -> data.StructLayout:
    """``count`` samples of an HR line before its columns are interpolated.

    The other members are ``params.flags``.
    """
    return data.StructLayout(
        {
            "samples": params.samples(params.tall_values, count),
            **params.flags,
        }
    )


class ColumnWindow(wiring.Component):
    """Give each word the two samples before it and behind it; outside the line the edge repeats.

    One word per clock, latency ``delay(params)`` clocks if no word of a line is late. A window
    waits for the word that holds the second sample to the right, or for the last one of the line.
    Never stalls.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream of tall_layout), always ready
        Words of ``columns`` samples. In the last word of a line the samples outside the picture
        repeat the last one.
    o : Out(stream of tall_layout), always ready
        ``columns`` + 4 samples.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        i = tall_layout(params, params.columns)
        o = tall_layout(params, params.columns + TAPS - 1)
        super().__init__(
            {
                "i": In(stream.Signature(i, always_ready=True)),
                "o": Out(stream.Signature(o, always_ready=True)),
            }
        )

    @staticmethod
    def further(params: ChromaParams) -> int:
        """Words behind a word that its window needs."""
        return -(-REACH // params.columns)

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from a word at ``i`` to its window at ``o``, if no word is late."""
        return ColumnWindow.further(params) + 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        further = self.further(params)
        layout = self.i.payload.shape()
        queue = [Signal(layout, name=f"queue{n}", reset_less=True) for n in range(further + 1)]
        count = Signal(range(further + 2))  # words in the queue
        before = [Signal(params.tall, name=f"before{n}", reset_less=True) for n in range(REACH)]
        first = Signal(init=1)  # the head of the queue is the first word of its line
        head = queue[0]

        ends = Value.cast(0)
        for n, word in enumerate(queue[:-1]):
            ends = ends | (word.line_last & (count > n))
        emits = Signal()
        m.d.comb += emits.eq((count == further + 1) | ends)

        left = [Mux(first, Value.cast(head.samples[0]), Value.cast(item)) for item in before]
        middle = [Value.cast(sample) for sample in head.samples]
        right: list[Value] = []
        edge, ended = middle[-1], head.line_last
        for word in queue[1:]:
            for sample in list(word.samples)[: REACH - len(right)]:
                edge = Mux(ended, edge, Value.cast(sample))
                right.append(edge)
            ended = ended | word.line_last

        for sample, value in zip(self.o.payload.samples, [*left, *middle, *right], strict=True):
            m.d.sync += Value.cast(sample).eq(value)
        for name in params.flags:
            m.d.sync += getattr(self.o.payload, name).eq(getattr(head, name))
        m.d.sync += self.o.valid.eq(emits)
        with m.If(emits):
            m.d.sync += first.eq(head.line_last)
            for item, value in zip(before, [*left, *middle][-REACH:], strict=True):
                m.d.sync += Value.cast(item).eq(value)
            m.d.sync += [queue[n].eq(queue[n + 1]) for n in range(further)]
        rest = Signal.like(count)
        m.d.comb += rest.eq(count - emits)
        m.d.sync += count.eq(rest + self.i.valid)
        with m.If(self.i.valid), m.Switch(rest):
            for n in range(further + 1):
                with m.Case(n):
                    m.d.sync += queue[n].eq(self.i.payload)
        return m
