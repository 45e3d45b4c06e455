"""The ULX3S (ECP5-85F): clocks, pins and the board between them."""

from fractions import Fraction

from amaranth.build import Platform
from amaranth.hdl import Cat, ClockDomain, Elaboratable, Module
from amaranth.lib.cdc import ResetSynchronizer
from amaranth.lib.io import Buffer
from amaranth.lib.memory import Memory
from amaranth_boards.ulx3s import ULX3S_85F_Platform

from boards.board import PAIRS, Board, BoardParams
from boards.built_in import built_in_picture
from boards.ecp5 import DdrOutput, Pll
from boards.protocol import BAUD, SILENCE_SECONDS
from hw.core import CoreParams
from hw.lane_counts import chosen_lanes, natural_last_beat
from sw.spec import Upsampler

MAX_HEIGHT, MAX_WIDTH = 180, 320

OSCILLATOR_HZ = 25_000_000

PIXEL_HZ = 74_250_000

CORE_HZ = 55_000_000


class CrowdedPlatform(ULX3S_85F_Platform):
    """Block RAM is full of pictures: tables that would fill little of one become logic."""

    MOST_ROWS = 256

    def get_memory(self, memory: Memory) -> object:
        """``memory`` as it goes on to Yosys."""
        if "rom_style" in memory.attrs and memory.depth <= self.MOST_ROWS:
            memory.attrs["rom_style"] = "logic"
        return memory.elaborate(None)


def board_params(upsampler: Upsampler) -> BoardParams:
    """What this board is made of, with the tables of ``upsampler``."""
    lanes = chosen_lanes(upsampler, 3, (1,))
    return BoardParams(
        core=CoreParams(
            upsampler=upsampler,
            lanes=lanes,
            beat=natural_last_beat(upsampler, 3, lanes),
            max_width=MAX_WIDTH,
            max_height=MAX_HEIGHT,
        ),
        picture=built_in_picture(MAX_HEIGHT, MAX_WIDTH),
        clocks_per_bit=Fraction(PIXEL_HZ, BAUD),
        silence=int(SILENCE_SECONDS * PIXEL_HZ),
    )


class Top(Elaboratable):
    """The design that becomes a bitstream."""

    def __init__(self, p: BoardParams) -> None:
        self.p = p

    def elaborate(self, platform: Platform) -> Module:
        """Wire the board to the pins."""
        m = Module()
        # 25 MHz × 22 / 10 = 55 MHz; 55 MHz / 4 × 27 = 371.25 MHz, of which a fifth is 74.25 MHz.
        m.submodules.first_pll = first = Pll(mhz=25, divide=1, multiply=2, outputs=(11, 10))
        m.submodules.second_pll = second = Pll(mhz=55, divide=4, multiply=27, outputs=(2, 10))
        m.submodules.clk25 = clk25 = Buffer("i", platform.request("clk25", dir="-"))
        m.d.comb += [
            first.i.eq(clk25.i),
            second.i.eq(first.o[1]),
            second.hold.eq(~first.locked),
        ]
        clocks = {"core": first.o[1], "shift": second.o[0], "sync": second.o[1]}
        rates = {"core": CORE_HZ, "shift": 5 * PIXEL_HZ, "sync": PIXEL_HZ}
        for name, clock in clocks.items():
            domain = ClockDomain(name)
            m.domains += domain
            m.d.comb += domain.clk.eq(clock)
            m.submodules += ResetSynchronizer(~second.locked, domain=name)
            platform.add_clock_constraint(clock, rates[name])

        m.submodules.board = board = Board(self.p)
        uart = platform.request("uart")
        hdmi = platform.request("hdmi", dir=dict.fromkeys(("clk", "d", "eth"), "-"))
        buttons = [platform.request(f"button_{name}") for name in ("left", "right", "up")]
        m.d.comb += [
            board.rx.eq(uart.rx.i),
            uart.tx.o.eq(board.tx),
            board.buttons.eq(Cat(button.i for button in buttons)),
            board.locked.eq(second.locked),
        ]
        for n in range(len(board.leds)):
            m.d.comb += platform.request("led", n).o.eq(board.leds[n])
        pairs = [hdmi.d[0], hdmi.d[1], hdmi.d[2], hdmi.clk]
        for n in range(PAIRS):
            m.submodules[f"pair{n}"] = output = DdrOutput(pairs[n])
            m.d.comb += output.i.eq(board.tmds[n])
        return m
