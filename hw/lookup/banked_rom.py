"""Banked ROM: the tables of a group, one memory for each bank."""

from amaranth.hdl import Module, Mux, Signal, ValueLike
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import load_layout
from sw.tables.cost import in_luts


class BankedRom(wiring.Component):
    """One copy of the tables of a group; it has one or two ports, each of which serves a lane.

    Banks of few rows are made of LUTs, larger ones of block RAM.

    One row per clock from every bank and port; latency ``delay(group)`` clocks, the last of which
    is the output register of the block RAM; never stalls.

    If the tables can be loaded, the banks are RAM. Words come by ``load``, four numbers in each,
    the first one in the low bits; the last word of a row writes it. Writing uses the address of
    port 0, so that two ports of a block RAM are enough; no look-up may come while ``load`` is
    valid. One word per clock. Nothing here is reset, so that a reset does not leave a table half
    loaded.

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
    load : In(load_layout), only if ``group.reload``
        A word for a row, in each clock in which it is valid.
    """

    def __init__(self, group: GroupParams, *, ports: int) -> None:
        self.group, self.ports = group, ports
        members = {
            "row": In(data.ArrayLayout(group.row_bits, group.banks)).array(ports),
            "entry": Out(data.ArrayLayout(8 * group.numbers, group.banks)).array(ports),
        }
        if group.reload:
            members["load"] = In(load_layout(group.row_bits))
        super().__init__(members)

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``row`` to ``entry``: one more if an address is a row to read or to write."""
        return 3 if group.reload else 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        entry_bits = 8 * group.numbers
        if group.reload:
            loaded = self._assembled(m, entry_bits)
        for b, rows in enumerate(group.contents):
            init = [int.from_bytes(row.tobytes(), "little") for row in rows]
            attributes = {"rom_style": "logic" if in_luts(group.table) else "block"}
            bank = Memory(shape=entry_bits, depth=len(init), init=init, attrs=attributes)
            m.submodules[f"bank{b}"] = bank
            addresses: list[ValueLike] = [row[b] for row in self.row]
            if group.reload:
                addresses = [self._address(m, b, port) for port in range(self.ports)]
                write, enable = bank.write_port(), Signal(name=f"enable{b}", reset_less=True)
                m.d.sync += enable.eq(self.load.valid & self.load.row_last & (self.load.bank == b))
                m.d.comb += [
                    write.addr.eq(addresses[0]),
                    write.data.eq(loaded),
                    write.en.eq(enable),
                ]
            for port, address in enumerate(addresses):
                read = bank.read_port()
                entry = Signal(entry_bits, name=f"entry{b}_{port}", reset_less=True)
                m.d.comb += read.addr.eq(address)
                m.d.sync += entry.eq(read.data)
                m.d.comb += self.entry[port][b].eq(entry)
        return m

    def _address(self, m: Module, b: int, port: int) -> Signal:
        """Register with the row that ``port`` of bank ``b`` reads, or port 0 writes."""
        row = self.row[port][b]
        address = Signal(self.group.row_bits, name=f"address{b}_{port}", reset_less=True)
        m.d.sync += address.eq(row if port else Mux(self.load.valid, self.load.row, row))
        return address

    def _assembled(self, m: Module, bits: int) -> Signal:
        """Register with the words of a row behind each other, once its last word has come."""
        words = -(-bits // 32)
        entry = Signal(32 * words, name="loaded", reset_less=True)
        with m.If(self.load.valid):
            m.d.sync += entry.eq((self.load.word << (32 * (words - 1))) | (entry >> 32))
        return entry[:bits]
