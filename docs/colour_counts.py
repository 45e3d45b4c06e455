"""Count what the blocks of the colour path take on ECP5, with Yosys, for ×4 and 960×540.

  python docs/colour_counts.py

Columns: format, pixels per beat, block, LUTs (two for a carry cell), flip-flops, block RAMs.
"""

import re
import tempfile
from pathlib import Path

from amaranth.back import rtlil
from amaranth.hdl import Value
from amaranth.lib import wiring

from boards.flow.synthesis import BLOCK_RAMS, FLIP_FLOPS, LUT_MEMORIES, LUTS, SCRIPTS
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.interpolate import ColumnInterpolator, RowInterpolator
from hw.colour.join import Join
from hw.colour.split import Split
from hw.core_params import CoreParams
from hw.yosys import run_yosys
from sw.tables.design import parse

CORES = ("luma", 4), ("luma", 8), ("ycbcr444", 4), ("ycbcr422", 4), ("ycbcr422", 8)
"""Format, and pixels per beat."""


def cells(dut: wiring.Component) -> dict[str, int]:
    """Cells of ``dut`` after synthesis for ECP5, by type."""
    values = []
    for name, member in dut.signature.members.items():
        port = getattr(dut, name)
        values += [Value.cast(port.payload), port.valid]
        if not member.signature.always_ready:
            values.append(port.ready)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "block.il").write_text(rtlil.convert(dut, name="block", ports=values))
        script = SCRIPTS["ecp5"].format(top="block")
        run_yosys(f"read_rtlil block.il; {script}; tee -o counts stat", Path(folder))
        counts = (Path(folder) / "counts").read_text()
    return {name: int(n) for n, name in re.findall(r"^ +(\d+) +(\w+)$", counts, re.MULTILINE)}


def main() -> None:
    """Print the table."""
    for colour, beat in CORES:
        core = CoreParams.for_upsampler(
            parse("x2 S ; x2 S"), colour=colour, lanes=(1,), pixels_per_beat=beat
        )
        params = core.chroma
        parts = RowInterpolator(params), ColumnInterpolator(params)  # of the enlarger
        for block in Split(params, colour), ChromaEnlarger(params), *parts, Join(params, colour):
            found = cells(block)
            luts = sum(n * found.get(name, 0) for name, n in {**LUTS, **LUT_MEMORIES}.items())
            flip_flops = sum(found.get(name, 0) for name in FLIP_FLOPS)
            block_rams = sum(n * found.get(name, 0) for name, n in BLOCK_RAMS.items())
            name = type(block).__name__
            print(f"{colour:<9}{beat:>2}  {name:<18}{luts:>6}{flip_flops:>6}{block_rams:>5.0f}")


if __name__ == "__main__":
    main()
