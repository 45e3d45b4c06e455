"""Weights and vertices: what each bank has to read, and what it counts."""

from amaranth.hdl import Array, Const, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.params import GroupParams
from hw.payloads import banked_layout, delayed, sorted_layout
from sw import banks


class Select(wiring.Component):
    """Work out the n+1 vertices of a look-up and hand each one's row and weight to its bank.

    Vertex j has the coordinate sum of vertex 0 plus j, so bank b reads vertex
    (b - sum) mod (n+1): every bank one vertex. The weights go to the banks; what the banks read
    need never cross over.

    One look-up per clock; latency ``DELAY`` clocks; never stalls.

    Parameters
    ----------
    g : GroupParams

    Members
    -------
    i : In(stream of sorted_layout), always ready
        A look-up's axes.
    o : Out(stream of banked_layout), always ready
        Row and weight for each bank.
    """

    DELAY = 3

    def __init__(self, g: GroupParams) -> None:
        self.g = g
        super().__init__(
            {
                "i": In(stream.Signature(sorted_layout(g), always_ready=True)),
                "o": Out(stream.Signature(banked_layout(g), always_ready=True)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.g
        axes = self.i.payload
        last = g.axes - 1
        levels, run = g.table.grid.levels, banks.last_levels(g.table)

        # Clock 1: weights; the row of vertex 0 in parts; the sum of its coordinates.
        edges = [Const(g.table.grid.q), *(axes.fraction[j] for j in range(g.axes)), Const(0)]
        weight = [Signal(g.weight_bits, name=f"weight{j}", reset_less=True) for j in range(g.banks)]
        for j in range(g.banks):
            m.d.sync += weight[j].eq(edges[j] - edges[j + 1])
        upper = Const(0)
        for j in range(last):
            upper = upper * levels + axes.index[j]
        base = Signal(g.row_bits, reset_less=True)
        low, high = (Signal(range(run), name=name, reset_less=True) for name in ("low", "high"))
        first_bank = Signal(range(g.banks), reset_less=True)
        m.d.sync += [
            base.eq(upper * run),
            low.eq(axes.index[last] // g.banks),
            high.eq((axes.index[last] + 1) // g.banks),
            first_bank.eq(sum(axes.index[j] for j in range(g.axes)) % g.banks),
        ]
        order = [delayed(m, axes.order[j], 1) for j in range(g.axes)]

        # Clock 2: the rows of all vertices, each one coordinate further than the one before.
        step = Array(Const(run * levels ** (last - 1 - j), g.row_bits) for j in range(last))
        row = [Signal(g.row_bits, name=f"row{j}", reset_less=True) for j in range(g.banks)]
        above, last_raised = base, Const(0)
        for j in range(g.banks):
            m.d.sync += row[j].eq(above + Mux(last_raised, high, low))
            if j < g.axes:
                raised = Signal(g.row_bits, name=f"raised{j}")
                of_step = Mux(order[j] == last, 0, step[order[j]]) if last else 0
                m.d.comb += raised.eq(above + of_step)
                above, last_raised = raised, last_raised | (order[j] == last)
        weight = [delayed(m, each, 1) for each in weight]
        first_bank = delayed(m, first_bank, 1)

        # Clock 3: vertex j goes to bank (first + j) mod (n+1).
        banked = Signal(banked_layout(g), reset_less=True)
        for b in range(g.banks):
            from_vertex = [(b - first) % g.banks for first in range(g.banks)]
            m.d.sync += banked.row[b].eq(Array(row[j] for j in from_vertex)[first_bank])
            m.d.sync += banked.weight[b].eq(Array(weight[j] for j in from_vertex)[first_bank])
        m.d.comb += self.o.payload.eq(banked)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.DELAY, reset=True))
        return m
