"""The core: AXI4-Stream video in, AXI4-Stream video r times as wide and high out."""

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from hw.core_params import CoreParams
from hw.layouts import load_bus_layout
from hw.pipeline import SkidBuffer
from hw.video_path import VideoPath
from hw.windows.frame_size import video_layout
from hw.windows.guard import Error, FrameGuard
from hw.windows.input_gearbox import InputGearbox, video_beat_layout


class Core(wiring.Component):
    """The upsampler with AXI4-Stream video at both ends, in one clock domain.

    Frames may follow each other without a gap, and each may have another size. A broken frame goes
    out in its full size, black from the break on; the next frame is not affected. See
    :class:`hw.windows.guard.FrameGuard`.

    Throughput and latency are in :mod:`hw.core_timing`. While the output is not taken, the blocks
    work on until they are full, then the input stalls. No output depends on an input of
    the same clock: a register lies on every path. From the first clock edge of a reset to the first
    edge after it, ``s_axis_video_tready`` and ``m_axis_video_tvalid`` are low.

    Parameters
    ----------
    params : CoreParams

    Members
    -------
    aclk, aresetn : In(1), not if ``params.control``
        Clock; synchronous reset, active low. With control the core is a part of another component,
        and belongs to its clock domain.
    s_axis_video_* : slave
        ``input_pixels_per_beat`` pixels per beat without gaps, the leftmost in the low bits. The
        first sample of a pixel is in its low bits: R, G, B; or Y, Cb, Cr; or, in ``ycbcr422``, Y
        and then Cb with even pixels, Cr with odd ones. Bits above the pixels, up to whole bytes,
        are ignored. TUSER marks the beat with the first pixel of a frame, TLAST that with the last
        of a line; see :class:`hw.windows.input_gearbox.InputGearbox`.
    m_axis_video_* : master
        ``pixels_per_beat`` pixels per beat without gaps, the leftmost in the low bits. Bits above
        them, up to whole bytes, are 0, and so are the pixels behind the end of a line. TUSER marks
        the first beat of a frame, TLAST the last of a line. TKEEP is there only with ``tkeep``: a
        bit for each byte, 0 for those of the padding.
    width, height : In(16)
        Size of a frame in LR pixels, sampled by the handshake of its first beat.
    error : Out(5)
        What is wrong with the input, each bit for one clock: see :class:`hw.windows.guard.Error`.
        A bit comes three clocks after the handshake of its pixel, or after the last clock of the
        time-out; later if the core stalls. Pixel k of a beat, from 0, comes k clocks later.
    bypass : In(1), only if ``params.control``
        Whether pixels are repeated instead of enlarged by the tables; must be constant while a
        frame is in the core.
    frame_waits : In(1), only if ``params.control``
        Whether a start of frame is held back in front of the core; see
        :class:`hw.windows.guard.FrameGuard`.
    frame_done : Out(1), only if ``params.control``
        In the clock after the last beat of a frame was taken.
    load : In(load_bus_layout), only if ``params.reload``
        Words for the tables, while no frame is in the core; see :class:`hw.chain.Chain`.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        members = {
            **({} if params.control else {"aclk": In(1), "aresetn": In(1)}),
            "s_axis_video_tdata": In(params.input_bits),
            "s_axis_video_tvalid": In(1),
            "s_axis_video_tready": Out(1),
            "s_axis_video_tuser": In(1),
            "s_axis_video_tlast": In(1),
            "m_axis_video_tdata": Out(params.output_bits),
            **({"m_axis_video_tkeep": Out(params.keep_bits)} if params.tkeep else {}),
            "m_axis_video_tvalid": Out(1),
            "m_axis_video_tready": In(1),
            "m_axis_video_tuser": Out(1),
            "m_axis_video_tlast": Out(1),
            "width": In(16),
            "height": In(16),
            "error": Out(Error),
        }
        if params.control:
            members |= {"bypass": In(1), "frame_waits": In(1), "frame_done": Out(1)}
        if params.reload:
            members["load"] = In(load_bus_layout(params.stages))
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        if not params.control:
            m.domains.sync = ClockDomain()
            m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        count = params.input_pixels_per_beat
        # Registers TREADY, and keeps the size inputs beside each beat.
        is_pixel = count == 1
        layout = video_layout(params.pixel) if is_pixel else video_beat_layout(params.pixel, count)
        m.submodules.before_guard = video = SkidBuffer(layout)
        pixels = video.i.payload.pixel if is_pixel else video.i.payload.pixels
        m.submodules.guard = guard = FrameGuard(
            params.pixel,
            max_width=params.max_width,
            max_height=params.max_height,
            even_width=params.colour == "ycbcr422",
            black=params.black,
            frame_timeout=params.frame_timeout,
            gated=params.control,
        )
        m.submodules.path = path = VideoPath(params)
        if is_pixel:
            connect(m, video.o, guard.i)
        else:
            m.submodules.input_gearbox = input_gearbox = InputGearbox(params.pixel, count=count)
            connect(m, video.o, input_gearbox.i)
            connect(m, input_gearbox.o, guard.i)
        connect(m, guard.o, path.i)
        o = path.o
        first = Signal(init=1)  # the next output beat is the first of a frame
        with m.If(o.valid & o.ready):
            m.d.sync += first.eq(o.payload.frame_last)
        m.d.sync += self.error.eq(guard.error)
        if params.control:
            m.d.sync += self.frame_done.eq(o.valid & o.ready & o.payload.frame_last)
            m.d.comb += [path.bypass.eq(self.bypass), guard.frame_waits.eq(self.frame_waits)]
        if params.reload:
            m.d.comb += path.load.eq(self.load)
        m.d.comb += [
            pixels.as_value().eq(self.s_axis_video_tdata),
            video.i.payload.start_of_frame.eq(self.s_axis_video_tuser),
            video.i.payload.end_of_line.eq(self.s_axis_video_tlast),
            video.i.payload.width.eq(self.width),
            video.i.payload.height.eq(self.height),
            video.i.valid.eq(self.s_axis_video_tvalid),
            self.s_axis_video_tready.eq(video.i.ready),
            self.m_axis_video_tdata.eq(Cat(o.payload.pixels)),
            self.m_axis_video_tuser.eq(first),
            self.m_axis_video_tlast.eq(o.payload.line_last),
            self.m_axis_video_tvalid.eq(o.valid),
            o.ready.eq(self.m_axis_video_tready),
        ]
        if params.tkeep:
            # Pixels need not be whole bytes: a byte belongs to the pixel of its lowest bit.
            places = (8 * byte // params.pixel.size for byte in range(params.keep_bits))
            m.d.comb += self.m_axis_video_tkeep.eq(Cat(o.payload.keep[n] for n in places))
        return m
