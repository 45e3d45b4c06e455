"""A stage: a pixel stream in, a picture r times as wide and high out."""

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.accumulate import Accumulate
from hw.lanes import Lanes
from hw.line_buffer import LineBuffer
from hw.line_writer import LineWriter
from hw.params import StageParams
from hw.payloads import beat_layout, delayed, pixel_layout
from hw.round_clip import RoundClip
from hw.scheduler import Scheduler
from hw.window import Window


class UpsamplerStage(wiring.Component):
    """Upsample a stream of frames by one table.

    Takes a pixel each ``steps`` clocks; in the R line passes at a frame's start and end, which give
    nothing or take nothing, a pixel per clock. Between scheduler and line writer nothing stalls:
    a window starts only when there is room for its block. Needs no frame size.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(stream of pixel_layout)
        Frames of any size up to ``max_width`` pixels wide.
    o : Out(stream of beat_layout)
        Frames r times as wide and high.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        super().__init__(
            {
                "i": In(stream.Signature(pixel_layout(p))),
                "o": Out(stream.Signature(beat_layout(p))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        m.submodules.line_buffer = line_buffer = LineBuffer(p)
        m.submodules.window = window = Window(p)
        m.submodules.scheduler = scheduler = Scheduler(p)
        m.submodules.lanes = lanes = Lanes(p)
        m.submodules.accumulate = accumulate = Accumulate(p)
        m.submodules.round_clip = round_clip = RoundClip(p)
        m.submodules.line_writer = line_writer = LineWriter(p)

        connect(m, wiring.flipped(self.i), line_buffer.i)
        connect(m, line_buffer.o, window.i)
        connect(m, window.o, scheduler.i)
        for lane in range(p.lanes):
            connect(m, scheduler.o[lane], lanes.i[lane])
            m.d.comb += accumulate.i[lane].eq(lanes.o[lane].payload)
        connect(m, accumulate.o, round_clip.i)
        connect(m, round_clip.o, line_writer.i)
        connect(m, line_writer.o, wiring.flipped(self.o))

        mark = delayed(m, scheduler.mark, Lanes.delay(p))
        m.d.comb += [
            accumulate.i_valid.eq(lanes.o[0].valid),
            accumulate.step.eq(mark.rotation_step),
            *([accumulate.centre.eq(mark.centre)] if p.differences else []),
            line_writer.mark.eq(delayed(m, mark, Accumulate.DELAY + RoundClip.DELAY)),
            scheduler.room.eq(line_writer.room),
            line_writer.start.eq(scheduler.start),
            line_writer.start_last.eq(scheduler.start_last),
        ]
        return m
