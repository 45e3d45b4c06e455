"""The screen: two paths that enlarge the picture, placement, and TMDS encoding."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from boards.gateware.core_domain import hr_beat_layout
from boards.gateware.core_pixels import CorePixels
from boards.gateware.nearest_pixels import NearestPixels
from boards.gateware.placement import Placement, placement_layout
from boards.gateware.tmds_encoder import CLOCK_WORD, TmdsEncoder
from boards.gateware.video_timing import VideoMode, VideoTiming
from boards.picture_layout import Limits, pixel_layout, size_layout, word_layout
from hw.core_params import CoreParams

PAIRS = 4
"""TMDS pairs of the connector: blue, green, red and the clock."""


class View(enum.Enum, shape=2):
    """The method by which the shown picture is enlarged."""

    SRLUT = 0
    NEAREST = 1
    SPLIT = 2
    """Left half by SR-LUT, right half by nearest neighbour, with two white columns between them."""


class Display(wiring.Component):
    """Generate the screen: the enlarged picture in the middle of a black background.

    One pixel per clock, without a stall. Takes every frame of the core, even if the view does not
    show it.

    Parameters
    ----------
    mode : VideoMode
    limits : Limits
        Largest picture. Enlarged, it must fit the screen.
    params : CoreParams

    Members
    -------
    frame : Out(1)
        High for one clock when vertical blanking begins. ``size``, ``view`` and the picture in
        memory may change only in the clock after it.
    size : In(size_layout)
        Size of the picture.
    view : In(View)
        View to show.
    read_en, read_word : Out
        Request a word of the picture; the memory must serve it in the same clock.
    read_data : In(word_layout())
        The word, ``boards.gateware.frame_buffer.delay(limits)`` clocks later.
    i : In(stream of hr_beat_layout)
        Beats of the core, one HR frame for each frame of the screen.
    o : Out(ArrayLayout(10, PAIRS))
        TMDS words, one for each pair per clock.
    error : Out(1)
        High for one clock when a frame of the core was late or broken.
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
        m.submodules.placement = placement = Placement(self.mode, self.limits)
        m.submodules.nearest = nearest = NearestPixels(self.limits)
        m.submodules.core_pixels = core_pixels = CorePixels(self.params)
        connect(m, flipped(self.i), core_pixels.i)
        placements = [placement.o]  # index: clocks of delay
        for n in range(nearest.delay):
            placements.append(Signal(placement_layout(), name=f"placement{n}", reset_less=True))
            m.d.sync += placements[-1].eq(placements[-2])
        current = placements[-1]
        m.d.comb += [
            self.frame.eq(timing.frame),
            placement.i.eq(timing.o),
            placement.size.eq(self.size),
            nearest.take.eq(placement.o.picture),
            nearest.frame.eq(timing.frame),
            nearest.line_words.eq(self.size.line_words),
            self.read_en.eq(nearest.read_en),
            self.read_word.eq(nearest.read_word),
            nearest.read_data.eq(self.read_data),
            core_pixels.take.eq(placements[-2].picture),
            core_pixels.first.eq(placements[-2].first),
            self.error.eq(core_pixels.error),
        ]

        by_nearest, black, white = Signal(), Signal(), Signal()
        m.d.comb += [
            by_nearest.eq(
                (self.view == View.NEAREST) | ((self.view == View.SPLIT) & current.right)
            ),
            white.eq((self.view == View.SPLIT) & current.middle),
            black.eq(~current.picture),
        ]
        shown, last = Signal(pixel_layout()), Signal(placement_layout())
        m.d.sync += [
            last.eq(current),
            shown.eq(Mux(by_nearest, nearest.o, core_pixels.o)),
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
