"""A stage: a pixel stream in, a picture r times as wide and high out."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import beat_layout, column_layout, delayed, pixels_layout
from hw.lookup.lanes import Lanes
from hw.output.accumulate import Accumulate
from hw.output.line_writer import LineWriter
from hw.output.pixel_queue import PixelQueue
from hw.output.round_clip import RoundClip
from hw.params import StageParams
from hw.pipeline import Slice
from hw.scheduler import Scheduler
from hw.windows.line_buffer import LineBuffer
from hw.windows.window import Window


class UpsamplerStage(wiring.Component):
    """Make maps of a stream of frames, r times as wide and high.

    Takes a beat each ``steps`` clocks; in the R line passes at a frame's start and end, which give
    nothing or take nothing, a beat per clock. Between scheduler and line writer nothing stalls:
    windows start only when there is room for their blocks. Needs no frame size.

    Groups of tables have lanes of their own, which work in step; look-ups of tables with fewer axes
    wait for the others before they begin.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(stream of pixels_layout)
        Frames of any size up to ``max_width`` pixels wide.
    o : Out(stream of beat_layout)
        Frames r times as wide and high.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        super().__init__(
            {
                "i": In(stream.Signature(pixels_layout(p))),
                "o": Out(stream.Signature(beat_layout(p))),
            }
        )

    @staticmethod
    def lanes_delay(p: StageParams) -> int:
        """Clocks that the slowest lanes take."""
        return max(Lanes.delay(group) for group in p.groups)

    @staticmethod
    def delay(p: StageParams) -> int:
        """Clocks from the scheduler to the line writer."""
        return UpsamplerStage.lanes_delay(p) + Accumulate.delay(p) + RoundClip.DELAY

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        m.submodules.line_buffer = line_buffer = LineBuffer(p)
        m.submodules.window = window = Window(p)
        m.submodules.scheduler = scheduler = Scheduler(p)
        m.submodules.accumulate = accumulate = Accumulate(p)
        m.submodules.round_clip = round_clip = RoundClip(p)
        clocks = 1 + self.delay(p) + p.steps
        writer = PixelQueue(p, clocks=clocks) if p.queues else LineWriter(p)
        m.submodules.writer = writer

        connect(m, wiring.flipped(self.i), line_buffer.i)
        m.submodules.columns = columns = Slice(column_layout(p))
        connect(m, line_buffer.o, columns.i)
        connect(m, columns.o, window.i)
        connect(m, window.o, scheduler.i)
        delay, valid = self.lanes_delay(p), Signal(len(p.groups))
        for n, group in enumerate(p.groups):
            m.submodules[f"lanes{n}"] = lanes = Lanes(group)
            wait = delay - Lanes.delay(group)
            m.d.comb += [
                lanes.i.payload.eq(delayed(m, scheduler.o.payload[f"group{n}"], wait)),
                lanes.i.valid.eq(delayed(m, scheduler.o.valid, wait, reset=True)),
                accumulate.i[f"group{n}"].eq(lanes.o.payload),
                valid[n].eq(lanes.o.valid),
            ]
        m.d.comb += accumulate.i_valid.eq(valid[0])  # all are alike
        connect(m, accumulate.o, round_clip.i)
        connect(m, writer.o, wiring.flipped(self.o))

        mark = delayed(m, scheduler.mark, delay)
        mark_out = delayed(m, mark, Accumulate.delay(p) + RoundClip.DELAY)
        m.d.comb += [
            accumulate.step.eq(mark.rotation_step),
            *([accumulate.centre.eq(mark.centre)] if any(p.differences) else []),
            writer.mark.eq(mark_out),
            writer.i.valid.eq(round_clip.o.valid),
            scheduler.room.eq(writer.room),
            writer.start.eq(scheduler.start),
            writer.start_last.eq(scheduler.start_last),
        ]
        made = writer.i.payload
        if p.passes_picture:
            for place in range(p.places):
                m.d.comb += made[0][place][0].eq(mark_out.centre[place])
        for number in range(p.maps):
            m.d.comb += made[number + p.passes_picture].eq(round_clip.o.payload[number])
        return m
