"""The table in block RAM, a bank for each vertex."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.params import StageParams
from sw import banks


class BankedRom(wiring.Component):
    """One copy of a table; its two ports serve two lanes.

    Every bank reads one row per port and clock, whichever they are; latency ``DELAY`` clocks, the
    second of which is the block RAM's output register; never stalls.

    Parameters
    ----------
    p : StageParams
    ports : int
        1 or 2.

    Members
    -------
    row : In(ArrayLayout(row_bits, n+1)), for each port
        Row to read in each bank.
    block : Out(ArrayLayout(8·r², n+1)), for each port
        The r² entries there, row-major, 8 bits each.
    """

    DELAY = 2

    def __init__(self, p: StageParams, *, ports: int) -> None:
        self.p, self.ports = p, ports
        super().__init__(
            {
                "row": In(data.ArrayLayout(p.row_bits, p.banks)).array(ports),
                "block": Out(data.ArrayLayout(8 * p.block, p.banks)).array(ports),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        for b, rows in enumerate(banks.contents(p.table)):
            init = [int.from_bytes(row.tobytes(), "little") for row in rows]
            bank = Memory(shape=8 * p.block, depth=len(init), init=init)
            m.submodules[f"bank{b}"] = bank
            for port in range(self.ports):
                read = bank.read_port()
                held = Signal(8 * p.block, name=f"held{b}_{port}", reset_less=True)
                m.d.comb += read.addr.eq(self.row[port][b])
                m.d.sync += held.eq(read.data)
                m.d.comb += self.block[port][b].eq(held)
        return m
