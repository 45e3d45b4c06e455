"""The memory bits of a core against the memories in its elaborated design."""

import re
from dataclasses import asdict

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module

from cores import make_chain, make_core, make_reaching_core
from hw.control.core import top_module
from hw.memory_bits import memory_bits

CORES = {
    "RGB": make_core("F", 4, 2, lanes=1),
    "several lanes, narrow beat": make_core("F", 4, 3, lanes=4, colour="grey", pixels_per_beat=1),
    "wide beat": make_core("V", 4, 2, lanes=1, colour="grey", pixels_per_beat=16),
    "reach 2": make_chain("x2 T:5", (2,), colour="grey"),
    "reach 3": make_reaching_core(3, lanes=1, colour="grey"),
    "×1 with a pixel queue": make_chain("x1 S2:5", (1,), colour="grey"),
    "×1 with a line writer": make_chain("x1 V:5", (4,), colour="grey", pixels_per_beat=4),
    "maps, two pixels at a time": make_chain(
        "x2 V:5 | T:5 ; x2 V:5+V@1:5", (1, 8), colour="grey", max_width=16
    ),
    "luma, a line held back": make_core("V", 4, 2, lanes=1, colour="luma"),
    "tables that are loaded": make_core(
        *("V", 4, 2), lanes=1, colour="grey", control=True, reload=True
    ),
    "luma of 10 bits, a line held back": make_core(
        "V", 4, 2, lanes=1, colour="luma", bits=10, max_width=18
    ),
    "4:2:2, two samples at a time": make_core(
        "F", 4, 2, lanes=4, colour="ycbcr422", max_width=18, pixels_per_beat=8
    ),
}


class Tables:
    """Amaranth platform that counts the bits of the tables and leaves them out of the design."""

    bits = 0

    def get_memory(self, memory):
        if "rom_style" not in memory.attrs:
            return memory.elaborate(None)
        self.bits += memory.depth * memory.shape
        return Module()


@pytest.mark.parametrize("name", CORES)
def test_bits_are_those_of_the_memories(name):
    tables = Tables()
    core, _ = top_module(CORES[name])
    text = rtlil.convert(core, name="top", platform=tables)
    found = dict.fromkeys(asdict(memory_bits(CORES[name])), 0) | {"table": tables.bits}
    module = ""
    for line in text.splitlines():
        if match := re.match(r"module \\(\S+)", line):
            module = match[1]
        elif match := re.match(r"\s*memory width (\d+) size (\d+) \\(\S+)", line):
            bits = int(match[1]) * int(match[2])
            if module.endswith(".line_buffer"):
                found["line_buffer"] += bits
            elif ".enlarger.lines" in module or ".hold" in module:
                found["colour"] += bits
            elif module.endswith(".loader"):
                found["loader"] += bits
            elif match[3].startswith("row"):
                found["line_writer"] += bits
            else:
                assert match[3] == "storage"  # of a FIFO, which is no block RAM
    bits = memory_bits(CORES[name])
    assert found == asdict(bits)
    assert bits.total == sum(found.values())
