"""Properties of the blocks of a lane: what they work out, for all inputs."""

import numpy as np
from amaranth.hdl import Array, Assert, Assume, Cat, Const, Mux, Value, signed

from hw.group_params import GroupParams
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from sim.formal.harness import Property, later, module, small_params, stage
from sw.tables import banks
from sw.tables.files import FAMILIES
from sw.tables.grid import DifferenceGrid


def _permutation(order: object, taps: int) -> Value:
    """Whether ``order`` has every tap once."""
    each = [sum(order[place] == j for place in range(taps)) == 1 for j in range(taps)]
    return Cat(each).all()


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
            # The fraction is the whole parts of the segment that are below.
            above = (difference - start[o.index[j]]) * shift[o.index[j]]
            below = o.fraction[j] * parts[o.index[j]]
            m.d.comb += Assert((below <= above) & (above < below + parts[o.index[j]]))
    return m, [Value.cast(block.i.payload), block.i.valid]


def split() -> Property:
    """Split, differences: the index is of the segment, the fraction of what is above its start."""
    return _split(DifferenceGrid((0, 16, 48, 112, 368)))


def split_coarse() -> Property:
    """Split, differences, fractions of 4 bits: likewise, less the bits that are too many."""
    return _split(DifferenceGrid((0, 16, 48, 112, 368), max_frac_bits=4))


def sort() -> Property:
    """Sort: a permutation of the axes, by falling fraction, indices as they came."""
    (group,) = small_params("S", 4).groups
    m = module()
    m.submodules.block = block = Sort(group)
    i = [later(m, Value.cast(each), Sort.delay(group)) for each in block.i.payload.fraction]
    index = [later(m, Value.cast(each), Sort.delay(group)) for each in block.i.payload.index]
    o = block.o.payload
    with m.If(block.o.valid):
        m.d.comb += Assert(_permutation(o.order, group.axes))
        for j in range(group.axes):
            m.d.comb += Assert(o.fraction[j] == Array(i)[o.order[j]])
            m.d.comb += Assert(o.index[j] == index[j])
            if j:
                m.d.comb += Assert(o.fraction[j - 1] >= o.fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def _select(family: str, frac_bits: int) -> Property:
    (group,) = small_params(family, frac_bits).groups
    m = module()
    m.submodules.block = block = Vertices(group)
    # What Sort gives.
    i = block.i.payload
    m.d.comb += Assume(_permutation(i.order, group.taps))
    for j in range(1, group.taps):
        m.d.comb += Assume(i.fraction[j - 1] >= i.fraction[j])
    by_tap = [
        sum(Mux(i.order[place] == j, i.fraction[place], 0) for place in range(group.taps))
        for j in range(group.taps)
    ]
    fraction = [later(m, each, Vertices.delay(group)) for each in by_tap]
    index = [later(m, i.index[j], Vertices.delay(group)) for j in range(group.taps)]

    # The row and the bank tell the vertex.
    points = np.indices((group.table.grid.levels,) * group.axes).reshape(group.axes, -1)
    found = np.zeros((group.axes, group.banks, banks.depth(group.table)), int)
    found[:, *banks.locate(group.table, points)] = points
    vertices = [
        [Array(Const(c, 8) for c in found[j, b])[block.o.payload.row[b]] for j in range(group.axes)]
        for b in range(group.banks)
    ]
    weight = [block.o.payload.weight[b] for b in range(group.banks)]
    with m.If(block.o.valid):
        m.d.comb += Assert(sum(weight) == group.table.grid.q)
        for j in range(group.taps):
            # Vertices lie on either side of the tap, and those above weigh its fraction.
            above = [vertex[j] == index[j] + 1 for vertex in vertices]
            for vertex, is_above in zip(vertices, above, strict=True):
                m.d.comb += Assert((vertex[j] == index[j]) | is_above)
            weighed = sum(Mux(is_above, w, 0) for is_above, w in zip(above, weight, strict=True))
            m.d.comb += Assert(weighed == fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def select_s() -> Property:
    """Vertices, 2×2 taps, 3 levels: weights sum to q, each bank a vertex of the cell, averages."""
    return _select("S", 7)


def select_f() -> Property:
    """Vertices, 1×3 taps, 9 levels: likewise."""
    return _select("F", 5)


def select_v() -> Property:
    """Vertices, 1×2 taps, 17 levels: likewise."""
    return _select("V", 4)
