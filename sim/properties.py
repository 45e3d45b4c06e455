"""Properties of the blocks, as modules with assertions and assumptions in them.

Each function here makes one; its docstring says what it claims. Parameters are small, inputs free.
"""

from collections.abc import Callable

import numpy as np
from amaranth.hdl import (
    Array,
    Assert,
    Assume,
    Cat,
    ClockDomain,
    ClockSignal,
    Const,
    Module,
    Mux,
    Signal,
    Value,
    signed,
)
from amaranth.lib import wiring

from hw.gearbox import Gearbox
from hw.guard import FrameGuard
from hw.line_buffer import LineBuffer
from hw.line_writer import LineWriter
from hw.params import GroupParams, StageParams
from hw.pixel_queue import PixelQueue
from hw.scheduler import Scheduler
from hw.select import Select
from hw.sort import Sort
from hw.split import Split
from hw.window import Window
from sw import banks
from sw.files import FAMILIES
from sw.grid import DifferenceGrid, Grid, UniformGrid
from sw.rotation import rotate_taps
from sw.spec import Stage, Table, Taps

WAIT = 5
"""Clocks for which a line writer of two columns may be without room, its output being taken."""

Property = tuple[Module, list[Value]]
"""A module with assertions in it, and its free inputs."""


CLOCK = Signal(name="clock")


def _params(family: str, frac_bits: int, scale: int = 2, **choices: int) -> StageParams:
    """A small stage; what its table holds does not matter to any property."""
    stage = _stage(FAMILIES[family], UniformGrid(frac_bits), scale)
    sizes = {"channels": 1, "lanes": 4, "max_width": 3, "beat": 2}
    return StageParams(stage=stage, **{**sizes, **choices})


def _stage(taps: Taps, grid: Grid, scale: int) -> Stage:
    shape = (grid.levels,) * grid.axes(len(taps)) + (scale, scale)
    return Stage(scale, "reflect", (Table(taps, grid, np.zeros(shape, np.int8)),))


def _module() -> Module:
    m = Module()
    # No reset: the model checker begins with the initial values. The clock has to be an input of
    # the top: a clock that nothing drives never ticks, and any property holds.
    m.domains.sync = ClockDomain(reset_less=True)
    m.d.comb += ClockSignal().eq(CLOCK)
    return m


def _holds(m: Module, interface: object) -> Value:
    """Whether a stream keeps what it offered in the clock before and was not taken."""
    payload = Value.cast(interface.payload)
    waited, before = Signal(), Signal(len(payload))
    m.d.sync += [waited.eq(interface.valid & ~interface.ready), before.eq(payload)]
    return ~waited | (interface.valid & (payload == before))


def _stream_rules(block: wiring.Component) -> tuple[Module, list[Value]]:
    """``block`` between a source that keeps the rules and any sink."""
    m = _module()
    m.submodules.block = block
    m.d.comb += Assume(_holds(m, block.i))
    m.d.comb += Assert(_holds(m, block.o))
    return m, [Value.cast(block.i.payload), block.i.valid, block.o.ready]


def _equal_lines(m: Module, interface: object, width: int) -> None:
    """Assume that all lines are equally long, at most ``width`` pixels."""
    x, last = Signal(range(width + 1)), Signal(range(width))
    known = Signal()
    line_last = interface.payload.line_last
    with m.If(interface.valid):
        m.d.comb += Assume(x < width)
        m.d.comb += Assume(~known | (line_last == (x == last)))
        m.d.comb += Assume((x != width - 1) | line_last)
        m.d.comb += Assume(~interface.payload.frame_last | line_last)
    with m.If(interface.valid & interface.ready):
        m.d.sync += x.eq(x + 1)
        with m.If(line_last):
            m.d.sync += [x.eq(0), last.eq(x), known.eq(~interface.payload.frame_last)]


def guard() -> Property:
    """Frame guard: stream rules."""
    block = FrameGuard(_params("V", 7), max_height=3)
    m, inputs = _stream_rules(block)
    return m, [*inputs, block.width, block.height]


def line_buffer() -> Property:
    """Line buffer: stream rules, addresses in range."""
    block = LineBuffer(_params("S", 7))
    m, inputs = _stream_rules(block)
    _equal_lines(m, block.i, block.p.max_width)
    return m, inputs


def window() -> Property:
    """Window: stream rules."""
    block = Window(_params("F", 7))
    m, inputs = _stream_rules(block)
    _equal_lines(m, block.i, block.p.max_width)
    return m, inputs


def gearbox() -> Property:
    """Gearbox: stream rules, from words of three pixels to beats of two."""
    block = Gearbox(_params("V", 7, scale=3))
    return _stream_rules(block)


