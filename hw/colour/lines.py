"""The line memory of the chroma: LR lines in, and r times the rows around each of them out."""

from functools import reduce
from operator import or_

from amaranth.hdl import Array, Assert, Cat, Module, Mux, Shape, Signal, Value
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.colour.params import TAPS, ChromaParams
from hw.pipeline import delayed
from sw.pictures.colour_formats import REACH


def sample_layout(params: ChromaParams) -> data.StructLayout:
    """An LR sample in raster order, with the flags of the last one of a line and of a frame."""
    sample = data.ArrayLayout(Shape.cast(params.values), params.components)
    return data.StructLayout({"sample": sample, "line_last": 1, "frame_last": 1})


def rows_layout(params: ChromaParams) -> data.StructLayout:
    """A word of ``columns`` samples of the rows around an LR line.

    ``rows`` and ``phase`` are as in :class:`hw.colour.interpolate.RowInterpolator`, the other
    members are ``params.flags``. In the last word of a line, the samples outside of the picture
    repeat its last one.
    """
    return data.StructLayout(
        {
            "rows": data.ArrayLayout(params.samples(params.values, params.columns), TAPS),
            "phase": range(max(2, params.phases)),
            **params.flags,
        }
    )


class ChromaLines(wiring.Component):
    """Store LR lines, and give the five rows around each line r times, once for each HR line.

    Rows above the first line and below the last one repeat it. A line comes out as soon as the two
    lines below it are in, or the frame has ended.

    In: one sample per clock; stalls while the memory is full, that is, while ``slots`` - 2 lines
    wait to be worked on. Out: one word per clock while ``credit`` is high; latency
    ``delay(params)`` clocks from a clock with ``credit``. The first word of a line comes
    ``first_delay(params)`` clocks after the sample that the line waited for.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream of sample_layout)
        Lines of a frame, all of one length up to ``max_width`` samples.
    credit : In(1)
        Whether a word may be read in this clock; it comes out later in any case.
    reads : Out(1)
        Whether a word is read in this clock.
    o : Out(stream of rows_layout), always ready
    """

    def __init__(self, params: ChromaParams) -> None:
        assert params.depth >= 2
        assert params.scale >= 2  # so that two clocks lie between two centres
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(sample_layout(params))),
                "credit": In(1),
                "reads": Out(1),
                "o": Out(stream.Signature(rows_layout(params), always_ready=True)),
            }
        )

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from the read of a word to the word at ``o``."""
        return 3

    @staticmethod
    def first_delay(params: ChromaParams) -> int:
        """Clocks from a sample at ``i`` to the first word at ``o`` that had to wait for it."""
        return 2 + ChromaLines.delay(params)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        words, slots = params.words, params.slots
        word = params.samples(params.values, params.columns)

        # Line n of the stream lies in bank n mod 5, so that the five rows are read at a time. What
        # the blocks must know of a line is kept in registers, by its slot.
        memories = []
        for bank in range(TAPS):
            memory = Memory(shape=word, depth=params.depth * words, init=[])
            m.submodules[f"bank{bank}"] = memory
            memories.append((memory.write_port(), memory.read_port()))
        last_words = Array(
            Signal(range(words), name=f"last_word{n}", reset_less=True) for n in range(slots)
        )
        last_columns = Array(
            Signal(range(max(2, params.columns)), name=f"last_column{n}", reset_less=True)
            for n in range(slots)
        )
        frame_lasts = Array(Signal(name=f"frame_last{n}", reset_less=True) for n in range(slots))

        # Writing: samples are collected to a word. Those behind the last one of a line repeat it.
        # Bit n: more than n lines are complete, from the one that is worked on. One bit decides
        # what a count would have to be compared for.
        more_than = Signal(slots - REACH)
        completes, advances = Signal(), Signal()
        slot, bank = Signal(range(slots)), Signal(TAPS, init=1)  # of the line that comes in
        base = Signal(range(params.depth * words))  # its address in its bank
        x, column = Signal(range(words)), Signal(range(max(2, params.columns)))
        collected = Signal(word, reset_less=True)
        i = self.i.payload
        taken, full = Signal(), Signal()
        m.d.comb += [
            self.i.ready.eq(~more_than[-1]),
            taken.eq(self.i.valid & self.i.ready),
            full.eq((column == params.columns - 1) | i.line_last),
            completes.eq(taken & i.line_last),
        ]
        # A register in front of the banks, which lie far apart. A line is read two clocks after its
        # last sample at the earliest.
        enables = Signal(TAPS)
        address = Signal(range(params.depth * words), reset_less=True)
        stored = Signal(word, reset_less=True)
        m.d.sync += [enables.eq(Mux(taken & full, bank, 0)), address.eq(base + x)]
        for c in range(params.columns):
            m.d.sync += stored[c].eq(Mux(c < column, collected[c], i.sample))
        for n, (write, _) in enumerate(memories):
            m.d.comb += [write.addr.eq(address), write.en.eq(enables[n]), write.data.eq(stored)]
        with m.If(taken):
            for c in range(params.columns):
                with m.If(column == c):
                    m.d.sync += collected[c].eq(i.sample)
            m.d.sync += column.eq(Mux(full, 0, column + 1))
            with m.If(full):
                m.d.sync += x.eq(x + 1)
        with m.If(completes):
            m.d.sync += [
                last_words[slot].eq(x),
                last_columns[slot].eq(column),
                frame_lasts[slot].eq(i.frame_last),
                x.eq(0),
                slot.eq(_next(slot, slots)),
                bank.eq(bank.rotate_left(1)),
            ]
            with m.If(bank[-1]):
                m.d.sync += base.eq(_next(base, params.depth * words, words))
        with m.If(completes & ~advances):
            m.d.sync += more_than.eq(Cat(1, more_than))
        with m.Elif(advances & ~completes):
            m.d.sync += more_than.eq(more_than >> 1)

        # Reading: the centre is the line that is worked on, r times.
        centre, after = Signal(range(slots)), Signal(range(slots), init=1)
        third = Signal(range(slots), init=2)  # the line after the line after the centre
        centre_bank = Signal(TAPS, init=1)
        # Where the row of a bank begins; first those of the lines 0, 1, 2, -2 and -1.
        starts = [0 if n <= REACH else (params.depth - 1) * words for n in range(TAPS)]
        bases = [
            Signal(range(params.depth * words), name=f"base{n}", init=start)
            for n, start in enumerate(starts)
        ]
        above = Signal(range(REACH + 1))  # rows of the picture
        line, read_x = Signal(range(max(2, params.scale))), Signal(range(words))
        is_last, next_is_last, third_is_last = Signal(), Signal(), Signal()
        step, line_last = Signal(), Signal()
        # What decides about the centre is worked out a clock ahead, and so it is for the line after
        # it: no clock is lost between the two.
        state = data.StructLayout(
            {"ready": 1, "below": range(REACH + 1), "last_word": range(words)}
        )
        now, upcoming = Signal(state), Signal(state)
        m.d.comb += [
            is_last.eq(frame_lasts[centre]),
            next_is_last.eq(frame_lasts[after]),
            third_is_last.eq(frame_lasts[third]),
            step.eq(now.ready & self.credit),
            line_last.eq(read_x == now.last_word),
            advances.eq(step & line_last & (line == params.scale - 1)),
        ]
        m.d.sync += [
            now.ready.eq(_rows_are_in(more_than, is_last, next_is_last)),
            now.below.eq(Mux(is_last, 0, Mux(next_is_last, 1, REACH))),
            now.last_word.eq(last_words[centre]),
            upcoming.ready.eq(_rows_are_in(more_than[1:], next_is_last, third_is_last)),
            upcoming.below.eq(Mux(next_is_last, 0, Mux(third_is_last, 1, REACH))),
            upcoming.last_word.eq(last_words[after]),
        ]
        with m.If(step):
            m.d.sync += read_x.eq(read_x + 1)
            with m.If(line_last):
                m.d.sync += [read_x.eq(0), line.eq(line + 1)]
        with m.If(advances):
            m.d.sync += [
                line.eq(0),
                centre.eq(after),
                after.eq(third),
                third.eq(_next(third, slots)),
                now.eq(upcoming),
                centre_bank.eq(centre_bank.rotate_left(1)),
                above.eq(Mux(is_last, 0, Mux(above == REACH, REACH, above + 1))),
            ]
            # The bank of the line that is no longer needed goes on to the line three below.
            for n in range(TAPS):
                with m.If(centre_bank[(n + REACH) % TAPS]):
                    m.d.sync += bases[n].eq(_next(bases[n], params.depth * words, words))

        # Which bank a row comes from: one select line for each bank, constant within a line.
        mirrored = line >= params.phases
        selects = Signal(data.ArrayLayout(TAPS, TAPS), reset_less=True)
        flags = Signal(
            data.StructLayout({"phase": range(max(2, params.phases)), **params.flags}),
            reset_less=True,
        )
        for row in range(TAPS):
            upright = _clamped(row - REACH, centre_bank, above, now.below)
            reverse = _clamped(REACH - row, centre_bank, above, now.below)
            m.d.sync += selects[row].eq(Mux(mirrored, reverse, upright))
        m.d.sync += [
            flags.phase.eq(Mux(mirrored, params.scale - 1 - line, line)),
            flags.last_column.eq(last_columns[centre]),
            flags.line_last.eq(line_last),
            flags.frame_last.eq(line_last & is_last & (line == params.scale - 1)),
        ]
        read_words = []
        for n, (_, read) in enumerate(memories):
            answer = Signal(word, name=f"answer{n}", reset_less=True)
            m.d.comb += [read.addr.eq(bases[n] + read_x), read.en.eq(1)]
            m.d.sync += answer.eq(read.data)
            read_words.append(answer)
        late_selects, late_flags = delayed(m, selects, 1), delayed(m, flags, 1)
        for row in range(TAPS):
            chosen = reduce(
                or_,
                (
                    Mux(late_selects[row][n], Value.cast(answer), 0)
                    for n, answer in enumerate(read_words)
                ),
            )
            m.d.sync += Value.cast(self.o.payload.rows[row]).eq(chosen)
        m.d.sync += [
            getattr(self.o.payload, name).eq(getattr(late_flags, name))
            for name in ("phase", *params.flags)
        ]
        m.d.comb += self.reads.eq(step)
        m.d.comb += self.o.valid.eq(delayed(m, step, self.delay(params), reset=True))
        if platform == "formal":
            m.d.comb += Assert((more_than & (more_than + 1)) == 0)
            m.d.comb += [Assert(~completes | ~more_than[-1]), Assert(~advances | more_than[0])]
        return m


def _next(value: Signal, count: int, step: int = 1) -> Value:
    """``value`` + ``step``, or 0 if that is ``count``."""
    return Mux(value == count - step, 0, value + step)


def _rows_are_in(more_than: Value, is_last: Value, next_is_last: Value) -> Value:
    """Whether the two lines below the first of the complete ones are in, or do not exist.

    Bit n of ``more_than`` says whether more than n lines are complete.
    """
    return more_than[REACH] | (more_than[0] & is_last) | (more_than[1] & next_is_last)


def _clamped(offset: int, bank: Signal, above: Signal, below: Signal) -> Value:
    """The bank of the row at ``offset`` from the row in ``bank``, or of the nearest in the picture.

    Banks are one-hot.
    """
    chosen: Value = bank
    limit = below if offset > 0 else above
    for distance in range(1, abs(offset) + 1):
        moved = bank.rotate_left(distance if offset > 0 else -distance)
        chosen = Mux(limit >= distance, moved, chosen)
    return chosen
