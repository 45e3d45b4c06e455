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
from hw.pipeline import SkidBuffer
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
    params : StageParams

    Members
    -------
    i : In(stream of pixels_layout)
        Frames of any size up to ``max_width`` pixels wide.
    o : Out(stream of beat_layout)
        Frames r times as wide and high.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(pixels_layout(params))),
                "o": Out(stream.Signature(beat_layout(params))),
            }
        )

    @staticmethod
    def lanes_delay(params: StageParams) -> int:
        """Clocks that the slowest lanes take."""
        return max(Lanes.delay(group) for group in params.groups)

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the scheduler to the line writer."""
        return UpsamplerStage.lanes_delay(params) + Accumulate.delay(params) + RoundClip.DELAY

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.submodules.line_buffer = line_buffer = LineBuffer(params)
        m.submodules.window = window = Window(params)
        m.submodules.scheduler = scheduler = Scheduler(params)
        m.submodules.accumulate = accumulate = Accumulate(params)
        m.submodules.round_clip = round_clip = RoundClip(params)
        clocks = 1 + self.delay(params) + params.steps
        writer = PixelQueue(params, clocks=clocks) if params.queues else LineWriter(params)
        m.submodules.writer = writer

        connect(m, wiring.flipped(self.i), line_buffer.i)
        m.submodules.columns = columns = SkidBuffer(column_layout(params))
        connect(m, line_buffer.o, columns.i)
        connect(m, columns.o, window.i)
        connect(m, window.o, scheduler.i)
        delay, valid = self.lanes_delay(params), Signal(len(params.groups))
        for n, group in enumerate(params.groups):
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

        tag = delayed(m, scheduler.tag, delay)
        tag_out = delayed(m, tag, Accumulate.delay(params) + RoundClip.DELAY)
        m.d.comb += [
            accumulate.step.eq(tag.rotation_step),
            *([accumulate.centre.eq(tag.centre)] if any(params.differences) else []),
            writer.tag.eq(tag_out),
            writer.i.valid.eq(round_clip.o.valid),
            scheduler.room.eq(writer.room),
            writer.start.eq(scheduler.start),
            writer.start_last.eq(scheduler.start_last),
        ]
        made = writer.i.payload
        if params.passes_picture:
            for place in range(params.sample_lanes):
                m.d.comb += made[0][place][0].eq(tag_out.centre[place])
        for number in range(params.maps):
            m.d.comb += made[number + params.passes_picture].eq(round_clip.o.payload[number])
        return m
