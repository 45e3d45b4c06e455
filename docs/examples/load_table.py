"""Load a table into the core from Linux, through a UIO device.

  python docs/examples/load_table.py /dev/uio0 compact

The next frame that enters the core is enlarged with it.
"""

import mmap
import sys
import time
from pathlib import Path

from hw.control.register_map import register_map
from hw.control.table_loader import Refusal, State
from sw.tables.files import load, table_path
from sw.tables.pack import packed

MAP = register_map()


class Core:
    """The registers of a core, mapped into memory."""

    def __init__(self, device: Path) -> None:
        size = max(register.offset for register in MAP.values()) + 4
        with device.open("r+b", buffering=0) as file:
            memory = mmap.mmap(file.fileno(), size)
        self.words = memoryview(memory).cast("I")  # every access is one of 32 bits

    def read(self, register: str, field: str) -> int:
        """A field of a register."""
        return MAP[register].fields[field].of(self.words[MAP[register].offset // 4])

    def write(self, register: str, **fields: int) -> None:
        """Write a register; fields that are not named become 0."""
        self.words[MAP[register].offset // 4] = MAP[register].value(**fields)


def wait_until_idle(core: Core) -> None:
    """Wait until no table is loaded, waits for its turn, or is copied."""
    while core.read("TABLE_STATUS", "state") != State.IDLE.value:
        time.sleep(0.001)


def load_table(core: Core, data: bytes) -> None:
    """Load a packed table, and wait until it is in use.

    Raises
    ------
    RuntimeError
        If the device is no core that takes tables, the core refuses the table, or another table is
        in use at the end.
    """
    if core.read("ID", "id").to_bytes(4, "big") != b"SRLT":
        raise RuntimeError("the device is no core")
    if not core.read("CAPABILITIES", "reload"):
        raise RuntimeError("the core was built without --reload")
    words = memoryview(data).cast("I")
    wait_until_idle(core)  # while another table is copied, a start has no effect
    core.write("TABLE_CONTROL", start=1)
    for word in words:
        core.write("TABLE_DATA", word=word)
    core.write("TABLE_CONTROL", commit=1)
    refused = Refusal(core.read("TABLE_STATUS", "refused"))
    if refused is not Refusal.NONE:
        raise RuntimeError(f"the core refuses the table: {refused.name.lower()}")
    wait_until_idle(core)
    if core.read("TABLE_CHECKSUM", "checksum") != words[-1]:
        raise RuntimeError("another table is in use")


if __name__ == "__main__":
    device, name = sys.argv[1:]
    contents = packed(load(table_path(name)))
    load_table(Core(Path(device)), contents)
    print(f"{name}: {len(contents) // 4} words loaded")
