"""Vertices and weights: which row each bank reads, and the weight of its entry."""

from amaranth.hdl import Array, Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.group_params import GroupParams
from hw.layouts import banked_layout, sorted_layout
from hw.pipeline import delayed
from sw.tables import banks


class Vertices(wiring.Component):
    """Compute the n+1 vertices of a look-up and give each bank the row and weight of one vertex.

    The coordinate sum of vertex j is that of vertex 0 plus j. So bank b reads vertex
    (b - sum) mod (n+1), and every bank reads one vertex. The weights go to the banks with the rows,
    so the entries that the banks read need no multiplexer.

    One look-up per clock; latency ``delay(group)`` clocks; never stalls.

    Parameters
    ----------
    group : GroupParams

    Members
    -------
    i : In(stream of sorted_layout), always ready
        A look-up with sorted axes.
    o : Out(stream of banked_layout), always ready
        Row and weight for each bank; the weights, 0…q, sum to q.
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
        """Clocks from ``i`` to ``o``: one more if a row is the sum of several terms."""
        return 3 if banks.is_plain(group.table) or group.axes == 1 else 4

    def elaborate(self, platform: object) -> Module:
        m = Module()
        group = self.group
        axes = self.i.payload
        # Clock 1: the weights, the coordinates of all vertices, and the bank of vertex 0. Vertex j
        # is one level above vertex 0 on the first j axes of the sorted order.
        edges = [
            Const(group.table.grid.q),
            *(axes.fraction[place] for place in range(group.axes)),
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
                is_above = Cat(axes.order[place] == axis for place in range(j)).any() if j else 0
                m.d.sync += coordinate.eq(axes.index[axis] + is_above)
                vertex.append(coordinate)
            vertices.append(vertex)
        first_bank = Signal(range(group.banks), reset_less=True)
        m.d.sync += first_bank.eq(sum(axes.index[j] for j in range(group.axes)) % group.banks)

        # Clock 2: the terms of each row. Clock 3, if there are several: their sum.
        row = []
        for j, vertex in enumerate(vertices):
            terms = []
            for n, value in enumerate(row_terms(vertex, group)):
                term = Signal(group.row_bits, name=f"term{j}_{n}", reset_less=True)
                m.d.sync += term.eq(value)
                terms.append(term)
            if len(terms) > 1:
                row.append(Signal(group.row_bits, name=f"row{j}", reset_less=True))
                m.d.sync += row[j].eq(sum(terms))
            else:
                row += terms
        weight = [delayed(m, signal, self.delay(group) - 2) for signal in weight]
        first_bank = delayed(m, first_bank, self.delay(group) - 2)

        # Last clock: vertex j goes to bank (first_bank + j) mod (n+1).
        banked = Signal(banked_layout(group), reset_less=True)
        for b in range(group.banks):
            from_vertex = [(b - first) % group.banks for first in range(group.banks)]
            m.d.sync += banked.row[b].eq(Array(row[j] for j in from_vertex)[first_bank])
            m.d.sync += banked.weight[b].eq(Array(weight[j] for j in from_vertex)[first_bank])
        m.d.comb += self.o.payload.eq(banked)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(group), reset=True))
        return m


def row_terms(vertex: list[Signal], group: GroupParams) -> list[Value]:
    """Terms that sum to the row of ``vertex``: :func:`sw.tables.banks.locate` without a product.

    In the plain layout there is one term. In the tight layout there is one for each axis. With
    n+1 banks, a coordinate is called over if it is at least the largest multiple of n+1 within the
    levels. An entry whose last coordinates are over lies in a smaller table behind the others, so
    the terms depend on the last axis k that is not over (axis 0 if all others are over):

    - axis k gives its coordinate divided by n+1;
    - an axis before k gives its coordinate times its stride;
    - an axis behind k gives the first row of the smaller table that its coordinate selects.
    """
    levels, count = group.table.grid.levels, group.banks
    if banks.is_plain(group.table):
        *fields, stride = banks.plain_strides(group.table)
        *others, last_but_one, last = vertex
        row = _times(last_but_one, stride) + _divided(last, count, levels)
        for field, coordinate in zip(fields, others, strict=True):
            row = row | (coordinate << (field.bit_length() - 1))
        return [row]
    multiples = levels // count
    first_over = multiples * count
    # Verilator warns of comparisons with a constant result, so these become constants here.
    always = Const(0) if first_over == levels else Const(1) if first_over == 0 else None
    over = [coordinate >= first_over if always is None else always for coordinate in vertex]
    terms = []
    for axis, coordinate in enumerate(vertex):
        term = _divided(coordinate, count, levels)
        if axis:
            begin = levels**axis * multiples
            table = (coordinate - first_over)[: len(coordinate)]
            depth = banks.tight_depth(levels, axis, count)
            term = Mux(over[axis], begin + _times(table, depth), term)
        for later in range(axis + 1, group.axes):
            stride = levels ** (later - 1 - axis) * multiples
            term = Mux(over[later], term, _times(coordinate, stride))
        terms.append(term)
    return terms


def _times(value: Value, factor: int) -> Value:
    """``value`` × ``factor`` as additions: a product would take a multiplier of the FPGA."""
    shifts = [bit for bit in range(factor.bit_length()) if factor >> bit & 1]
    return sum((value << bit for bit in shifts), start=Const(0))


def _divided(coordinate: Value, count: int, levels: int) -> Value:
    """``coordinate`` // ``count``, for coordinates below ``levels``."""
    if count & (count - 1):
        return sum((coordinate >= multiple for multiple in range(count, levels, count)), Const(0))
    return coordinate[count.bit_length() - 1 :]
