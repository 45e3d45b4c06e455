"""A whole board, but for its pins, its clocks and its double-rate outputs."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from amaranth.hdl import Cat, Module, ResetSignal, Signal
from amaranth.lib import data, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out, connect

from boards.gateware.core_domain import CoreDomain
from boards.gateware.display import PAIRS, Display, View
from boards.gateware.frame_buffer import FrameBuffer
from boards.gateware.picture_reader import PictureReader
from boards.gateware.picture_receiver import PictureReceiver
from boards.gateware.serialiser import Serialiser
from boards.gateware.uart import UartReceiver, UartTransmitter
from boards.gateware.video_timing import HD720, VideoMode
from boards.picture_layout import SCALE, Limits, size_layout
from hw.core_params import CoreParams
from sw.errors import BadInput

LEDS = 8


@dataclass(frozen=True, kw_only=True)
class BoardParams:
    """What a board is made of.

    Parameters
    ----------
    core : CoreParams
        Its largest frame is the largest picture.
    picture : ndarray of uint8, shape (height, width, 3)
        Shown until another one is sent.
    clocks_per_bit : Fraction
        Of the serial line, in clocks of ``sync``.
    silence : int
        Clocks without a byte that end a transfer.
    mode : VideoMode

    Raises
    ------
    BadInput
        If they do not fit together.
    """

    core: CoreParams
    picture: np.ndarray = field(repr=False)
    clocks_per_bit: Fraction
    silence: int
    mode: VideoMode = HD720

    def __post_init__(self) -> None:
        if self.core.upsampler.scale != SCALE or self.core.channels != 3:
            raise BadInput(f"a table of scale {SCALE} is accepted, for three channels")
        if SCALE % self.core.pixels_per_beat:
            raise BadInput(f"beat is {self.core.pixels_per_beat}; 1, 2 or 4 is accepted")
        height, width, _ = self.picture.shape
        if height > self.limits.height or width > self.limits.width:
            raise BadInput(f"the picture has {width}×{height} pixels, which is too large")

    @property
    def limits(self) -> Limits:
        """Largest picture."""
        return Limits(self.core.max_height, self.core.max_width)


class Board(wiring.Component):
    """Pictures in over a serial line, enlarged ×4 on a screen, continuously.

    Domains: ``sync``, a pixel of the screen per clock; ``shift``, five times that, from the same
    source; ``core``, fast enough that the core makes a frame in the time in which the screen shows
    one. Each frame of the screen starts the core once, as vertical blanking begins, and that is
    when a new picture or another view takes over.

    Parameters
    ----------
    params : BoardParams

    Members
    -------
    rx, tx : In(1), Out(1)
        The serial line, see :mod:`boards.protocol`.
    buttons : In(3)
        Pressing one chooses a :class:`View`, in their order.
    locked : In(1)
        The clocks are stable.
    leds : Out(8)
        From 0: clocks stable; blinks with the frames; error, for a quarter of a second or more;
        a transfer is under way; the last one was refused; the three views.
    tmds : Out(ArrayLayout(2, 4))
        Blue, green, red and clock: two bits in each clock of ``shift``, bit 0 first.
    """

    def __init__(self, params: BoardParams) -> None:
        self.params = params
        super().__init__(
            {
                "rx": In(1, init=1),
                "tx": Out(1, init=1),
                "buttons": In(3),
                "locked": In(1),
                "leds": Out(LEDS),
                "tmds": Out(data.ArrayLayout(2, PAIRS)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, limits = self.params, self.params.limits
        m.submodules.uart_receiver = uart_receiver = UartReceiver(params.clocks_per_bit)
        m.submodules.uart_transmitter = uart_transmitter = UartTransmitter(params.clocks_per_bit)
        m.submodules.receiver = receiver = PictureReceiver(limits, silence=params.silence)
        m.submodules.memory = memory = FrameBuffer(limits, params.picture)
        m.submodules.feed = feed = PictureReader(limits)
        m.submodules.upscaler = upscaler = CoreDomain(params.core)
        m.submodules.display = display = Display(params.mode, limits, params.core)
        m.submodules.serialiser = serialiser = Serialiser(PAIRS)
        connect(m, uart_receiver.o, receiver.i)
        connect(m, receiver.o, uart_transmitter.i)
        connect(m, feed.o, upscaler.i)
        connect(m, upscaler.o, display.i)

        # What is shown changes between two frames.
        height, width, _ = params.picture.shape
        first = {"height": height, "width": width, "line_words": Limits(height, width).line_words}
        size = Signal(size_layout(limits), init=first)
        shown = Signal()  # which of the two pictures
        start = Signal()
        wanted, view = Signal(View), Signal(View)
        with m.If(display.frame):
            m.d.sync += view.eq(wanted)
            with m.If(receiver.whole):
                m.d.comb += receiver.shown.eq(1)
                m.d.sync += [shown.eq(~shown), size.eq(receiver.size)]
        m.d.sync += start.eq(display.frame)

        m.d.comb += [
            uart_receiver.rx.eq(self.rx),
            self.tx.eq(uart_transmitter.tx),
            # A word has three bytes or more, of ten bits each: longer than memory takes for it.
            memory.write_en.eq(receiver.write_en),
            memory.write_picture.eq(~shown),
            memory.write_word.eq(receiver.write_word),
            memory.write_data.eq(receiver.write_data),
            # The screen cannot wait, the core can.
            memory.read_picture.eq(shown),
            memory.read_en.eq(display.read_en | feed.read_en),
            memory.read_word.eq(feed.read_word),
            feed.read_free.eq(~display.read_en),
            feed.read_data.eq(memory.read_data),
            feed.start.eq(start),
            feed.size.eq(size),
            upscaler.height.eq(size.height),
            upscaler.width.eq(size.width),
            display.read_data.eq(memory.read_data),
            display.size.eq(size),
            display.view.eq(view),
            serialiser.i.eq(display.o),
            self.tmds.eq(serialiser.o),
        ]
        with m.If(display.read_en):
            m.d.comb += memory.read_word.eq(display.read_word)

        # A button chooses as long as it is down, so its bouncing does not matter.
        buttons = Signal(3)
        m.submodules += FFSynchronizer(self.buttons, buttons)
        for button, choice in zip(buttons, View, strict=True):
            with m.If(button):
                m.d.sync += wanted.eq(choice)

        frames, error_left = Signal(6), Signal(4)  # in frames
        with m.If(display.frame):
            m.d.sync += [frames.eq(frames + 1), error_left.eq(error_left - (error_left != 0))]
        with m.If(display.error | upscaler.error | (start & feed.busy)):
            m.d.sync += error_left.eq(-1)
        m.d.comb += self.leds.eq(
            Cat(
                self.locked & ~ResetSignal("sync"),
                frames[-1],
                error_left != 0,
                receiver.receiving,
                receiver.failed,
                *(view == choice for choice in View),
            )
        )
        return m