def line_writer() -> Property:
    """Line writer: stream rules, addresses in range, nothing lost, nothing written over."""
    block = LineWriter(_params("V", 7, beat=4, max_width=5))
    p = block.p
    m = _module()
    m.submodules.block = block
    m.d.comb += Assert(_holds(m, block.o))
    # What the scheduler and the lanes do: start only with room, deliver a few clocks later.
    m.d.comb += Assume(~block.start | block.room)
    x = Signal(range(p.max_width))
    m.d.comb += Assume((x != p.max_width - 1) | block.start_last)
    with m.If(block.start):
        m.d.sync += x.eq(x + 1)
        with m.If(block.start_last):
            m.d.sync += x.eq(0)
    started = Cat(block.start, block.start_last)
    for _ in range(2):
        later = Signal(2)
        m.d.sync += later.eq(started)
        started = later
    m.d.comb += [
        block.i.valid.eq(started[0]),
        block.mark.line_last.eq(started[1]),
        block.mark.frame_last.eq(0),
        block.mark.colour_step.eq(0),
    ]
    return m, [block.start, block.start_last, Value.cast(block.i.payload), block.o.ready]


def line_writer_progress() -> Property:
    """Line writer: with an output that is taken, room comes back: no deadlock."""
    block = LineWriter(_params("V", 7, beat=4, max_width=2))
    m = _module()
    m.submodules.block = block
    column, waiting = Signal(), Signal(range(16))
    # Windows start whenever they may, in lines of one or two; the sink takes all.
    last = Signal()
    started = _later(m, Cat(block.room, block.start_last), 2)
    m.d.comb += [
        block.start.eq(block.room),
        block.start_last.eq(last | column),
        block.i.valid.eq(started[0]),
        block.mark.line_last.eq(started[1]),
        block.mark.frame_last.eq(0),
        block.mark.colour_step.eq(0),
        block.o.ready.eq(1),
    ]
    with m.If(block.room):
        m.d.sync += column.eq(~block.start_last)
    m.d.sync += waiting.eq(Mux(block.room, 0, waiting + 1))
    m.d.comb += Assert(waiting < WAIT)
    return m, [last, Value.cast(block.i.payload)]


def pixel_queue() -> Property:
    """Pixel queue: stream rules, nothing lost, and its room comes back: no deadlock."""
    stage = _stage(FAMILIES["V"], DifferenceGrid((0, 256)), 1)
    p = StageParams(stage=stage, channels=1, lanes=4, max_width=3, beat=1)
    m = _module()
    clocks = 3
    m.submodules.block = block = PixelQueue(p, clocks=clocks)
    m.d.comb += Assert(_holds(m, block.o))
    m.d.comb += Assume(~block.start | block.room)
    started = _later(m, block.start, clocks)
    m.d.comb += [block.i.valid.eq(started), block.mark.colour_step.eq(0)]
    # Pixels that have started and not been taken are in flight or in the queue. With none of them
    # left there is room: whoever takes all that comes never waits for ever.
    held = Signal(range(block.depth + 1))
    m.d.sync += held.eq(held + block.start - (block.o.valid & block.o.ready))
    m.d.comb += Assert(block.room == (held != block.depth))
    quiet = Signal(range(block.depth + 8))
    m.d.sync += quiet.eq(Mux(block.start, 0, quiet + (quiet != block.depth + 7)))
    m.d.comb += Assert((quiet != block.depth + 7) | (held == 0) | block.o.valid)
    return m, [block.start, Value.cast(block.i.payload), block.o.ready]


def scheduler() -> Property:
    """Scheduler: each window's jobs once and in order, none without room at its start."""
    p = _params("V", 7, channels=3, lanes=2)
    m = _module()
    m.submodules.block = block = Scheduler(p)
    m.d.comb += Assume(_holds(m, block.i))
    # What lane l does in a step is wiring, as the step's number says: so each job is done once if
    # each step is, one after the other, on a window that stays.
    done, valid = Signal(range(p.steps)), Signal()
    go = block.i.valid & (block.room | (done != 0))
    with m.If(go):
        m.d.sync += done.eq(Mux(done == p.steps - 1, 0, done + 1))
    m.d.comb += [
        Assert(block.start == (go & (done == 0))),
        Assert((block.i.valid & block.i.ready) == (go & (done == p.steps - 1))),
    ]
    m.d.sync += valid.eq(go)
    m.d.comb += Assert(block.o.valid == valid)
    step = _later(m, done, 1)
    window = [_later(m, Value.cast(each), 1) for row in block.i.payload.pixels for each in row]
    with m.If(block.o.valid):
        number = block.mark.colour_step * p.rotation_steps + block.mark.rotation_step
        m.d.comb += Assert(number == step)
        (group,) = p.groups
        for lane in range(p.lanes):
            for number in range(p.steps):
                c, k = divmod(number, p.rotation_steps)
                turn = k * p.rotation_lanes + lane
                offsets = rotate_taps(group.table.taps, turn)
                for j, (dy, dx) in enumerate(offsets):
                    pixel = window[(p.reach + dy) * p.side + p.reach + dx]
                    right = block.o.payload.group0[lane][j] == pixel.word_select(c, 8)
                    m.d.comb += Assert((step != number) | right)
    return m, [Value.cast(block.i.payload), block.i.valid, block.room]


