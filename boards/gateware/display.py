"""The screen: the paths that bring its pixels, and what is made of them."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from boards.gateware.core_domain import hr_beat_layout
from boards.gateware.core_pixels import CorePixels
from boards.gateware.nearest_pixels import NearestPixels
from boards.gateware.placement import Window, placement_layout
from boards.gateware.tmds_encoder import CLOCK_WORD, TmdsEncoder
from boards.gateware.video_timing import VideoMode, VideoTiming
from boards.picture_layout import Limits, pixel_layout, size_layout, word_layout
from hw.core_params import CoreParams

PAIRS = 4
"""Of the connector: blue, green, red and the clock."""


class View(enum.Enum, shape=2):
    """What the screen shows."""

    SRLUT = 0
    NEAREST = 1
    SPLIT = 2
    """The left half by SRLUT, the right half by nearest neighbour, two white columns between."""


class Display(wiring.Component):
    """Scan the screen: a picture enlarged both ways, in the middle of a black screen.

    Takes every frame that the core enlarges, whether it shows or not.

    Parameters
    ----------
    mode : VideoMode
    limits : Limits
        Largest picture; enlarged, it fits the screen.
    params : CoreParams

    Members
    -------
    frame : Out(1)
        For one clock: vertical blanking begins. Only in the clock after it may ``size``, ``view``
        and the picture in memory change.
    size : In(size_layout)
        Of the picture.
    view : In(View)
        What to show.
    read_en, read_word : Out
        Ask memory for a word of the picture, which is read at once.
    read_data : In(word_layout())
        The word, ``boards.gateware.frame_buffer.delay(limits)`` clocks later.
    i : In(stream of hr_beat_layout)
        The picture as the core enlarges it, once for each frame.
    o : Out(ArrayLayout(10, PAIRS))
        Words of TMDS, a set per clock.
    error : Out(1)
        For one clock: the core's frame was not there in time, or not whole.
    """

    def __init__(self, mode: VideoMode, limits: Limits, params: CoreParams) -> None:
        self.mode, self.limits, self.params = mode, limits, params
        super().__init__(
            {
                "frame": Out(1),
                "size": In(size_layout(limits)),
                "view": In(View),
                "read_en": Out(1),
                "read_word": Out(range(limits.words)),
                "read_data": In(word_layout()),
                "i": In(stream.Signature(hr_beat_layout(params))),
                "o": Out(data.ArrayLayout(10, PAIRS)),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.timing = timing = VideoTiming(self.mode)
        m.submodules.window = window = Window(self.mode, self.limits)
        m.submodules.nearest = nearest = NearestPixels(self.limits)
        m.submodules.upsampled = upsampled = CorePixels(self.params)
        connect(m, flipped(self.i), upsampled.i)
        spots = [window.o]  # by clocks of delay
        for n in range(nearest.delay):
            spots.append(Signal(placement_layout(), name=f"spot{n}", reset_less=True))
            m.d.sync += spots[-1].eq(spots[-2])
        spot = spots[-1]
        m.d.comb += [
            self.frame.eq(timing.frame),
            window.i.eq(timing.o),
            window.size.eq(self.size),
            nearest.take.eq(window.o.picture),
            nearest.frame.eq(timing.frame),
            nearest.line_words.eq(self.size.line_words),
            self.read_en.eq(nearest.read_en),
            self.read_word.eq(nearest.read_word),
            nearest.read_data.eq(self.read_data),
            upsampled.take.eq(spots[-2].picture),
            upsampled.first.eq(spots[-2].first),
            self.error.eq(upsampled.error),
        ]

        by_nearest, black, white = Signal(), Signal(), Signal()
        m.d.comb += [
            by_nearest.eq((self.view == View.NEAREST) | ((self.view == View.SPLIT) & spot.right)),
            white.eq((self.view == View.SPLIT) & spot.middle),
            black.eq(~spot.picture),
        ]
        shown, last = Signal(pixel_layout()), Signal(placement_layout())
        m.d.sync += [
            last.eq(spot),
            shown.eq(Mux(by_nearest, nearest.o, upsampled.o)),
        ]
        with m.If(black):
            m.d.sync += shown.eq(0)
        with m.If(white):
            m.d.sync += shown.as_value().eq(-1)
        controls = last.hsync | (last.vsync << 1)
        for n, (colour, control) in enumerate(
            (("blue", controls), ("green", 0), ("red", 0)),
        ):
            m.submodules[colour] = encoder = TmdsEncoder()
            m.d.comb += [
                encoder.i.active.eq(last.active),
                encoder.i.level.eq(shown[colour]),
                encoder.i.control.eq(control),
                self.o[n].eq(encoder.o),
            ]
        m.d.comb += self.o[PAIRS - 1].eq(CLOCK_WORD)
        return m
