"""From Amaranth to Verilog, with the banks of the tables in ``.hex`` files beside it."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from amaranth.back import rtlil
from amaranth.hdl import ClockSignal, Instance
from amaranth.lib import wiring
from amaranth.lib.memory import Memory

from hw.file_set import write_together
from hw.yosys import run_yosys
from sw.errors import BadInput

WAIVERS = {
    "CASEOVERLAP": "Amaranth's If/Elif chains are priority cases",
    "CMPCONST": "sizes are compared with their maximum even where they cannot exceed it",
    "DECLFILENAME": "all modules are in one file",
    "PROCASSINIT": "registers have power-on values",
    "SYMRSVDWORD": "the port interrupt has the name that buses give it",
    "UNOPTFLAT": "bits of TKEEP are copies of each other, which is no loop",
    "UNUSEDSIGNAL": "fields of structs keep their names for the wave viewer",
    "WIDTHEXPAND": "Amaranth has checked the widths and extends where Verilog would too",
    "WIDTHTRUNC": "Amaranth has checked the widths and cuts where Verilog would too",
}
"""Verilator's warnings that do not apply to generated Verilog, and why."""

BANK = """
// Memory of one bank of a table, one or two ports, contents from FILE.
module {name} #(
  parameter FILE = "", parameter DEPTH = 1, parameter WIDTH = 1, parameter ADDR = 1
) (
  input clk,
  input [ADDR-1:0] addr0, output reg [WIDTH-1:0] data0{second_port}{write_port}
);
  (* {kind}_style = "{style}" *)
  reg [WIDTH-1:0] memory [0:DEPTH-1];
  initial if (FILE != "") $readmemh(FILE, memory);
  always @(posedge clk) data0 <= memory[addr0];{second_read}{write}
endmodule
"""
SECOND_PORT = ",\n  input [ADDR-1:0] addr1, output reg [WIDTH-1:0] data1"
SECOND_READ = "\n  always @(posedge clk) data1 <= memory[addr1];"
WRITE_PORT = ",\n  input write0, input [WIDTH-1:0] write_data0"
WRITE = "\n  always @(posedge clk) if (write0) memory[addr0] <= write_data0;"


