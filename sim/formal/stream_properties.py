"""Properties of the blocks with streams: they keep the stream rules and lose nothing.

Each public function builds one property; its docstring is the claim, which the command prints.
"""

from amaranth.hdl import Assert, Assume, Cat, Module, Mux, Signal, Value
from amaranth.lib import data, wiring

from hw.layouts import pixel_layout
from hw.output.gearbox import Gearbox
from hw.output.line_writer import LineWriter
from hw.output.pixel_queue import PixelQueue
from hw.params import StageParams
from hw.pipeline import Queue, SkidBuffer, credit_available
from hw.scheduler import Scheduler
from hw.windows.guard import FrameGuard
from hw.windows.input_gearbox import InputGearbox
from hw.windows.line_buffer import LineBuffer
from hw.windows.window import Window
from sim.formal.harness import (
    Property,
    equal_lines,
    holds,
    later,
    module,
    small_params,
    stage,
    stays,
)
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.rotation import rotate_taps

WAIT = 8
"""A line writer of two columns has no credit for fewer clocks than this, if the sink is ready."""


def _stream_rules(block: wiring.Component) -> tuple[Module, list[Value]]:
    """``block`` between a source that keeps the stream rules and an arbitrary sink."""
    m = module()
    m.submodules.block = block
    m.d.comb += Assume(holds(m, block.i))
    m.d.comb += Assert(holds(m, block.o))
    return m, [Value.cast(block.i.payload), block.i.valid, block.o.ready]


def guard() -> Property:
    """Frame guard: stream rules."""
    block = FrameGuard(pixel_layout(1), max_width=3, max_height=3)
    return _stream_rules(block)


def guard_timeout() -> Property:
    """Frame guard with time-out: stream rules; no pause in a frame is longer than the time-out."""
    timeout = 3
    block = FrameGuard(pixel_layout(1), max_width=3, max_height=3, frame_timeout=timeout)
    m, inputs = _stream_rules(block)
    # Clocks without an output pixel, between a frame's first and its last.
    inside, pause = Signal(), Signal(range(timeout + 2))
    with m.If(block.o.valid & block.o.ready):
        m.d.sync += inside.eq(~block.o.payload.frame_last)
    m.d.sync += pause.eq(Mux(inside & ~block.o.valid, pause + 1, 0))
    m.d.comb += Assert(pause <= timeout)
    return m, inputs


def line_buffer() -> Property:
    """Line buffer: addresses in range, no word read before it is written, no queue overflows."""
    block = LineBuffer(small_params("S", 7))
    m = module()
    m.submodules.block = block
    m.d.comb += [Assume(holds(m, block.i)), Assert(stays(m, block.o))]
    equal_lines(m, block.i, block.params.max_width)
    return m, [Value.cast(block.i.payload), block.i.valid, block.o.ready]


def line_buffer_payload() -> Property:
    """Line buffer: stream rules, an offered payload does not change."""
    block = LineBuffer(small_params("S", 7))
    m, inputs = _stream_rules(block)
    equal_lines(m, block.i, block.params.max_width)
    return m, inputs


def window() -> Property:
    """Window: starts only with credit, and not before the steps of the window before are done."""
    block = Window(small_params("F", 7, lanes=2))
    params = block.params
    m = module()
    m.submodules.block = block
    m.d.comb += Assume(holds(m, block.i))
    equal_lines(m, block.i, params.max_width)
    left = Signal(range(params.steps))  # steps
    m.d.sync += left.eq(Mux(block.o.valid, params.steps - 1, left - (left != 0)))
    m.d.comb += [
        Assert(~block.start | block.credit),
        Assert(block.o.valid == later(m, block.start, Window.delay(params))),
        Assert(~block.o.valid | (left == 0)),
    ]
    return m, [Value.cast(block.i.payload), block.i.valid, block.credit]


def gearbox() -> Property:
    """Gearbox: stream rules, from words of three pixels to beats of two."""
    block = Gearbox(small_params("V", 7, scale=3))
    return _stream_rules(block)


def input_gearbox() -> Property:
    """Input gearbox: stream rules, from beats of four pixels."""
    return _stream_rules(InputGearbox(pixel_layout(1), count=4))


