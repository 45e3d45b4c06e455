"""The tables of a group in memory, a bank for each vertex."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from sw.tables.cost import in_luts


class BankedRom(wiring.Component):
    """One copy of the tables; its two ports serve two lanes.

    Banks of few rows are made of look-up tables, others of block RAM.

    Every bank reads one row per port and clock, whichever they are; latency ``DELAY`` clocks, the
    second of which is the block RAM's output register; never stalls.

    Parameters
    ----------
    group : GroupParams
    ports : int
        1 or 2.

    Members
    -------
    row : In(ArrayLayout(row_bits, n+1)), for each port
        Row to read in each bank.
    entry : Out(ArrayLayout(8·numbers, n+1)), for each port
        The numbers there, r² of each table, row-major, 8 bits each.
    """

    DELAY = 2

    def __init__(self, group: GroupParams, *, ports: int) -> None:
        self.group, self.ports = group, ports
        super().__init__(
            {
                "row": In(data.ArrayLayout(group.row_bits, group.banks)).array(ports),
                "entry": Out(data.ArrayLayout(8 * group.numbers, group.banks)).array(ports),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        for b, rows in enumerate(group.contents):
            init = [int.from_bytes(row.tobytes(), "little") for row in rows]
            attributes = {"rom_style": "logic" if in_luts(group.table) else "block"}
            bank = Memory(shape=8 * group.numbers, depth=len(init), init=init, attrs=attributes)
            m.submodules[f"bank{b}"] = bank
            for port in range(self.ports):
                read = bank.read_port()
                held = Signal(8 * group.numbers, name=f"held{b}_{port}", reset_less=True)
                m.d.comb += read.addr.eq(self.row[port][b])
                m.d.sync += held.eq(read.data)
                m.d.comb += self.entry[port][b].eq(held)
        return m
