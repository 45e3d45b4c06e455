"""Weights and vertices: what each bank has to read, and what it counts."""

from amaranth.hdl import Array, Cat, Const, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import banked_layout, delayed, sorted_layout
from hw.lookup.rows import row_terms
from sw.tables import banks


class Vertices(wiring.Component):
    """Work out the n+1 vertices of a look-up and hand each one's row and weight to its bank.

    Vertex j has the coordinate sum of vertex 0 plus j, so bank b reads vertex
    (b - sum) mod (n+1): every bank one vertex. The weights go to the banks; what the banks read
    need never cross over.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of sorted_layout), always ready
        A look-up's axes.
    o : Out(stream of banked_layout), always ready
        Row and weight for each bank.
    """

    def __init__(self, group: GroupParams) -> None:
        self.group = group
        super().__init__(
            {
                "i": In(stream.Signature(sorted_layout(group), always_ready=True)),
                "o": Out(stream.Signature(banked_layout(group), always_ready=True)),
            }
        )

    @staticmethod
    def delay(group: GroupParams) -> int:
        """Clocks from ``i`` to ``o``: one less if rows are no sums."""
        return 3 if banks.is_plain(group.table) or group.axes == 1 else 4

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        axes = self.i.payload
        # Clock 1: weights; the coordinates of all vertices, each with one more than the one before;
        # the sum of those of vertex 0.
        edges = [
            Const(group.table.grid.q),
            *(axes.fraction[j] for j in range(group.axes)),
            Const(0),
        ]
        weight = [
            Signal(group.weight_bits, name=f"weight{j}", reset_less=True)
            for j in range(group.banks)
        ]
        levels = group.table.grid.levels
        vertices = []
        for j in range(group.banks):
            m.d.sync += weight[j].eq(edges[j] - edges[j + 1])
            vertex = []
            for axis in range(group.axes):
                name = f"vertex{j}_{axis}"
                coordinate = Signal(range(levels), name=name, reset_less=True)
                raised = Cat(axes.order[place] == axis for place in range(j)).any() if j else 0
                m.d.sync += coordinate.eq(axes.index[axis] + raised)
                vertex.append(coordinate)
            vertices.append(vertex)
        first_bank = Signal(range(group.banks), reset_less=True)
        m.d.sync += first_bank.eq(sum(axes.index[j] for j in range(group.axes)) % group.banks)

        # Clock 2: what adds up to their rows. Clock 3, if that is several numbers: the rows.
        row = []
        for j, vertex in enumerate(vertices):
            shares = []
            for n, value in enumerate(row_terms(vertex, group)):
                share = Signal(group.row_bits, name=f"share{j}_{n}", reset_less=True)
                m.d.sync += share.eq(value)
                shares.append(share)
            if len(shares) > 1:
                row.append(Signal(group.row_bits, name=f"row{j}", reset_less=True))
                m.d.sync += row[j].eq(sum(shares))
            else:
                row += shares
        weight = [delayed(m, each, self.delay(group) - 2) for each in weight]
        first_bank = delayed(m, first_bank, self.delay(group) - 2)

        # The last clock: vertex j goes to bank (first + j) mod (n+1).
        banked = Signal(banked_layout(group), reset_less=True)
        for b in range(group.banks):
            from_vertex = [(b - first) % group.banks for first in range(group.banks)]
            m.d.sync += banked.row[b].eq(Array(row[j] for j in from_vertex)[first_bank])
            m.d.sync += banked.weight[b].eq(Array(weight[j] for j in from_vertex)[first_bank])
        m.d.comb += self.o.payload.eq(banked)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m
