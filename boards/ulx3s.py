"""The ULX3S (ECP5-85F): pictures in over its USB serial port, ×4 on its HDMI connector.

python -m boards.ulx3s build                # the bitstream, with table compact
python -m boards.ulx3s build --table nano   # smaller, and sooner made
python -m boards.ulx3s program              # load it
python -m boards.ulx3s send photo.jpg       # show a picture
"""

import sys
from itertools import pairwise

from amaranth.build.run import BuildPlan
from amaranth.hdl import Elaboratable, Module
from amaranth.lib.io import Buffer
from amaranth.lib.memory import Memory
from amaranth_boards.ulx3s import ULX3S_85F_Platform

from boards.commands import build, program, send
from boards.common import PIXEL_HZ, add_board, add_domains, board_params, run_board
from boards.flow.floorplan import put_banks
from boards.flow.hard_registers import Netlist
from boards.flow.pin_registers import put_beside, put_between
from boards.flow.soft_products import TECHMAP, soft_products
from boards.flow.synthesis import ECP5_LUTS
from boards.flow.tools import NAME
from boards.gateware.board import LEDS, BoardParams
from boards.gateware.serialiser import SEEN
from boards.parts.ecp5 import DdrOutput, Pll
from hw.core_params import CoreParams
from sw.tables import banks
from sw.tables.cost import group_cost, stage_cost
from sw.tables.spec import Upsampler

OSCILLATOR_HZ = 25_000_000

CORE_HZ = 50_000_000
"""The core needs 43 MHz for 60 frames a second in the time that is not blanking."""


SYNTHESIS = """
read_rtlil {name}.il
{soft}
synth_ecp5 -top {name} -run begin:map_luts
{luts}
synth_ecp5 -run map_cells:
write_json {name}.json
"""
"""Yosys's script."""

PIN_COLUMNS = 110, 83, 76, 116
"""Where the pins of blue, green, red and the clock lie, as nextpnr counts."""

ROW = 3
"""Of the tiles near them."""

MULTIPLIERS = 52
"""Of 156, for the core: wires around a full row of them do not suffice."""

FREE_BLOCK_RAMS = 208 - 153
"""Block RAMs that the pictures leave."""


class Platform85F(ULX3S_85F_Platform):
    """Block RAM is full of pictures: tables that would fill little of one may become logic.

    Parameters
    ----------
    most_rows : int
        Rows of a bank up to which it does.
    """

    def __init__(self, most_rows: int) -> None:
        super().__init__()
        self.most_rows = most_rows

    def get_memory(self, memory: Memory) -> object:
        """``memory`` as it goes on to Yosys."""
        if "rom_style" in memory.attrs and memory.depth <= self.most_rows:
            memory.attrs["rom_style"] = "logic"
        return memory.elaborate(None)


def rows_in_logic(params: CoreParams) -> int:
    """Rows up to which a bank has to be logic so that block RAM suffices for the rest."""
    taken = 0
    by_rows = {0: 0}
    for s in params.stages:
        taken += stage_cost(s.stage, s.maps_in, s.lanes, s.max_width).line_block_rams
        for group in s.groups:
            rams, _, _ = group_cost(group.tables, group.lanes)
            rows = banks.depth(group.table)
            by_rows[rows] = by_rows.get(rows, 0) + rams
    taken += sum(by_rows.values())
    for rows in sorted(by_rows):
        taken -= by_rows[rows]
        if taken <= FREE_BLOCK_RAMS:
            return rows
    return max(by_rows)


def make(upsampler: Upsampler) -> BuildPlan:
    """All files of the design, ready for Yosys."""
    params = board_params(upsampler)
    plan = Platform85F(rows_in_logic(params.core)).build(Top(params), name=NAME, do_build=False)
    soft = "\n".join(
        f"techmap -map {TECHMAP.name} {cells}" for cells in soft_products(params.core, MULTIPLIERS)
    )
    plan.files[f"{NAME}.ys"] = SYNTHESIS.format(name=NAME, soft=soft, luts=ECP5_LUTS)
    plan.add_file(TECHMAP.name, TECHMAP.read_text())
    return plan


def refine(module: dict) -> None:
    """Improve on Yosys's netlist: hard registers, and places for what needs one."""
    Netlist(module).use_hard_registers()
    put_banks(module, "board.memory.bank")
    serialiser, start = "board.serialiser", PIN_COLUMNS[0] + 5
    stages = [f"toggled.stage{n}" for n in reversed(range(SEEN))]
    for n, register in enumerate(["before", *stages]):
        put_beside(module, f"{serialiser}.{register}", start + n, ROW + 2)
    for pair, (last, column) in enumerate(pairwise((start, *PIN_COLUMNS))):
        put_between(module, f"{serialiser}.told{pair}", last, column, ROW - 1)
        put_beside(module, f"{serialiser}.load{pair}", column, ROW - 1)
        put_beside(module, f"{serialiser}.words[{pair}]", column, ROW)


class Top(Elaboratable):
    """The design that becomes a bitstream."""

    def __init__(self, params: BoardParams) -> None:
        self.params = params

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
        add_domains(m, clocks, second.locked)
        for name, clock in clocks.items():
            platform.add_clock_constraint(clock, rates[name])
        uart = platform.request("uart", dir=dict.fromkeys(("rx", "tx", "rts", "dtr"), "-"))
        parts = ("cec", "clk", "d", "eth", "scl", "sda")
        hdmi = platform.request("hdmi", dir=dict.fromkeys(parts, "-"))
        pairs = [hdmi.d[0], hdmi.d[1], hdmi.d[2], hdmi.clk]
        add_board(
            m,
            self.params,
            locked=second.locked,
            uart=uart,
            buttons=[
                platform.request(f"button_{name}", dir="-") for name in ("left", "right", "up")
            ],
            leds=[platform.request("led", n, dir="-") for n in range(LEDS)],
            outputs=[DdrOutput(pair) for pair in pairs],
        )
        return m


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    commands = {"build": build, "program": program, "send": send}
    return run_board("boards.ulx3s", __doc__, commands, argv, make=make, refine=refine)


if __name__ == "__main__":
    sys.exit(main())
