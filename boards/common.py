"""Sizes, clock domains and pins of boards with a 1280×720 screen."""

from fractions import Fraction

from amaranth.hdl import ClockDomain, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.cdc import ResetSynchronizer
from amaranth.lib.io import Buffer, PortLike

from boards.gateware.board import Board, BoardParams
from boards.gateware.splash import splash
from boards.picture_layout import Limits
from boards.protocol import BAUD, SILENCE_SECONDS
from hw.core_params import CoreParams
from hw.core_timing import clocks_per_frame
from sw.tables.spec import Upsampler

LIMITS = Limits(180, 320)
"""Largest picture."""

PIXEL_HZ = 74_250_000

PIXELS_PER_BEAT = 2
"""HR pixels per beat of the core, whose clock is slower than ``PIXEL_HZ``: within a line it must
give more pixels than the screen shows."""


def board_params(upsampler: Upsampler, colour: str) -> BoardParams:
    """Parameters of such a board.

    Parameters
    ----------
    upsampler : Upsampler
    colour : str
        ``"rgb"``: the core has one lane in its first stage and as many in the others as keep up.
        ``"luma"``: it has one lane in every stage.
    """
    lanes = (1,) * (len(upsampler.stages) if colour == "luma" else 1)
    return BoardParams(
        core=CoreParams.for_upsampler(
            upsampler,
            colour=colour,
            lanes=lanes,
            pixels_per_beat=PIXELS_PER_BEAT,
            max_width=LIMITS.width,
            max_height=LIMITS.height,
        ),
        picture=splash(LIMITS.height, LIMITS.width),
        clocks_per_bit=Fraction(PIXEL_HZ, BAUD),
        silence=int(SILENCE_SECONDS * PIXEL_HZ),
    )


def needed_hz(params: BoardParams) -> float:
    """Clock with which the core finishes a largest frame while the screen shows one."""
    lines = params.mode.vertical
    clocks = clocks_per_frame(params.core, params.limits.width, params.limits.height)
    return clocks * PIXEL_HZ / params.mode.clocks * lines.total / lines.active


def add_domains(m: Module, clocks: dict[str, Signal], locked: Signal) -> None:
    """Add a clock domain for each of ``clocks``, held in reset until ``locked``."""
    for name, clock in clocks.items():
        domain = ClockDomain(name)
        m.domains += domain
        m.d.comb += domain.clk.eq(clock)
        m.submodules += ResetSynchronizer(~locked, domain=name)


def add_board(
    m: Module,
    params: BoardParams,
    *,
    locked: Signal,
    uart: PortLike,
    buttons: list[PortLike],
    leds: list[PortLike],
    outputs: list[wiring.Component],
) -> None:
    """Add the board's logic to ``m`` and connect it to the pins.

    Parameters
    ----------
    m : Module
        Top module, with the domains of the board.
    params : BoardParams
    locked : Signal
        High when the clocks are stable.
    uart : PortLike
        With ``rx``, into the FPGA, and ``tx``, out of it.
    buttons, leds : list of PortLike
        In the order of :class:`Board`'s ``buttons`` and ``leds``.
    outputs : list of Component
        Double-rate outputs for blue, green, red and the clock.
    """
    m.submodules.board = board = Board(params)
    m.submodules.rx = rx = Buffer("i", uart.rx)
    m.submodules.tx = tx = Buffer("o", uart.tx)
    m.d.comb += [board.rx.eq(rx.i), tx.o.eq(board.tx), board.locked.eq(locked)]
    for n, port in enumerate(buttons):
        m.submodules[f"button{n}"] = button = Buffer("i", port)
        m.d.comb += board.buttons[n].eq(button.i)
    for n, port in enumerate(leds):
        m.submodules[f"led{n}"] = led = Buffer("o", port)
        m.d.comb += led.o.eq(board.leds[n])
    for n, output in enumerate(outputs):
        m.submodules[f"pair{n}"] = output
        m.d.comb += output.i.eq(board.tmds[n])
