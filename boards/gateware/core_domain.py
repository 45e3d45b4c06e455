"""The core in a clock domain of its own, between two queues."""

from amaranth.hdl import Cat, ClockSignal, DomainRenamer, Module, ResetSignal
from amaranth.lib import data, stream, wiring
from amaranth.lib.cdc import PulseSynchronizer
from amaranth.lib.fifo import AsyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from boards.gateware.picture_reader import reader_layout
from boards.picture_layout import pixel_layout
from hw.core import Core
from hw.core_params import CoreParams

DEPTH = 17
"""Of the queues: the clocks in which word of a beat gets from one side to the other, and some."""


def hr_beat_layout(params: CoreParams) -> data.StructLayout:
    """A beat of the enlarged picture; ``first`` marks the first one of a frame."""
    return data.StructLayout(
        {"pixels": data.ArrayLayout(pixel_layout(), params.pixels_per_beat), "first": 1}
    )


class CoreDomain(wiring.Component):
    """Enlarge a stream of frames with the core, clocked by the domain ``core``.

    Both ends belong to the domain ``sync``.

    Parameters
    ----------
    params : CoreParams
        With three channels.

    Members
    -------
    i : In(stream of reader_layout)
        Frames.
    height, width : In(16)
        Their size; changes only between two frames, after all of one has come out.
    o : Out(stream of hr_beat_layout)
        Enlarged frames.
    error : Out(1)
        For one clock: what came was not a whole frame.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(reader_layout())),
                "height": In(16),
                "width": In(16),
                "o": Out(stream.Signature(hr_beat_layout(params))),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        # The core brings a domain of its own.
        core = Core(self.params)
        m.submodules.core = DomainRenamer("srlut")(core)
        m.submodules.queue_in = queue_in = AsyncFIFOBuffered(
            width=reader_layout().size, depth=DEPTH, w_domain="sync", r_domain="core"
        )
        m.submodules.queue_out = queue_out = AsyncFIFOBuffered(
            width=hr_beat_layout(self.params).size, depth=DEPTH, w_domain="core", r_domain="sync"
        )
        m.submodules.error = error = PulseSynchronizer("core", "sync")
        come = data.View(reader_layout(), queue_in.r_data)
        m.d.comb += [
            core.aclk.eq(ClockSignal("core")),
            core.aresetn.eq(~ResetSignal("core")),
            # These two stand still long before the first pixel that needs them gets through.
            core.height.eq(self.height),
            core.width.eq(self.width),
            queue_in.w_data.eq(self.i.payload),
            queue_in.w_en.eq(self.i.valid),
            self.i.ready.eq(queue_in.w_rdy),
            core.s_axis_video_tdata.eq(come.pixel),
            core.s_axis_video_tuser.eq(come.start_of_frame),
            core.s_axis_video_tlast.eq(come.end_of_line),
            core.s_axis_video_tvalid.eq(queue_in.r_rdy),
            queue_in.r_en.eq(core.s_axis_video_tready),
            queue_out.w_data.eq(Cat(core.m_axis_video_tdata, core.m_axis_video_tuser)),
            queue_out.w_en.eq(core.m_axis_video_tvalid),
            core.m_axis_video_tready.eq(queue_out.w_rdy),
            self.o.payload.eq(queue_out.r_data),
            self.o.valid.eq(queue_out.r_rdy),
            queue_out.r_en.eq(self.o.ready),
            error.i.eq(core.error.as_value().any()),
            self.error.eq(error.o),
        ]
        return m
