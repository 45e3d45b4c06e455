"""Properties of the colour path: nothing is lost or doubled on the two ways, and neither stops.

Each public function builds one property; its docstring is the claim, which the command prints.
"""

from amaranth.hdl import Assert, Assume, Cat, Module, Mux, Signal, Value
from amaranth.lib import stream

from hw.colour.hold import HoldLines
from hw.colour.join import Join
from hw.colour.lines import ChromaLines
from hw.colour.params import ChromaParams
from hw.colour.split import Split
from sim.formal.harness import Property, equal_lines, holds, module

BITS = 4
"""Bits of the numbers that payloads are counted with."""

WAITS_FOR = {"luma": 3, "chroma": 2}
"""Lines below a line that a way needs before it gives the line, in the check of both ways."""

SMALL = ChromaParams(
    scale=2, components=2, values=range(256), max_width=2, pixels_per_beat=1, depth=2
)


def _counter(m: Module, port: object) -> Signal:
    """How many payloads have been transferred at ``port``."""
    count = Signal(BITS)
    m.d.sync += count.eq(count + (port.valid & port.ready))
    return count


def _free_flags(m: Module, port: object) -> list[Value]:
    """Flags for the payloads at ``port`` that the checker may choose."""
    flags = [Signal(name="free_line_last"), Signal(name="free_frame_last")]
    m.d.comb += [port.payload.line_last.eq(flags[0]), port.payload.frame_last.eq(flags[1])]
    return flags


def join() -> Property:
    """Join: stream rules; beat n has luma n and chroma n; both go on when they are there."""
    m = module()
    m.submodules.block = block = Join(SMALL, "ycbcr444")
    ways = block.luma, block.chroma
    m.d.comb += [*(Assume(holds(m, way)) for way in ways), Assert(holds(m, block.o))]
    luma, chroma, sent = (_counter(m, port) for port in (*ways, block.o))
    pixel, held = block.o.payload.pixels[0], Signal(BITS)
    m.d.comb += [
        block.luma.payload.pixels[0][0].eq(luma),
        *(number.eq(chroma) for number in block.chroma.payload.pixels[0]),
        Assert(luma == chroma),
        Assert(~block.o.valid | ((pixel[0] == sent) & (pixel[1] == sent) & (pixel[2] == sent))),
        held.eq(luma - sent),
        Assert(held <= block.delay()),
        Assert((held != block.delay()) | block.o.valid),
        # If both are there, they wait only for the sink, and only if the join is full.
        Assert(
            ~(block.luma.valid & block.chroma.valid & ~block.luma.ready)
            | ((held == block.delay()) & ~block.o.ready)
        ),
        Assert((block.luma.valid & block.luma.ready) == (block.chroma.valid & block.chroma.ready)),
    ]
    return m, [*_free_flags(m, block.luma), block.luma.valid, block.chroma.valid, block.o.ready]


def split() -> Property:
    """Split in 4:2:2: stream rules; luma n is of pixel n, chroma n of the pixels 2n and 2n + 1."""
    m = module()
    m.submodules.block = block = Split(SMALL, "ycbcr422")
    ways = block.luma, block.chroma
    m.d.comb += [Assume(holds(m, block.i)), *(Assert(holds(m, way)) for way in ways)]
    taken, luma, chroma = (_counter(m, port) for port in (block.i, *ways))
    y, sample = block.luma.payload.pixels[0][0], block.chroma.payload.sample
    running, both_ready = Signal(), Signal(2)  # from the second clock on; for the last two clocks
    m.d.sync += [
        running.eq(1),
        both_ready.eq(Cat(block.luma.ready & block.chroma.ready, both_ready)),
    ]
    m.d.comb += [
        *(number.eq(taken) for number in block.i.payload.pixels[0]),
        Assert(~block.luma.valid | (y == luma)),
        Assert(~block.chroma.valid | (sample[0] == (chroma << 1)[:BITS])),
        Assert(~block.chroma.valid | (sample[1] == ((chroma << 1) | 1)[:BITS])),
        Assert((taken - luma)[:BITS] <= 2),
        # If both ways are free, the input goes on.
        Assert(~(running & both_ready.all()) | block.i.ready | ~block.i.valid),
    ]
    return m, [*_free_flags(m, block.i), block.i.valid, block.luma.ready, block.chroma.ready]


def two_ways(room: int = WAITS_FOR["luma"] + 1) -> Property:
    """Split, two ways, join: no deadlock while each way has room for what the other waits for.

    A way stands for the chain or for the enlarger of the chroma, see ``_way``; ``room`` is that of
    the chroma. If source and sink are willing, a payload moves somewhere at least every few clocks.
    As a way holds a limited number of lines, the output cannot rest for ever.
    """
    m = module()
    m.submodules.split = split = Split(SMALL, "ycbcr444")
    m.submodules.join = join = Join(SMALL, "ycbcr444")
    m.d.comb += Assume(holds(m, split.i))
    # Lines have four pixels: more than one way can be ahead by the buffers of the split.
    x, frame_last = Signal(2), Signal(name="free_frame_last")
    with m.If(split.i.valid & split.i.ready):
        m.d.sync += x.eq(x + 1)
    m.d.comb += [
        split.i.payload.line_last.eq(x.all()),
        split.i.payload.frame_last.eq(x.all() & frame_last),
    ]
    lazy = [
        *_way(m, split.luma, join.luma, WAITS_FOR["luma"], WAITS_FOR["luma"] + 1),
        *_way(m, split.chroma, join.chroma, WAITS_FOR["chroma"], room),
    ]
    ports = split.i, split.luma, split.chroma, join.luma, join.chroma, join.o
    moves = Cat(port.valid & port.ready for port in ports).any()
    quiet = Signal(range(10))
    m.d.sync += quiet.eq(Mux(split.i.valid & join.o.ready & ~moves, quiet + 1, 0))
    m.d.comb += Assert(quiet < 8)
    return m, [frame_last, split.i.valid, join.o.ready, *lazy]


