"""The ULX3S (ECP5-85F): pictures in over its USB serial port, ×4 on its HDMI connector.

python -m boards.ulx3s build                # the bitstream, with table nano
python -m boards.ulx3s build --table compact
python -m boards.ulx3s program              # load it
python -m boards.ulx3s send photo.jpg       # show a picture
"""

import argparse
import sys
from fractions import Fraction

from amaranth.build.run import BuildPlan
from amaranth.hdl import ClockDomain, Elaboratable, Module
from amaranth.lib.cdc import ResetSynchronizer
from amaranth.lib.io import Buffer
from amaranth.lib.memory import Memory
from amaranth_boards.ulx3s import ULX3S_85F_Platform

from boards import build, program, send
from boards.board import Board, BoardParams
from boards.built_in import built_in_picture
from boards.display import PAIRS
from boards.ecp5 import DdrOutput, Pll
from boards.picture_size import Limits
from boards.protocol import BAUD, SILENCE_SECONDS
from boards.soft_products import TECHMAP, soft_products
from hw.core import CoreParams
from hw.lane_counts import chosen_lanes, natural_last_beat
from sw.command_line import run_command
from sw.spec import Upsampler

MAX_HEIGHT, MAX_WIDTH = 180, 320

OSCILLATOR_HZ = 25_000_000

PIXEL_HZ = 74_250_000

CORE_HZ = 50_000_000
"""The core needs 43 MHz for 60 frames a second in the time that is not blanking."""


SYNTHESIS = """
read_rtlil {name}.il
{soft}
synth_ecp5 -top {name} -run begin:map_luts
abc -lut 4:7 -dress
clean
synth_ecp5 -run map_cells:
write_json {name}.json
"""
"""Yosys's script with ABC in place of ABC9, on which Yosys 0.70 fails here."""


MULTIPLIERS = 156


class Platform85F(ULX3S_85F_Platform):
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


def make(upsampler: Upsampler) -> BuildPlan:
    """All files of the design, ready for Yosys."""
    p = board_params(upsampler)
    plan = Platform85F().build(Top(p), name=build.NAME, do_build=False)
    soft = "\n".join(
        f"techmap -map {TECHMAP.name} {cells}" for cells in soft_products(p.core, MULTIPLIERS)
    )
    plan.files[f"{build.NAME}.ys"] = SYNTHESIS.format(name=build.NAME, soft=soft)
    plan.add_file(TECHMAP.name, TECHMAP.read_text())
    return plan


class Top(Elaboratable):
    """The design that becomes a bitstream."""

    def __init__(self, p: BoardParams) -> None:
        self.p = p

    def elaborate(self, platform: ULX3S_85F_Platform) -> Module:
        """Wire the board to the pins."""
        m = Module()
        # 25 MHz × 2 = 50 MHz; × 22 / 10 = 55 MHz, / 4 × 27 = 371.25 MHz, a fifth of that 74.25 MHz.
        m.submodules.first_pll = first = Pll(mhz=25, divide=1, multiply=2, outputs=(11, 10))
        m.submodules.second_pll = second = Pll(mhz=55, divide=4, multiply=27, outputs=(2, 10))
        m.submodules.clk25 = clk25 = Buffer("i", platform.request("clk25", dir="-"))
        m.d.comb += [
            first.i.eq(clk25.i),
            second.i.eq(first.o[1]),
            second.hold.eq(~first.locked),
        ]
        clocks = {"core": first.o[0], "shift": second.o[0], "sync": second.o[1]}
        rates = {"core": CORE_HZ, "shift": 5 * PIXEL_HZ, "sync": PIXEL_HZ}
        for name, clock in clocks.items():
            domain = ClockDomain(name)
            m.domains += domain
            m.d.comb += domain.clk.eq(clock)
            m.submodules += ResetSynchronizer(~second.locked, domain=name)
            platform.add_clock_constraint(clock, rates[name])

        m.submodules.board = board = Board(self.p)
        uart = platform.request("uart", dir=dict.fromkeys(("rx", "tx", "rts", "dtr"), "-"))
        m.submodules.rx = rx = Buffer("i", uart.rx)
        m.submodules.tx = tx = Buffer("o", uart.tx)
        m.d.comb += [board.rx.eq(rx.i), tx.o.eq(board.tx), board.locked.eq(second.locked)]
        for n, name in enumerate(("left", "right", "up")):
            port = platform.request(f"button_{name}", dir="-")
            m.submodules[name] = button = Buffer("i", port)
            m.d.comb += board.buttons[n].eq(button.i)
        for n, lit in enumerate(board.leds):
            m.submodules[f"led{n}"] = led = Buffer("o", platform.request("led", n, dir="-"))
            m.d.comb += led.o.eq(lit)
        parts = ("cec", "clk", "d", "eth", "scl", "sda")
        hdmi = platform.request("hdmi", dir=dict.fromkeys(parts, "-"))
        pairs = [hdmi.d[0], hdmi.d[1], hdmi.d[2], hdmi.clk]
        for n in range(PAIRS):
            m.submodules[f"pair{n}"] = output = DdrOutput(pairs[n])
            m.d.comb += output.i.eq(board.tmds[n])
        return m


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m boards.ulx3s",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (build, program, send):
        command = choices.add_parser(
            module.__name__.rpartition(".")[2],
            help=module.__doc__.partition("\n")[0],
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run, make=make, limits=Limits(MAX_HEIGHT, MAX_WIDTH))
    return run_command(parser, argv)


if __name__ == "__main__":
    sys.exit(main())