class HexMemories:
    """Amaranth platform, or a part of one, that puts the contents of the banks into files.

    As constants in the design, ten megabits would take Amaranth and Yosys minutes. Banks with the
    same contents share a file.

    Parameters
    ----------
    name : str
        Prefix of the names of files and modules.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, str] = {}  # name of the file, by contents
        self.kinds: set[tuple[int, bool, str]] = set()  # read ports, writable, style

    def get_memory(self, memory: Memory) -> object:
        """Amaranth's hook: an instance for the bank of a table, the memory itself for any other."""
        if "rom_style" not in memory.attrs:
            return memory.elaborate(None)
        digits = -(-memory.shape // 4)
        contents = "".join(f"{word:0{digits}x}\n" for word in memory.init)
        file = self.files.setdefault(contents, bank_file(self.name, len(self.files)))
        count, style = len(memory.read_ports), memory.attrs["rom_style"]
        kind = count, bool(memory.write_ports), style
        self.kinds.add(kind)
        ports = {"i_clk": ClockSignal()}
        for number, port in enumerate(memory.read_ports):
            ports[f"i_addr{number}"], ports[f"o_data{number}"] = port.addr, port.data
        for port in memory.write_ports:
            ports |= {"i_write0": port.en, "i_write_data0": port.data}
        return Instance(
            self._bank_name(*kind),
            p_FILE=file,
            p_DEPTH=memory.depth,
            p_WIDTH=memory.shape,
            p_ADDR=len(memory.read_ports[0].addr),
            **ports,
        )

    def _bank_name(self, ports: int, writable: bool, style: str) -> str:
        return f"{self.name}_{'ram' if writable else 'rom'}{ports}_{style}"

    def contents(self) -> dict[str, str]:
        """Text of each file, by name, in the format of ``$readmemh``."""
        return {file: words for words, file in self.files.items()}

    def bank_modules(self) -> str:
        """Verilog of the modules that the instances need."""
        return "".join(
            BANK.format(
                name=self._bank_name(count, writable, style),
                kind="ram" if writable else "rom",
                style="distributed" if writable and style == "logic" else style,
                second_port=SECOND_PORT if count == 2 else "",
                second_read=SECOND_READ if count == 2 else "",
                write_port=WRITE_PORT if writable else "",
                write=WRITE if writable else "",
            )
            for count, writable, style in sorted(self.kinds)
        )


def bank_file(stem: str, number: int) -> str:
    """Name of the ``.hex`` file of a bank, beside ``stem``.v."""
    return f"{stem}_bank{number}.hex"


def string_literal(text: str) -> str:
    """A file name as a string of Verilog; bytes other than printable ASCII as octal numbers."""
    plain = set(range(32, 127)) - set(b'"\\')
    return (
        '"'
        + "".join(chr(byte) if byte in plain else f"\\{byte:03o}" for byte in os.fsencode(text))
        + '"'
    )


def verilog_files(
    component: wiring.Component,
    folder: Path,
    name: str,
    *,
    stem: str | None = None,
    keep_contents: bool = False,
    modules: Sequence[Path] = (),
) -> dict[Path, bytes]:
    """Contents of the Verilog of ``component`` and of the ``.hex`` files beside it, by path.

    The Verilog reads the ``.hex`` files with ``$readmemh``, by name, so a simulator must run in
    their folder.

    Parameters
    ----------
    component : wiring.Component
    folder : Path
        Folder of the files; Yosys works in a folder within it, which is removed again.
    name : str
        Name of the module, which must be one that Verilog allows: see :mod:`hw.verilog_names`.
    stem : str, optional
        Name of the Verilog file, without .v; by default ``name``.
    keep_contents : bool
        Whether writable memories keep their initial contents. Otherwise these are undefined.
    modules : sequence of Path
        SystemVerilog of modules that ``component`` has instances of; ``name`` and _ go in front of
        their names.

    Raises
    ------
    BadInput
        If Yosys fails, or its files cannot be written.
    """
    stem = name if stem is None else stem
    platform = HexMemories(name)
    text = rtlil.convert(component, name=name, platform=platform)
    # The initial contents in the design are the zeros of line memories, which nothing reads.
    delete = "" if keep_contents else "delete */t:$meminit*; "
    read = "".join(
        f"read_verilog -sv {path.name}; rename {path.stem} {name}_{path.stem}; " for path in modules
    )
    script = (
        f"read_rtlil design.il; {delete}{read}proc; opt_clean; memory_collect; "
        "write_verilog -noattr design.v"
    )
    try:
        with tempfile.TemporaryDirectory(dir=folder) as work:
            for path in modules:
                shutil.copy(path, work)
                text = text.replace(f"cell \\{path.stem} ", f"cell \\{name}_{path.stem} ")
            Path(work, "design.il").write_text(text)
            run_yosys(script, Path(work))
            verilog = Path(work, "design.v").read_text()
    except OSError as error:
        raise BadInput(
            f"{folder}: the work files of Yosys cannot be written there ({error.strerror or error})"
        ) from error
    # Yosys does not notice that the disk is full.
    if not verilog.endswith("endmodule\n"):
        raise BadInput(
            f"{folder}: Yosys could write only a part of the Verilog there; the disk is full"
        )
    files = {}
    for number, (file, words) in enumerate(platform.contents().items()):
        named = bank_file(stem, number)
        # Yosys would write a name that is not ASCII wrongly.
        verilog = verilog.replace(f'.FILE("{file}")', f".FILE({string_literal(named)})")
        files[folder / named] = words.encode()
    text = _lint_pragmas() + verilog + platform.bank_modules()
    return {folder / f"{stem}.v": text.encode(), **files}


def write_verilog(
    component: wiring.Component,
    folder: Path,
    name: str,
    *,
    keep_contents: bool = False,
    modules: Sequence[Path] = (),
) -> list[Path]:
    """Write ``component`` as ``name``.v into ``folder``, and its ``.hex`` files beside it.

    Parameters and errors are those of :func:`verilog_files`.

    Returns
    -------
    list of Path
        The Verilog first, then the ``.hex`` files.
    """
    files = verilog_files(component, folder, name, keep_contents=keep_contents, modules=modules)
    write_together(files)
    return list(files)


def _lint_pragmas() -> str:
    lines = (f"/* verilator lint_off {name} */ // {reason}" for name, reason in WAIVERS.items())
    return "\n".join(lines) + "\n\n"
