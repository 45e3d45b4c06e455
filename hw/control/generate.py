"""Generate from registers.rdl what the hardware, drivers and documents need: make registers.

The output is in hw/control/generated and docs/registers.md. What takes more space, the HTML page
and the Python classes, is in build/registers.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from hw.control.registers import MODULE
from sw.places import BUILD, ROOT

SOURCE = Path(__file__).with_name("registers.rdl")

GENERATED = Path(__file__).with_name("generated")

PAGE = ROOT / "docs" / "registers.md"


def peakrdl(exporter: str, out: Path, *options: str) -> None:
    """Run an exporter of PeakRDL on the register file."""
    tool = Path(sys.executable).with_name("peakrdl")
    # The output has the name of the source, which must not depend on the machine.
    command = [tool, exporter, SOURCE.name, "-o", out.absolute(), *options]
    subprocess.run(command, cwd=SOURCE.parent, check=True)


def generate(folder: Path, page: Path) -> None:
    """Write registers.sv and srlut_registers.h, .xml and _2009.xml into ``folder``; the page."""
    with tempfile.TemporaryDirectory() as work:
        verilog = (
            *("--module-name", MODULE, "--package-name", f"{MODULE}_package"),
            *("--cpuif", "axi4-lite-flat", "--default-reset", "rst_n", "--type-style", "hier"),
            *("--err-if-bad-addr", "--err-if-bad-rw"),
        )
        peakrdl("etana", Path(work), *verilog)
        Path(work, f"{MODULE}.sv").replace(folder / f"{MODULE}.sv")
    peakrdl("c-header", folder / "srlut_registers.h", "--type-style", "hier")
    names = "--vendor", "srlut", "--library", "srlut"
    peakrdl("ip-xact", folder / "srlut_registers.xml", *names)
    # Vivado takes no later standard.
    peakrdl("ip-xact", folder / "srlut_registers_2009.xml", *names, "--standard", "2009")
    peakrdl("markdown", page)


if __name__ == "__main__":
    generate(GENERATED, PAGE)
    for exporter in ("html", "python"):
        out = BUILD / "registers" / exporter
        out.mkdir(parents=True, exist_ok=True)
        peakrdl(exporter, out)
