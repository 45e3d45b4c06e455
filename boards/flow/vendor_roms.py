"""Read-only memories in parts whose rows are powers of two.

For the 7 series Vivado rounds the rows of a memory up to one (AMD's answer record 61995): a bank of
table S, 16709 rows, would take the block RAM of 32768.
"""

from amaranth.hdl import Elaboratable, Module, Mux, Signal
from amaranth.lib.memory import Memory

FEW_ROWS = 512
"""What is left is not split further: a block RAM at its widest has as many."""


def parts(depth: int) -> list[tuple[int, int]]:
    """First row and number of rows of each part: powers of two, then few rows.

    >>> parts(16709)
    [(0, 16384), (16384, 325)]
    """
    found, start = [], 0
    while depth - start > FEW_ROWS:
        rows = 1 << (depth - start).bit_length() - 1
        found.append((start, rows))
        start += rows
    return [*found, (start, max(2, depth - start))] if start < depth else found


class SplitRom(Elaboratable):
    """Stands for a read-only memory, made of several; the same latency of one clock.

    Parameters
    ----------
    memory : Memory
        Its ports are always enabled.
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
                here = part.read_port(domain=port.domain)
                # A part begins at a multiple of its rows, rounded up: the lower bits will do.
                m.d.comb += here.addr.eq(port.addr)
                if n == 0:
                    data[number] = here.data
                    continue
                chosen = Signal(name=f"chosen{n}_{number}", reset_less=True)
                m.d[port.domain] += chosen.eq(port.addr >= start)
                data[number] = Mux(chosen, here.data, data[number])
        m.d.comb += [out.eq(value) for out, value in zip(read, data, strict=True)]
        return m