def line_writer() -> Property:
    """Line writer: stream rules, addresses in range, no word lost or overwritten."""
    block, m, inputs = _line_writer(max_width=5)
    m.d.comb += Assert(holds(m, block.o))
    return m, inputs


def line_writer_short_lines() -> Property:
    """Line writer for lines of one word: no word lost or overwritten, what is offered stays."""
    block, m, inputs = _line_writer(max_width=2)
    m.d.comb += Assert(stays(m, block.o))
    return m, inputs


def _line_writer(max_width: int) -> tuple[LineWriter, Module, list[Value]]:
    """A line writer whose words have two columns, with a source that needs credit, and a sink."""
    block = LineWriter(small_params("V", 7, pixels_per_beat=4, max_width=max_width))
    params = block.params
    m = module()
    m.submodules.block = block
    # The scheduler starts a window only with credit; the lanes deliver a few clocks later.
    m.d.comb += Assume(~block.start | block.credit)
    x = Signal(range(params.max_width))
    m.d.comb += Assume((x != params.max_width - 1) | block.start_last)
    with m.If(block.start):
        m.d.sync += x.eq(x + 1)
        with m.If(block.start_last):
            m.d.sync += x.eq(0)
    started = later(m, Cat(block.start, block.start_last), 2)
    m.d.comb += [
        block.i.valid.eq(started[0]),
        block.tag.line_last.eq(started[1]),
        block.tag.frame_last.eq(0),
        block.tag.colour_step.eq(0),
    ]
    return block, m, [block.start, block.start_last, Value.cast(block.i.payload), block.o.ready]


def line_writer_progress() -> Property:
    """Line writer: while its output is taken, credit comes back: no deadlock."""
    block = LineWriter(small_params("V", 7, pixels_per_beat=4, max_width=2))
    m = module()
    m.submodules.block = block
    column, waiting = Signal(), Signal(range(16))
    # Windows start whenever there is credit, in lines of one or two windows.
    last = Signal()
    started = later(m, Cat(block.credit, block.start_last), 2)
    m.d.comb += [
        block.start.eq(block.credit),
        block.start_last.eq(last | column),
        block.i.valid.eq(started[0]),
        block.tag.line_last.eq(started[1]),
        block.tag.frame_last.eq(0),
        block.tag.colour_step.eq(0),
        block.o.ready.eq(1),
    ]
    with m.If(block.credit):
        m.d.sync += column.eq(~block.start_last)
    m.d.sync += waiting.eq(Mux(block.credit, 0, waiting + 1))
    m.d.comb += Assert(waiting < WAIT)
    return m, [last, Value.cast(block.i.payload)]


def pixel_queue() -> Property:
    """Pixel queue: stream rules, nothing lost, credit comes back: no deadlock."""
    blank = stage(FAMILIES["V"], DifferenceGrid((0, 256)), 1)
    params = StageParams(stage=blank, channels=1, lanes=4, max_width=3, pixels_per_beat=1)
    m = module()
    clocks = 3
    m.submodules.block = block = PixelQueue(params, clocks=clocks)
    m.d.comb += Assert(holds(m, block.o))
    m.d.comb += Assume(~block.start | block.credit)
    started = later(m, block.start, clocks)
    m.d.comb += [block.i.valid.eq(started), block.tag.colour_step.eq(0)]
    # ``held`` pixels have started and were not taken yet. After a pause long enough for all of them
    # to reach the queue, there must be an output if there are any, and credit if there are none.
    held = Signal(range(block.depth + 1))
    m.d.sync += held.eq(held + block.start - (block.o.valid & block.o.ready))
    m.d.comb += Assert(~block.credit | (held != block.depth))
    pause = block.depth + 7
    quiet = Signal(range(pause + 1))
    m.d.sync += quiet.eq(Mux(block.start, 0, quiet + (quiet != pause)))
    m.d.comb += Assert((quiet != pause) | Mux(held == 0, block.credit, block.o.valid))
    return m, [block.start, Value.cast(block.i.payload), block.o.ready]


