"""Lanes: look-ups side by side in the tables of a group."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import lanes_taps_layout, lanes_weighed_layout, load_layout
from hw.lookup.banked_rom import BankedRom
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from hw.lookup.weigh import Weigh
from hw.pipeline import delayed


class Lanes(wiring.Component):
    """The lanes of a group: split, sort, vertices, banked ROM and weigh for each of them.

    All lanes work in the same clocks. Two lanes share a copy of the tables.

    One look-up per lane and clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of lanes_taps_layout), always ready
        Tap values for each lane, samples.
    o : Out(stream of lanes_weighed_layout), always ready
        Σ weight·entry of each lane.
    load : In(load_layout), only if ``group.reload``
        Words for the tables; see :class:`hw.lookup.banked_rom.BankedRom`.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        members = {
            "i": In(stream.Signature(lanes_taps_layout(group), always_ready=True)),
            "o": Out(stream.Signature(lanes_weighed_layout(group), always_ready=True)),
        }
        if group.reload:
            members["load"] = In(load_layout(group.row_bits))
        super().__init__(members)

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return sum(block.delay(group) for block in (Split, Sort, Vertices, BankedRom, Weigh))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        rom_delay = BankedRom.delay(group)
        valid = Signal(group.lanes)
        for copy in range(group.copies):
            lanes = range(2 * copy, min(2 * copy + 2, group.lanes))
            m.submodules[f"rom{copy}"] = rom = BankedRom(group, ports=len(lanes))
            if group.reload:
                m.d.comb += rom.load.eq(self.load)
            for port, lane in enumerate(lanes):
                m.submodules[f"split{lane}"] = split = Split(group)
                m.submodules[f"sort{lane}"] = sort = Sort(group)
                m.submodules[f"select{lane}"] = vertices = Vertices(group)
                m.submodules[f"weigh{lane}"] = weigh = Weigh(group)
                wiring.connect(m, split.o, sort.i)
                wiring.connect(m, sort.o, vertices.i)
                banked = vertices.o
                m.d.comb += [
                    split.i.payload.eq(self.i.payload[lane]),
                    split.i.valid.eq(self.i.valid),
                    rom.row[port].eq(banked.payload.row),
                    weigh.i.payload.entry.as_value().eq(rom.entry[port].as_value()),
                    weigh.i.payload.weight.eq(delayed(m, banked.payload.weight, rom_delay)),
                    weigh.i.valid.eq(delayed(m, banked.valid, rom_delay, reset=True)),
                    self.o.payload[lane].eq(weigh.o.payload),
                    valid[lane].eq(weigh.o.valid),
                ]
        m.d.comb += self.o.valid.eq(valid[0])  # all lanes have the same latency
        return m
