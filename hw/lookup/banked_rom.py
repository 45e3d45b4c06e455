"""Banked ROM: the tables of a group, one memory for each bank."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from sw.tables.cost import in_luts


class BankedRom(wiring.Component):
    """One copy of the tables of a group; it has one or two ports, each of which serves a lane.

    Banks of few rows are made of LUTs, larger ones of block RAM.

    One row per clock from every bank and port; latency ``delay(group)`` clocks, the second of which
    is the output register of the block RAM; never stalls.

    Parameters
    ----------
    group : GroupParams
    ports : int
        1 or 2.

    Members
    -------
    row : In(ArrayLayout(row_bits, banks)), for each port
        Row to read in each bank.
    entry : Out(ArrayLayout(8·numbers, banks)), for each port
        Entry of that row: the blocks of all tables side by side, row-major, 8 bits per number.
    """

    def __init__(self, group: GroupParams, *, ports: int) -> None:
        self.group, self.ports = group, ports
        super().__init__(
            {
                "row": In(data.ArrayLayout(group.row_bits, group.banks)).array(ports),
                "entry": Out(data.ArrayLayout(8 * group.numbers, group.banks)).array(ports),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``row`` to ``entry``."""
        return 2

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
                entry = Signal(8 * group.numbers, name=f"entry{b}_{port}", reset_less=True)
                m.d.comb += read.addr.eq(self.row[port][b])
                m.d.sync += entry.eq(read.data)
                m.d.comb += self.entry[port][b].eq(entry)
        return m
