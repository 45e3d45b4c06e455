"""The lanes: look-ups side by side, a copy of the table for each pair."""

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.params import StageParams
from hw.payloads import delayed, taps_layout, weighed_layout
from hw.rom import BankedRom
from hw.select import Select
from hw.sort import Sort
from hw.split import Split
from hw.weigh import Weigh


class Lanes(wiring.Component):
    """P look-ups per clock: split, sort, select, read the banks, weigh.

    Latency ``delay(p)`` clocks; never stalls.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(stream of taps_layout), always ready, for each lane
        Tap values.
    o : Out(stream of weighed_layout), always ready, for each lane
        Weighed blocks.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        super().__init__(
            {
                "i": In(stream.Signature(taps_layout(p), always_ready=True)).array(p.lanes),
                "o": Out(stream.Signature(weighed_layout(p), always_ready=True)).array(p.lanes),
            }
        )

    @staticmethod
    def delay(p: StageParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return Split.delay(p) + Sort.delay(p) + Select.DELAY + BankedRom.DELAY + Weigh.delay(p)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        for copy in range(p.copies):
            lanes = range(2 * copy, min(2 * copy + 2, p.lanes))
            m.submodules[f"rom{copy}"] = rom = BankedRom(p, ports=len(lanes))
            for port, lane in enumerate(lanes):
                m.submodules[f"split{lane}"] = split = Split(p)
                m.submodules[f"sort{lane}"] = sort = Sort(p)
                m.submodules[f"select{lane}"] = select = Select(p)
                m.submodules[f"weigh{lane}"] = weigh = Weigh(p)
                connect(m, wiring.flipped(self.i[lane]), split.i)
                connect(m, split.o, sort.i)
                connect(m, sort.o, select.i)
                connect(m, weigh.o, wiring.flipped(self.o[lane]))
                m.d.comb += [
                    rom.row[port].eq(select.o.payload.row),
                    weigh.i.payload.block.as_value().eq(rom.block[port].as_value()),
                    weigh.i.payload.weight.eq(delayed(m, select.o.payload.weight, rom.DELAY)),
                    weigh.i.valid.eq(delayed(m, select.o.valid, rom.DELAY, reset=True)),
                ]
        return m
