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
from hw.layouts import beat_layout, raster_layout
from hw.pipeline import SkidBuffer
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


def counts(*blocks: wiring.Component) -> tuple[int, int, int]:
    """LUTs, flip-flops and block RAMs of ``blocks`` together."""
    sizes = {**LUTS, **LUT_MEMORIES}, dict.fromkeys(FLIP_FLOPS, 1), BLOCK_RAMS
    found = [cells(block) for block in blocks]
    return tuple(
        int(sum(n * cell.get(name, 0) for cell in found for name, n in size.items()))
        for size in sizes
    )


def skid_buffers(core: CoreParams) -> list[SkidBuffer]:
    """Those in front of split and join."""
    layouts = raster_layout(core.pixel), beat_layout(core.stages[-1]), beat_layout(core.chroma)
    return [SkidBuffer(layout) for layout in layouts]


def main() -> None:
    """Print the table."""
    for colour, beat in CORES:
        core = CoreParams.for_upsampler(
            parse("x2 S ; x2 S"), colour=colour, lanes=(1,), pixels_per_beat=beat
        )
        params = core.chroma
        blocks = {
            "split": [Split(params, colour)],
            "chroma enlarger": [ChromaEnlarger(params)],
            "  its rows": [RowInterpolator(params)],
            "  its columns": [ColumnInterpolator(params)],
            "join": [Join(params, colour)],
            "skid buffers": skid_buffers(core),
        }
        for name, group in blocks.items():
            luts, flip_flops, block_rams = counts(*group)
            print(f"{colour:<9}{beat:>2}  {name:<18}{luts:>6}{flip_flops:>6}{block_rams:>5}")


if __name__ == "__main__":
    main()
