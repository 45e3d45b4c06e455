"""Count what the blocks of the colour path take on ECP5, with Yosys: ×4, 960×540, luma.

  python docs/colour_counts.py

Columns: LR samples per clock, block, LUTs (two for a carry cell), flip-flops, block RAMs.
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
from hw.colour.params import ChromaParams
from hw.colour.split import Split
from hw.yosys import run_yosys

BLOCKS = Split, ChromaEnlarger, Join, RowInterpolator, ColumnInterpolator
WITH_COLOUR = Split, Join


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
    for columns in (1, 2):
        params = ChromaParams(scale=4, columns=columns, pixels_per_beat=4 * columns)
        for block in BLOCKS:
            found = cells(block(params, "luma") if block in WITH_COLOUR else block(params))
            luts = sum(n * found.get(name, 0) for name, n in {**LUTS, **LUT_MEMORIES}.items())
            flip_flops = sum(found.get(name, 0) for name in FLIP_FLOPS)
            block_rams = sum(n * found.get(name, 0) for name, n in BLOCK_RAMS.items())
            print(f"{columns}  {block.__name__:<20}{luts:>6}{flip_flops:>6}{block_rams:>5.0f}")


if __name__ == "__main__":
    main()
