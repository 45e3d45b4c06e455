"""A stage of the chain: a stream of LR pixels in, a picture r times as wide and high out."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import beat_layout, load_layout, pixels_layout
from hw.lookup.lanes import Lanes
from hw.output.accumulate import Accumulate
from hw.output.line_writer import LineWriter
from hw.output.pixel_queue import PixelQueue
from hw.output.round_clip import RoundClip
from hw.params import StageParams
from hw.pipeline import delayed
from hw.scheduler import Scheduler
from hw.windows.line_buffer import LineBuffer
from hw.windows.window import Window


class UpsamplerStage(wiring.Component):
    """Enlarge a stream of frames r times, and make the maps of the stage.

    Each group of tables has its own lanes. All groups work in the same clocks, so the look-ups of a
    group with a shorter pipeline are delayed.

    One beat per ``steps`` clocks; one per clock in the R warm-up lines at the start of a frame and
    in the R flush lines at its end. The latency depends on the width, see
    :func:`hw.core_timing.latency`. While ``o`` is not taken, beats start until the writer has no
    credit left, then ``i`` stalls; nothing between scheduler and writer stalls. Needs no frame
    size.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of pixels_layout)
        Frames of any size up to ``max_width`` pixels wide.
    o : Out(stream of beat_layout)
        Frames r times as wide and high.
    bypass : In(1), only if ``params.bypass``
        Whether the look-ups count as 0, so that pixels are repeated. Constant while a frame is in
        the stage.
    load0, load1 … : In(load_layout), only if ``params.reload``
        Words for the tables of each group; see :class:`hw.lookup.banked_rom.BankedRom`.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        members = {
            "i": In(stream.Signature(pixels_layout(params))),
            "o": Out(stream.Signature(beat_layout(params))),
        }
        if params.bypass:
            members["bypass"] = In(1)
        if params.reload:
            for n, group in enumerate(params.groups):
                members[f"load{n}"] = In(load_layout(group.row_bits))
        super().__init__(members)

    @staticmethod
    def lanes_delay(params: StageParams) -> int:
        """Clocks of the slowest lanes."""
        return max(Lanes.delay(group) for group in params.groups)

    @staticmethod
    def samples_delay(params: StageParams) -> int:
        """Clocks from the last look-ups of a block at the lanes to its samples at the writer."""
        behind_lanes = Accumulate.delay(params) + RoundClip.delay(params)
        return UpsamplerStage.lanes_delay(params) + behind_lanes

    @staticmethod
    def blocks_delay(params: StageParams) -> int:
        """Clocks from the start of a beat of windows to its first blocks, if a step makes some."""
        before_lanes = Window.delay(params) + Scheduler.delay(params)
        return before_lanes + UpsamplerStage.samples_delay(params)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.submodules.line_buffer = line_buffer = LineBuffer(params)
        m.submodules.window = window = Window(params)
        m.submodules.scheduler = scheduler = Scheduler(params)
        m.submodules.accumulate = accumulate = Accumulate(params)
        m.submodules.round_clip = round_clip = RoundClip(params)
        if params.has_pixel_queue:
            clocks = self.blocks_delay(params) + params.steps
            writer = PixelQueue(params, clocks=clocks)
        else:
            writer = LineWriter(params)
        m.submodules.writer = writer

        connect(m, wiring.flipped(self.i), line_buffer.i)
        connect(m, line_buffer.o, window.i)
        connect(m, window.o, scheduler.i)
        lanes_delay, valid = self.lanes_delay(params), Signal(len(params.groups))
        for n, group in enumerate(params.groups):
            m.submodules[f"lanes{n}"] = lanes = Lanes(group)
            wait = lanes_delay - Lanes.delay(group)
            m.d.comb += [
                lanes.i.payload.eq(delayed(m, scheduler.o.payload[f"group{n}"], wait)),
                lanes.i.valid.eq(delayed(m, scheduler.o.valid, wait, reset=True)),
                accumulate.i[f"group{n}"].eq(lanes.o.payload),
                valid[n].eq(lanes.o.valid),
            ]
            if params.reload:
                m.d.comb += lanes.load.eq(getattr(self, f"load{n}"))
        m.d.comb += accumulate.i_valid.eq(valid[0])  # all groups are valid in the same clocks
        connect(m, accumulate.o, round_clip.i)
        connect(m, writer.o, wiring.flipped(self.o))

        tag = delayed(m, scheduler.tag, lanes_delay)
        tag_out = delayed(m, tag, Accumulate.delay(params) + RoundClip.delay(params))
        m.d.comb += [
            accumulate.step.eq(tag.rotation_step),
            *([accumulate.centre.eq(tag.centre)] if params.adds_centre else []),
            *([accumulate.bypass.eq(delayed(m, self.bypass, 1))] if params.bypass else []),
            writer.tag.eq(tag_out),
            writer.i.valid.eq(round_clip.o.valid),
            window.credit.eq(writer.credit),
            writer.start.eq(window.start),
            writer.start_last.eq(window.start_last),
        ]
        samples = writer.i.payload
        if params.passes_picture:
            for sample_lane in range(params.sample_lanes):
                m.d.comb += samples[0][sample_lane][0].eq(tag_out.centre[sample_lane])
        for number in range(params.maps):
            m.d.comb += samples[number + params.passes_picture].eq(round_clip.o.payload[number])
        return m
