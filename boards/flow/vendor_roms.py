"""Read-only memories, split into parts whose number of rows is a power of two.

For the 7 series Vivado rounds the rows of a memory up to a power of two (AMD's answer record
61995): a bank of table S has 16709 rows and would take as much block RAM as 32768 rows.
"""

from amaranth.hdl import Elaboratable, Module, Mux, Signal
from amaranth.lib.memory import Memory

FEW_ROWS = 512
"""The last part may have up to so many rows: those of a block RAM in its widest mode."""


def parts(depth: int) -> list[tuple[int, int]]:
    """First row and number of rows of each part: powers of two, then the rest.

    >>> parts(16709)
    [(0, 16384), (16384, 325)]
    """
    split, start = [], 0
    while depth - start > FEW_ROWS:
        rows = 1 << (depth - start).bit_length() - 1
        split.append((start, rows))
        start += rows
    return [*split, (start, max(2, depth - start))] if start < depth else split


class SplitRom(Elaboratable):
    """A read-only memory built from several.

    One word per clock at each read port; latency 1 clock, as of a single memory.

    Parameters
    ----------
    memory : Memory
        The memory to replace; its read ports must always be enabled.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def elaborate(self, platform: object) -> Module:
        m = Module()
        whole = self.memory
        contents, read = list(whole.init), [port.data for port in whole.read_ports]
        data = [None] * len(read)
        for n, (start, rows) in enumerate(parts(whole.depth)):
            init = contents[start : start + rows]
            part = Memory(shape=whole.shape, depth=rows, init=init, attrs=whole.attrs)
            m.submodules[f"part{n}"] = part
            for number, port in enumerate(whole.read_ports):
                part_port = part.read_port(domain=port.domain)
                # A part starts at a multiple of its rows, rounded up to a power of two: the lower
                # address bits select the row.
                m.d.comb += part_port.addr.eq(port.addr)
                if n == 0:
                    data[number] = part_port.data
                    continue
                chosen = Signal(name=f"chosen{n}_{number}", reset_less=True)
                m.d[port.domain] += chosen.eq(port.addr >= start)
                data[number] = Mux(chosen, part_port.data, data[number])
        m.d.comb += [out.eq(value) for out, value in zip(read, data, strict=True)]
        return m