def _later(m: Module, value: Value, clocks: int) -> Signal:
    for _ in range(clocks):
        later = Signal(len(value))
        m.d.sync += later.eq(value)
        value = later
    return value


def _permutation(order: object, taps: int) -> Value:
    """Whether ``order`` has every tap once."""
    each = [sum(order[place] == j for place in range(taps)) == 1 for j in range(taps)]
    return Cat(each).all()


def split() -> Property:
    """Split, differences: the index is of the segment, the fraction of what is above its start."""
    grid = DifferenceGrid((0, 16, 48, 112, 368))
    g = GroupParams(_stage(FAMILIES["F"], grid, 2).tables, lanes=4)
    m = _module()
    m.submodules.block = block = Split(g)
    taps = _later(m, Value.cast(block.i.payload), Split.delay(g))
    o = block.o.payload
    start = Array(Const(point, signed(10)) for point in grid.points)
    shift = Array(Const(grid.q // width) for width in grid.widths)
    with m.If(block.o.valid):
        for j in range(g.axes):
            difference = taps.word_select(j + 1, 8) - taps.word_select(0, 8)
            m.d.comb += Assert(o.index[j] < len(grid.widths))
            above = (difference - start[o.index[j]]) * shift[o.index[j]]
            m.d.comb += Assert(o.fraction[j] == above)
    return m, [Value.cast(block.i.payload), block.i.valid]


def sort() -> Property:
    """Sort: a permutation of the axes, by falling fraction, indices as they came."""
    (g,) = _params("S", 4).groups
    m = _module()
    m.submodules.block = block = Sort(g)
    i = [_later(m, Value.cast(each), Sort.delay(g)) for each in block.i.payload.fraction]
    index = [_later(m, Value.cast(each), Sort.delay(g)) for each in block.i.payload.index]
    o = block.o.payload
    with m.If(block.o.valid):
        m.d.comb += Assert(_permutation(o.order, g.axes))
        for j in range(g.axes):
            m.d.comb += Assert(o.fraction[j] == Array(i)[o.order[j]])
            m.d.comb += Assert(o.index[j] == index[j])
            if j:
                m.d.comb += Assert(o.fraction[j - 1] >= o.fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def _select(family: str, frac_bits: int) -> Property:
    (g,) = _params(family, frac_bits).groups
    m = _module()
    m.submodules.block = block = Select(g)
    # What Sort gives.
    i = block.i.payload
    m.d.comb += Assume(_permutation(i.order, g.taps))
    for j in range(1, g.taps):
        m.d.comb += Assume(i.fraction[j - 1] >= i.fraction[j])
    by_tap = [
        sum(Mux(i.order[place] == j, i.fraction[place], 0) for place in range(g.taps))
        for j in range(g.taps)
    ]
    fraction = [_later(m, each, Select.DELAY) for each in by_tap]
    index = [_later(m, i.index[j], Select.DELAY) for j in range(g.taps)]

    # The row and the bank tell the vertex.
    points = np.indices((g.table.grid.levels,) * g.axes).reshape(g.axes, -1)
    found = np.zeros((g.axes, g.banks, banks.depth(g.table)), int)
    found[:, *banks.locate(g.table, points)] = points
    vertices = [
        [Array(Const(c, 8) for c in found[j, b])[block.o.payload.row[b]] for j in range(g.axes)]
        for b in range(g.banks)
    ]
    weight = [block.o.payload.weight[b] for b in range(g.banks)]
    with m.If(block.o.valid):
        m.d.comb += Assert(sum(weight) == g.table.grid.q)
        for j in range(g.taps):
            # Vertices lie on either side of the tap, and those above weigh its fraction.
            above = [vertex[j] == index[j] + 1 for vertex in vertices]
            for vertex, is_above in zip(vertices, above, strict=True):
                m.d.comb += Assert((vertex[j] == index[j]) | is_above)
            weighed = sum(Mux(is_above, w, 0) for is_above, w in zip(above, weight, strict=True))
            m.d.comb += Assert(weighed == fraction[j])
    return m, [Value.cast(block.i.payload), block.i.valid]


def select_s() -> Property:
    """Select, 2×2 taps, 3 levels: weights sum to q, each bank a vertex of the cell, averages."""
    return _select("S", 7)


def select_f() -> Property:
    """Select, 1×3 taps, 9 levels: likewise."""
    return _select("F", 5)


def select_v() -> Property:
    """Select, 1×2 taps, 17 levels: likewise."""
    return _select("V", 4)


PROPERTIES: dict[Callable[[], Property], str] = {
    guard: "20",
    line_buffer: "24",
    window: "16",
    gearbox: "14",
    line_writer: "18",
    line_writer_progress: "40",
    pixel_queue: "24",
    scheduler: "16",
    # Taps pass through in 3 clocks: the clocks before that have nothing to check.
    split: "2:1:3",
    sort: "3:1:4",
    select_v: "3:1:4",
    select_f: "3:1:4",
    select_s: "3:1:4",
}
"""What is checked, and for how many clocks, or skip:step:clocks, as smtbmc takes them."""