def _way(
    m: Module, i: stream.Interface, o: stream.Interface, waits_for: int, room: int
) -> list[Value]:
    """A way that gives a line when ``waits_for`` lines below it, or the end of its frame, are in.

    It takes pixels while fewer than ``room`` complete lines are in it. It may rest in any clock,
    but only one clock at a time. For one pixel it gives one beat: how many the real ways give makes
    no difference to the question who waits for whom. The result are the choices when to rest.
    """
    lines, ends = Signal(range(room + 1)), Signal(room)  # complete; bit n: line n ends its frame
    takes, gives = Signal(name="free_takes"), Signal(name="free_gives")
    took_rest, gave_rest, x = Signal(), Signal(), Signal(2)
    may_go, leaves, enters = Signal(), Signal(), Signal()
    m.d.comb += [
        may_go.eq((lines > waits_for) | ends.any()),
        i.ready.eq((lines < room) & (takes | took_rest)),
        o.payload.line_last.eq(x.all()),
        o.payload.frame_last.eq(x.all() & ends[0]),
        enters.eq(i.valid & i.ready & i.payload.line_last),
        leaves.eq(o.valid & o.ready & x.all()),
    ]
    m.d.sync += [took_rest.eq(~i.ready), lines.eq(lines + enters - leaves)]
    remaining = Signal(room)
    m.d.comb += remaining.eq(Mux(leaves, ends >> 1, ends))
    m.d.sync += ends.eq(
        remaining | Mux(enters & i.payload.frame_last, 1 << (lines - leaves)[:3], 0)[:room]
    )
    offered = Signal()  # the stream rule: what is offered stays
    m.d.comb += o.valid.eq(may_go & (gives | gave_rest | offered))
    m.d.sync += [gave_rest.eq(~o.valid), offered.eq(o.valid & ~o.ready)]
    with m.If(o.valid & o.ready):
        m.d.sync += x.eq(x + 1)
    return [takes, gives]


def hold() -> Property:
    """Hold: stream rules, nothing lost; a line goes when the next one is in, and not before."""
    m = module()
    m.submodules.block = block = HoldLines(1, 2)
    m.d.comb += [Assume(holds(m, block.i)), Assert(holds(m, block.o))]
    equal_lines(m, block.i, 2)
    taken, sent = _counter(m, block.i), _counter(m, block.o)
    lines, ends = Signal(BITS), Signal(BITS)  # complete in the block: lines, ends of frames
    entering, leaving = block.i.valid & block.i.ready, block.o.valid & block.o.ready
    m.d.sync += [
        lines.eq(
            lines + (entering & block.i.payload.line_last) - (leaving & block.o.payload.line_last)
        ),
        ends.eq(
            ends + (entering & block.i.payload.frame_last) - (leaving & block.o.payload.frame_last)
        ),
    ]
    may_go, waited = Signal(), Signal(range(4))
    m.d.comb += may_go.eq((lines >= 2) | (ends != 0))
    m.d.sync += waited.eq(Mux(may_go & ~block.o.valid, waited + 1, 0))
    m.d.comb += [
        block.i.payload.pixels[0][0].eq(taken),
        Assert(~block.o.valid | (block.o.payload.pixels[0][0] == sent)),
        Assert(~block.o.valid | may_go),
        Assert(waited < block.delay()),
    ]
    return m, [*_free_flags(m, block.i), block.i.valid, block.o.ready]


def chroma_lines() -> Property:
    """Line memory of the chroma: takes and frees lines in order, and always goes on with credit."""
    m = module()
    m.submodules.block = block = ChromaLines(SMALL)
    m.d.comb += Assume(holds(m, block.i))
    equal_lines(m, block.i, 2)
    # A line may come out if the two below it are in, or its frame has ended.
    lines, ends, half = Signal(BITS), Signal(BITS), Signal()
    entering, out = block.i.valid & block.i.ready, block.o.payload
    left = block.o.valid & out.line_last & half  # the last HR line of an LR line
    m.d.sync += [
        lines.eq(lines + (entering & block.i.payload.line_last) - left),
        ends.eq(ends + (entering & block.i.payload.frame_last) - (block.o.valid & out.frame_last)),
        half.eq(half ^ (block.o.valid & out.line_last)),
    ]
    quiet, longest = Signal(range(16)), block.first_delay(SMALL) + 1
    busy = (lines > 2) | (ends != 0)
    m.d.sync += quiet.eq(Mux(busy & block.credit & ~block.o.valid, quiet + 1, 0))
    m.d.comb += [
        Assert(~block.o.valid | busy),
        Assert(~(block.o.valid & out.frame_last) | (ends != 0)),
        Assert(quiet <= longest),
        Assert(block.i.ready | (lines != 0)),
    ]
    return m, [Value.cast(block.i.payload), block.i.valid, block.credit]
