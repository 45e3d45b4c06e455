"""The core in its own clock domain, between two asynchronous FIFOs."""

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
"""Depth of the FIFOs: more than the clocks that a pointer takes from one domain to the other."""


def hr_beat_layout(params: CoreParams) -> data.StructLayout:
    """A beat of the enlarged picture; ``first`` marks the first beat of a frame."""
    return data.StructLayout(
        {"pixels": data.ArrayLayout(pixel_layout(), params.pixels_per_beat), "first": 1}
    )


class CoreDomain(wiring.Component):
    """Enlarge a stream of frames with the core, which runs in the domain ``core``.

    Both streams are in the domain ``sync``. Throughput is that of the core. While ``o`` is not
    ready, the FIFOs fill up and ``i`` stalls.

    Parameters
    ----------
    params : CoreParams
        The core must take and give R, G, B.

    Members
    -------
    i : In(stream of reader_layout)
        LR frames.
    height, width : In(16)
        Size of the frames; may change only after the last beat of a frame has left ``o``.
    o : Out(stream of hr_beat_layout)
        Enlarged frames.
    error : Out(1)
        High for one clock when the core reports a broken frame.
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
        # The core defines a clock domain of its own, driven by its ports aclk and aresetn.
        core = Core(self.params)
        m.submodules.core = DomainRenamer("srlut")(core)
        m.submodules.fifo_in = fifo_in = AsyncFIFOBuffered(
            width=reader_layout().size, depth=DEPTH, w_domain="sync", r_domain="core"
        )
        m.submodules.fifo_out = fifo_out = AsyncFIFOBuffered(
            width=hr_beat_layout(self.params).size, depth=DEPTH, w_domain="core", r_domain="sync"
        )
        m.submodules.error = error = PulseSynchronizer("core", "sync")
        beat = data.View(reader_layout(), fifo_in.r_data)
        m.d.comb += [
            core.aclk.eq(ClockSignal("core")),
            core.aresetn.eq(~ResetSignal("core")),
            # No synchroniser: both are stable long before the first pixel leaves the FIFO.
            core.height.eq(self.height),
            core.width.eq(self.width),
            fifo_in.w_data.eq(self.i.payload),
            fifo_in.w_en.eq(self.i.valid),
            self.i.ready.eq(fifo_in.w_rdy),
            core.s_axis_video_tdata.eq(beat.pixel),
            core.s_axis_video_tuser.eq(beat.start_of_frame),
            core.s_axis_video_tlast.eq(beat.end_of_line),
            core.s_axis_video_tvalid.eq(fifo_in.r_rdy),
            fifo_in.r_en.eq(core.s_axis_video_tready),
            fifo_out.w_data.eq(Cat(core.m_axis_video_tdata, core.m_axis_video_tuser)),
            fifo_out.w_en.eq(core.m_axis_video_tvalid),
            core.m_axis_video_tready.eq(fifo_out.w_rdy),
            self.o.payload.eq(fifo_out.r_data),
            self.o.valid.eq(fifo_out.r_rdy),
            fifo_out.r_en.eq(self.o.ready),
            error.i.eq(core.error.as_value().any()),
            self.error.eq(error.o),
        ]
        return m