def skid_buffer() -> Property:
    """Skid buffer: stream rules, nothing lost or doubled, ready depends on no input."""
    block = SkidBuffer(data.StructLayout({"number": 4}))
    m = module()
    m.submodules.block = block
    m.d.comb += [Assume(holds(m, block.i)), Assert(holds(m, block.o))]
    taken, sent = Signal(4), Signal(4)
    running = Signal()  # from the second clock on
    m.d.sync += [
        running.eq(1),
        taken.eq(taken + (block.i.valid & block.i.ready)),
        sent.eq(sent + (block.o.valid & block.o.ready)),
    ]
    m.d.comb += [
        block.i.payload.number.eq(taken),
        Assert(~block.o.valid | (block.o.payload.number == sent)),
        Assert(block.o.valid == (taken != sent)),
        # It holds two payloads, and is ready while it holds at most one, but not in the first clock
        # after a reset.
        Assert((running & ((taken - sent)[:4] <= 1)) == block.i.ready),
    ]
    return m, [block.i.valid, block.o.ready]


def queue() -> Property:
    """Queue: stream rules, nothing lost or doubled while there is space for what comes."""
    block = Queue(data.StructLayout({"number": 4}), depth=4)
    m = module()
    m.submodules.block = block
    m.d.comb += Assert(holds(m, block.o))
    taken, sent = Signal(4), Signal(4)
    m.d.sync += [
        taken.eq(taken + block.i.valid),
        sent.eq(sent + (block.o.valid & block.o.ready)),
    ]
    m.d.comb += [
        Assume(~block.i.valid | ((taken - sent)[:4] != block.depth)),
        block.i.payload.number.eq(taken),
        Assert(~block.o.valid | (block.o.payload.number == sent)),
        Assert(block.o.valid == (taken != sent)),
    ]
    return m, [block.i.valid, block.o.ready]


def credit() -> Property:
    """Credits: never more out than there are, and all come back."""
    total = 4
    m = module()
    wanted, freed = Signal(), Signal()
    out = Signal(range(total + 2))  # credits that are taken
    available = credit_available(m, total, wanted, freed)
    quiet = Signal(range(4))  # clocks without a change
    m.d.sync += [
        out.eq(out + wanted - freed),
        quiet.eq(Mux(wanted | freed, 0, quiet + (quiet != 3))),
    ]
    m.d.comb += [
        Assume(~wanted | available),
        Assume(~freed | (out != 0)),
        Assert(out <= total),
        Assert((quiet != 3) | (available == (out != total))),
    ]
    return m, [wanted, freed]


def scheduler() -> Property:
    """Scheduler: each step of a window once and in order."""
    params = small_params("V", 7, channels=3, lanes=2)
    m = module()
    m.submodules.block = block = Scheduler(params)
    left = Signal(range(params.steps))  # steps of the last window
    window = [Signal(len(Value.cast(pixel))) for row in block.i.payload.pixels for pixel in row]
    with m.If(block.i.valid):
        m.d.comb += Assume(left == 0)
        m.d.sync += left.eq(params.steps - 1)
        m.d.sync += Cat(window).eq(Cat(*block.i.payload.pixels))
    with m.Elif(left != 0):
        m.d.sync += left.eq(left - 1)
    m.d.comb += Assert(block.o.valid == later(m, block.i.valid | (left != 0), 1))
    step = later(m, Mux(block.i.valid, 0, params.steps - left), 1)
    with m.If(block.o.valid):
        number = block.tag.colour_step * params.rotation_steps + block.tag.rotation_step
        m.d.comb += Assert(number == step)
        (group,) = params.groups
        for lane in range(params.lanes):
            for n in range(params.steps):
                c, k = divmod(n, params.rotation_steps)
                rotation = k * params.rotation_lanes + lane
                offsets = rotate_taps(group.table.taps, rotation)
                for j, (dy, dx) in enumerate(offsets):
                    pixel = window[(params.reach + dy) * params.side + params.reach + dx]
                    is_tap = block.o.payload.group0[lane][j] == pixel.word_select(c, 8)
                    m.d.comb += Assert((step != n) | is_tap)
    return m, [Value.cast(block.i.payload), block.i.valid]
