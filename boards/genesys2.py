"""The Genesys 2 (Kintex-7, XC7K325T): shows pictures from USB, enlarged ×4, on its HDMI output.

The part is large enough for table S. A bitstream needs Vivado, the vendor's tool: `build` writes
the files for Vivado. `synth` counts the resources with Yosys.

python -m boards.genesys2 build             # Verilog, constraints, scripts, with table S
python -m boards.genesys2 synth             # count resources with Yosys; takes minutes
python -m boards.genesys2 send photo.jpg --port /dev/ttyUSB1
"""

import sys

from boards.commands.board_command_line import run_board

if __name__ == "__main__":
    # The rest of the module needs extras; the help does not. The commands import it as a module.
    sys.exit(run_board("boards.genesys2", __doc__))


from amaranth.build.run import BuildPlan
from amaranth.hdl import Elaboratable, Module
from amaranth.lib.io import Buffer
from amaranth_boards.genesys2 import Genesys2Platform

from boards.common import PIXEL_HZ, add_board, add_domains, board_params
from boards.flow.synthesis import Counts
from boards.flow.tools import NAME
from boards.flow.vendor_plan import TablesInFiles, yosys_for_amaranth
from boards.gateware.board import LEDS, BoardParams
from boards.parts.xilinx7 import DdrOutput, Mmcm
from sw.tables.spec import Upsampler

OSCILLATOR_MHZ = 200

MMCM = {"divide": 10, "multiply": 37.125, "outputs": (2, 10, 14)}
"""VCO at 742.5 MHz; its outputs are the clocks of ``shift``, ``sync`` and ``core``."""

BUTTONS = 4, 2, 1
"""Left, right and up, in the numbering of the platform."""

PART = Counts(luts=203_800, flip_flops=407_600, multipliers=840, block_rams=445)
"""Resources of an XC7K325T."""

CLOCK_GROUPS = """
set clocks [get_cells -hierarchical -filter {REF_NAME =~ MMCME2_*}]
set_clock_groups -asynchronous \
-group [get_clocks -of_objects [get_pins $clocks/CLKOUT2]] \
-group [get_clocks -of_objects [get_pins [list $clocks/CLKOUT0 $clocks/CLKOUT1]]]
"""
"""Constraints for Vivado, which derives the rates of the clocks by itself: ``core`` is asynchronous
to the other clocks, because FIFOs are between them."""


class Platform(TablesInFiles, Genesys2Platform):
    """The Genesys 2 with jumper JP6 in its factory position, and tables in files."""


def make(upsampler: Upsampler) -> BuildPlan:
    """All files of the design, for Vivado.

    Raises
    ------
    BadInput
        If the scale of the table is not 4, or Yosys is missing or fails.
    """
    params = board_params(upsampler, "rgb")
    with yosys_for_amaranth():
        return Platform().build(
            Top(params), name=NAME, do_build=False, script_after_synth=CLOCK_GROUPS
        )


class Top(Elaboratable):
    """The top module."""

    def __init__(self, params: BoardParams) -> None:
        self.params = params

    def elaborate(self, platform: Genesys2Platform) -> Module:
        """Connect the board to clocks and pins."""
        m = Module()
        m.submodules.clocks = clocks = Mmcm(mhz=OSCILLATOR_MHZ, **MMCM)
        m.submodules.clk = clk = Buffer("i", platform.request("clk", dir="-"))
        m.submodules.rst = rst = Buffer("i", platform.request("rst", dir="-"))
        m.d.comb += [clocks.i.eq(clk.i), clocks.hold.eq(rst.i)]
        shift, sync, core = clocks.o
        assert clocks.mhz[:2] == (5 * PIXEL_HZ / 1e6, PIXEL_HZ / 1e6)
        add_domains(m, {"shift": shift, "sync": sync, "core": core}, clocks.locked)
        uart = platform.request("uart", dir={"rx": "-", "tx": "-"})
        hdmi = platform.request("hdmi", dir=dict.fromkeys(("scl", "sda", "clk", "d"), "-"))
        pairs = [hdmi.d[0], hdmi.d[1], hdmi.d[2], hdmi.clk]
        add_board(
            m,
            self.params,
            locked=clocks.locked,
            uart=uart,
            buttons=[platform.request("button", n, dir="-") for n in BUTTONS],
            leds=[platform.request("led", n, dir="-") for n in range(LEDS)],
            outputs=[DdrOutput(pair) for pair in pairs],
        )
        return m


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_board("boards.genesys2", __doc__, argv)
