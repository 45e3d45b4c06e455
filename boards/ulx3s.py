"""The ULX3S (ECP5-85F): shows pictures from its USB serial port, enlarged ×4, on its HDMI output.

python -m boards.ulx3s build                # build the bitstream, with table compact
python -m boards.ulx3s build --table nano   # a smaller table, faster to build
python -m boards.ulx3s build --colour rgb   # each colour through the tables
python -m boards.ulx3s program              # load the bitstream
python -m boards.ulx3s send photo.jpg       # show a picture
"""

import sys

from boards.commands.board_command_line import run_board

if __name__ == "__main__":
    # The rest of the module needs extras; the help does not. The commands import it as a module.
    sys.exit(run_board("boards.ulx3s", __doc__))

from itertools import pairwise

from amaranth.build.run import BuildPlan
from amaranth.hdl import Elaboratable, Module
from amaranth.lib.io import Buffer
from amaranth.lib.memory import Memory
from amaranth_boards.ulx3s import ULX3S_85F_Platform

from boards.common import PIXEL_HZ, add_board, add_domains, board_params, needed_hz
from boards.flow.floorplan import put_banks
from boards.flow.hard_registers import Netlist
from boards.flow.pin_registers import put_beside, put_between
from boards.flow.soft_products import TECHMAP, soft_products
from boards.flow.synthesis import ECP5_LUTS
from boards.flow.tools import NAME
from boards.gateware.board import LEDS, BoardParams
from boards.gateware.serialiser import SYNC_STAGES
from boards.parts.ecp5 import DdrOutput, Pll
from hw.core_cost import chroma_cost, stage_costs
from hw.core_params import CoreParams
from sw.errors import BadInput
from sw.tables import banks
from sw.tables.cost import group_cost
from sw.tables.spec import Upsampler

CORE_HZ = 61_875_000
"""In ``luma`` the core needs 58 MHz to finish a frame in the active part of a frame at 60 Hz, in
``rgb``, with more lanes, 43."""

SYNTHESIS = """
read_rtlil {name}.il
{soft}
synth_ecp5 -top {name} -run begin:map_luts
{luts}
synth_ecp5 -run map_cells:
write_json {name}.json
"""
"""Script for Yosys."""

PIN_COLUMNS = 110, 83, 76, 116
"""Columns of the pins of blue, green, red and the clock, in nextpnr's coordinates."""

ROW = 3
"""Row of the tiles near these pins."""

MULTIPLIERS = 52
"""Multipliers for the core, of 156: there are too few wires around a fully used row."""

FREE_BLOCK_RAMS = 208 - 153
"""Block RAMs for the core; the frame buffer takes 152."""


class Platform85F(ULX3S_85F_Platform):
    """The board; banks of tables with few rows go to LUTs, because block RAM is short.

    Parameters
    ----------
    logic_rows : int
        Banks of up to so many rows go to LUTs.
    """

    def __init__(self, logic_rows: int) -> None:
        super().__init__()
        self.logic_rows = logic_rows

    def get_memory(self, memory: Memory) -> object:
        """The hardware for ``memory``; Amaranth calls this."""
        if "rom_style" in memory.attrs and memory.depth <= self.logic_rows:
            memory.attrs["rom_style"] = "logic"
        return memory.elaborate(None)


def rows_in_logic(params: CoreParams) -> int:
    """Smallest number of rows such that the banks with more rows fit the block RAM.

    The other banks go to LUTs. 0 if all banks fit.
    """
    used = chroma_cost(params).block_rams
    used += sum(stage.line_block_rams for stage in stage_costs(params))
    by_rows = {0: 0}
    for stage in params.stages:
        for group in stage.groups:
            rams, _, _ = group_cost(group.tables, group.lanes)
            rows = banks.depth(group.table)
            by_rows[rows] = by_rows.get(rows, 0) + rams
    used += sum(by_rows.values())
    for rows in sorted(by_rows):
        used -= by_rows[rows]
        if used <= FREE_BLOCK_RAMS:
            return rows
    return max(by_rows)


def make(upsampler: Upsampler, colour: str) -> BuildPlan:
    """All files of the design, for Yosys; ``colour`` is ``"luma"`` or ``"rgb"``.

    Raises
    ------
    BadInput
        If the table does not fit a board, or needs a faster clock.
    """
    params = board_params(upsampler, colour)
    needed = needed_hz(params)
    if needed > CORE_HZ:
        raise BadInput(
            f"the table needs a clock of {needed / 1e6:.1f} MHz with --colour {colour}; on this "
            f"board it must be at most {CORE_HZ / 1e6:g} MHz"
        )
    plan = Platform85F(rows_in_logic(params.core)).build(Top(params), name=NAME, do_build=False)
    soft = "\n".join(
        f"techmap -map {TECHMAP.name} {cells}" for cells in soft_products(params.core, MULTIPLIERS)
    )
    plan.files[f"{NAME}.ys"] = SYNTHESIS.format(name=NAME, soft=soft, luts=ECP5_LUTS)
    plan.add_file(TECHMAP.name, TECHMAP.read_text())
    return plan


def refine(module: dict) -> None:
    """Edit Yosys's netlist: use hard registers; place the frame buffer and the serialiser.

    ``module`` is the top module in Yosys's JSON; it is changed in place.
    """
    Netlist(module).use_hard_registers()
    put_banks(module, "board.memory.bank")
    serialiser, start = "board.serialiser", PIN_COLUMNS[0] + 5
    stages = [f"toggled.stage{n}" for n in reversed(range(SYNC_STAGES))]
    for n, register in enumerate(["before", *stages]):
        put_beside(module, f"{serialiser}.{register}", start + n, ROW + 2)
    for pair, (before, column) in enumerate(pairwise((start, *PIN_COLUMNS))):
        put_between(module, f"{serialiser}.pulse_delay{pair}", before, column, ROW - 1)
        put_beside(module, f"{serialiser}.load{pair}", column, ROW - 1)
        put_beside(module, f"{serialiser}.words[{pair}]", column, ROW)


class Top(Elaboratable):
    """The top module."""

    def __init__(self, params: BoardParams) -> None:
        self.params = params

    def elaborate(self, platform: ULX3S_85F_Platform) -> Module:
        """Connect the board to clocks and pins."""
        m = Module()
        # 25 MHz × 22 / 10 = 55 MHz; / 4 × 27 = 371.25 MHz, a fifth and a sixth of it.
        m.submodules.first_pll = first = Pll(mhz=25, divide=1, multiply=2, outputs=(11, 10))
        m.submodules.second_pll = second = Pll(mhz=55, divide=4, multiply=27, outputs=(2, 10, 12))
        m.submodules.clk25 = clk25 = Buffer("i", platform.request("clk25", dir="-"))
        m.d.comb += [
            first.i.eq(clk25.i),
            second.i.eq(first.o[1]),
            second.hold.eq(~first.locked),
        ]
        clocks = {"core": second.o[2], "shift": second.o[0], "sync": second.o[1]}
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
    return run_board("boards.ulx3s", __doc__, argv)
