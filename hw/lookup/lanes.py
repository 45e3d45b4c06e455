"""The lanes of a group of tables: look-ups side by side, a copy of the tables for each pair."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import delayed, lanes_taps_layout, lanes_weighed_layout
from hw.lookup.banked_rom import BankedRom
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from hw.lookup.weigh import Weigh


class Lanes(wiring.Component):
    """P look-ups per clock, in step: split, sort, select, read the banks, weigh.

    Latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of lanes_taps_layout), always ready
        Tap values for each lane.
    o : Out(stream of lanes_weighed_layout), always ready
        Weighed blocks of each lane.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        super().__init__(
            {
                "i": In(stream.Signature(lanes_taps_layout(group), always_ready=True)),
                "o": Out(stream.Signature(lanes_weighed_layout(group), always_ready=True)),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return (
            Split.delay(group)
            + Sort.delay(group)
            + Vertices.delay(group)
            + BankedRom.DELAY
            + Weigh.delay(group)
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        valid = Signal(group.lanes)
        for copy in range(group.copies):
            lanes = range(2 * copy, min(2 * copy + 2, group.lanes))
            m.submodules[f"rom{copy}"] = rom = BankedRom(group, ports=len(lanes))
            for port, lane in enumerate(lanes):
                m.submodules[f"split{lane}"] = split = Split(group)
                m.submodules[f"sort{lane}"] = sort = Sort(group)
                m.submodules[f"select{lane}"] = select = Vertices(group)
                m.submodules[f"weigh{lane}"] = weigh = Weigh(group)
                wiring.connect(m, split.o, sort.i)
                wiring.connect(m, sort.o, select.i)
                m.d.comb += [
                    split.i.payload.eq(self.i.payload[lane]),
                    split.i.valid.eq(self.i.valid),
                    rom.row[port].eq(select.o.payload.row),
                    weigh.i.payload.entry.as_value().eq(rom.entry[port].as_value()),
                    weigh.i.payload.weight.eq(delayed(m, select.o.payload.weight, rom.DELAY)),
                    weigh.i.valid.eq(delayed(m, select.o.valid, rom.DELAY, reset=True)),
                    self.o.payload[lane].eq(weigh.o.payload),
                    valid[lane].eq(weigh.o.valid),
                ]
        m.d.comb += self.o.valid.eq(valid[0])  # all are alike
        return m
