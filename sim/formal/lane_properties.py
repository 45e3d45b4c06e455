"""Properties of the blocks of a lane: their results are right for all inputs.

Each public function builds one property; its docstring is the claim, which the command prints.
"""

import numpy as np
from amaranth.hdl import Array, Assert, Assume, Cat, Const, Mux, Value, signed

from hw.group_params import GroupParams
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from sim.formal.harness import Property, later, module, small_params, stage
from sw.tables import banks
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES


def _permutation(order: object, taps: int) -> Value:
    """True if ``order`` has every tap exactly once."""
    once = [sum(order[position] == j for position in range(taps)) == 1 for j in range(taps)]
    return Cat(once).all()


def _split(grid: DifferenceGrid) -> Property:
    group = GroupParams(stage(FAMILIES["F"], grid, 2).tables, lanes=4)
    m = module()
    m.submodules.block = block = Split(group)
    taps = later(m, Value.cast(block.i.payload), Split.delay(group))
    o = block.o.payload
    start = Array(Const(point, signed(10)) for point in grid.points)
    parts = Array(Const(max(1, width // grid.q), 9) for width in grid.widths)
    shift = Array(Const(max(1, grid.q // width), 9) for width in grid.widths)
    with m.If(block.o.valid):
        for j in range(group.axes):
            difference = taps.word_select(j + 1, 8) - taps.word_select(0, 8)
            m.d.comb += Assert(o.index[j] < len(grid.widths))
            # A segment has q parts. The fraction counts the whole parts below the difference.
            above = (difference - start[o.index[j]]) * shift[o.index[j]]
            below = o.fraction[j] * parts[o.index[j]]
            m.d.comb += Assert((below <= above) & (above < below + parts[o.index[j]]))
    return m, [Value.cast(block.i.payload), block.i.valid]


def split() -> Property:
    """Split, difference grid: the index names the segment, the fraction the position in it."""
    return _split(DifferenceGrid((0, 16, 48, 112, 368)))


def split_coarse() -> Property:
    """Split, difference grid, 4-bit fractions: index names the segment, fraction the position."""
    return _split(DifferenceGrid((0, 16, 48, 112, 368), max_frac_bits=4))


def sort() -> Property:
    """Sort: the order is a permutation, fractions never rise, indices are unchanged."""
    (group,) = small_params("S", 4).groups
    m = module()
    m.submodules.block = block = Sort(group)
    i, o = block.i.payload, block.o.payload
    fraction = [later(m, Value.cast(value), Sort.delay(group)) for value in i.fraction]
    index = [later(m, Value.cast(value), Sort.delay(group)) for value in i.index]
    with m.If(block.o.valid):
        m.d.comb += Assert(_permutation(o.order, group.axes))
        for j in range(group.axes):
            m.d.comb += Assert(o.fraction[j] == Array(fraction)[o.order[j]])
            m.d.comb += Assert(o.index[j] == index[j])
            if j:
                m.d.comb += Assert(o.fraction[j - 1] >= o.fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def _vertices(family: str, frac_bits: int) -> Property:
    (group,) = small_params(family, frac_bits).groups
    m = module()
    m.submodules.block = block = Vertices(group)
    # Assume what Sort guarantees.
    i = block.i.payload
    m.d.comb += Assume(_permutation(i.order, group.taps))
    for j in range(1, group.taps):
        m.d.comb += Assume(i.fraction[j - 1] >= i.fraction[j])
    by_tap = [
        sum(Mux(i.order[n] == j, i.fraction[n], 0) for n in range(group.taps))
        for j in range(group.taps)
    ]
    fraction = [later(m, value, Vertices.delay(group)) for value in by_tap]
    index = [later(m, i.index[j], Vertices.delay(group)) for j in range(group.taps)]

    # From bank and row back to the coordinates of the vertex that is stored there.
    points = np.indices((group.table.grid.levels,) * group.axes).reshape(group.axes, -1)
    stored = np.zeros((group.axes, group.banks, banks.depth(group.table)), int)
    stored[:, *banks.locate(group.table, points)] = points
    vertices = [
        [
            Array(Const(level, 8) for level in stored[j, b])[block.o.payload.row[b]]
            for j in range(group.axes)
        ]
        for b in range(group.banks)
    ]
    weight = [block.o.payload.weight[b] for b in range(group.banks)]
    with m.If(block.o.valid):
        m.d.comb += Assert(sum(weight) == group.table.grid.q)
        for j in range(group.taps):
            # Every vertex is at the index or one above; the weights above sum to the fraction.
            above = [vertex[j] == index[j] + 1 for vertex in vertices]
            for vertex, is_above in zip(vertices, above, strict=True):
                m.d.comb += Assert((vertex[j] == index[j]) | is_above)
            weights_above = sum(Mux(*pair, 0) for pair in zip(above, weight, strict=True))
            m.d.comb += Assert(weights_above == fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def vertices_s() -> Property:
    """Vertices, 2×2 taps, 3 levels: weights sum to q, banks read the cell, average is the tap."""
    return _vertices("S", 7)


def vertices_f() -> Property:
    """Vertices, 1×3 taps, 9 levels: weights sum to q, banks read the cell, average is the tap."""
    return _vertices("F", 5)


def vertices_v() -> Property:
    """Vertices, 1×2 taps, 17 levels: weights sum to q, banks read the cell, average is the tap."""
    return _vertices("V", 4)
