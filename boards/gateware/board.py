"""The logic of a board: everything but its pins, clock generators and double-rate outputs."""

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
from sw.pictures.colour_formats import FILE_FORMATS

LEDS = 8


@dataclass(frozen=True, kw_only=True)
class BoardParams:
    """Parameters of a board.

    Parameters
    ----------
    core : CoreParams
        Its largest frame is the largest picture that the board takes.
    picture : ndarray of uint8, shape (height, width, 3)
        Splash picture: shown until the host sends one.
    clocks_per_bit : Fraction
        Length of a bit on the serial line, in clocks of ``sync``.
    silence : int
        Clocks without a byte after which a transfer ends.
    mode : VideoMode

    Raises
    ------
    BadInput
        If the core or the picture does not fit the board.
    """

    core: CoreParams
    picture: np.ndarray = field(repr=False)
    clocks_per_bit: Fraction
    silence: int
    mode: VideoMode = HD720

    def __post_init__(self) -> None:
        if self.core.upsampler.scale != SCALE:
            raise BadInput(
                f"the table has scale {self.core.upsampler.scale}; for a board it must be {SCALE}"
            )
        if self.core.colour not in FILE_FORMATS:
            raise BadInput(
                f"the core has the colour format {self.core.colour}; for a board it must be "
                f"{' or '.join(FILE_FORMATS)}"
            )
        if SCALE % self.core.pixels_per_beat:
            raise BadInput(
                f"the core has {self.core.pixels_per_beat} pixels per beat; "
                "for a board it must have 1, 2 or 4"
            )
        height, width, _ = self.picture.shape
        if height > self.limits.height or width > self.limits.width:
            raise BadInput(
                f"the splash picture has {width}×{height} pixels; it must have at most "
                f"{self.limits.width}×{self.limits.height}"
            )

    @property
    def limits(self) -> Limits:
        """Largest picture."""
        return Limits(self.core.max_height, self.core.max_width)


class Board(wiring.Component):
    """Receive pictures over a serial line and show them on a screen, enlarged ×4.

    Clock domains: ``sync`` is the pixel clock; ``shift`` is five times as fast, from the same
    source; ``core`` must be fast enough that the core finishes a frame within a frame of the
    screen. At the start of vertical blanking the core is started for the next frame, and a new
    picture or another view takes effect.

    Parameters
    ----------
    params : BoardParams

    Members
    -------
    rx, tx : In(1), Out(1)
        The serial line, see :mod:`boards.protocol`.
    buttons : In(3)
        Button n selects the n-th :class:`View`.
    locked : In(1)
        The clocks are stable.
    leds : Out(8)
        0: the clocks are stable. 1: blinks with the frames. 2: an error occurred in the last
        quarter of a second. 3: a transfer is under way. 4: the last transfer was refused.
        5, 6, 7: the view.
    tmds : Out(ArrayLayout(2, 4))
        Blue, green, red and clock: two bits per clock of ``shift``, bit 0 first.
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
        m.submodules.reader = reader = PictureReader(limits)
        m.submodules.core = core = CoreDomain(params.core)
        m.submodules.display = display = Display(params.mode, limits, params.core)
        m.submodules.serialiser = serialiser = Serialiser(PAIRS)
        connect(m, uart_receiver.o, receiver.i)
        connect(m, receiver.o, uart_transmitter.i)
        connect(m, reader.o, core.i)
        connect(m, core.o, display.i)

        # The picture and the view change in vertical blanking only.
        height, width, _ = params.picture.shape
        line_words = Limits(height, width).line_words
        splash_size = {"height": height, "width": width, "line_words": line_words}
        size = Signal(size_layout(limits), init=splash_size)
        shown = Signal()  # which of the two pictures in the frame buffer is shown
        start = Signal()
        selected, view = Signal(View), Signal(View)
        with m.If(display.frame):
            m.d.sync += view.eq(selected)
            with m.If(receiver.whole):
                m.d.comb += receiver.shown.eq(1)
                m.d.sync += [shown.eq(~shown), size.eq(receiver.size)]
        m.d.sync += start.eq(display.frame)

        m.d.comb += [
            uart_receiver.rx.eq(self.rx),
            self.tx.eq(uart_transmitter.tx),
            # A word has at least three bytes, which last longer than the memory takes to write it.
            memory.write_en.eq(receiver.write_en),
            memory.write_picture.eq(~shown),
            memory.write_word.eq(receiver.write_word),
            memory.write_data.eq(receiver.write_data),
            # The display has priority: it cannot wait, the reader can.
            memory.read_picture.eq(shown),
            memory.read_en.eq(display.read_en | reader.read_en),
            memory.read_word.eq(reader.read_word),
            reader.read_free.eq(~display.read_en),
            reader.read_data.eq(memory.read_data),
            reader.start.eq(start),
            reader.size.eq(size),
            core.height.eq(size.height),
            core.width.eq(size.width),
            display.read_data.eq(memory.read_data),
            display.size.eq(size),
            display.view.eq(view),
            serialiser.i.eq(display.o),
            self.tmds.eq(serialiser.o),
        ]
        with m.If(display.read_en):
            m.d.comb += memory.read_word.eq(display.read_word)

        # A button that bounces selects the same view several times, which does no harm.
        buttons = Signal(3)
        m.submodules += FFSynchronizer(self.buttons, buttons)
        for button, choice in zip(buttons, View, strict=True):
            with m.If(button):
                m.d.sync += selected.eq(choice)

        frames, error_left = Signal(6), Signal(4)  # error_left: frames until the error LED goes out
        with m.If(display.frame):
            m.d.sync += [frames.eq(frames + 1), error_left.eq(error_left - (error_left != 0))]
        with m.If(display.error | core.error | (start & reader.busy)):
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
