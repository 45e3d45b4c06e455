"""Line writer: from blocks to HR lines in raster order."""

from amaranth.hdl import Array, Assert, Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import connect

from hw.layouts import delayed
from hw.output.credits import credit_available
from hw.output.gather import collect_channels
from hw.output.gearbox import Gearbox, word_layout
from hw.output.writer import writer_signature
from hw.params import StageParams

LINES = 4
"""LR lines that may be between the scheduler and the output."""

QUEUED = 8
"""Words on the way from the memories to the gearbox, and waiting for it: two clocks each for the
memories, for the queue and for its room to be known make 6, a word a clock."""


class LineWriter(wiring.Component):
    """Write the blocks of an LR line side by side, read r HR lines out, a beat after the other.

    The memory is a ring of words of ``word_columns`` blocks, twice the longest line; a line is read
    when it is whole, row by row, and its words are free again as its last row is read. Room is
    granted before a window starts, so a block that comes always has its place.

    ``columns`` blocks at a time, in as many clocks as there are colour steps; one beat per clock at
    best. Stops when ``o`` is not taken, but always takes ``i``.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    room : Out(1)
        Whether windows may start.
    start, start_last : In(1)
        Windows start; they are the last of their line.
    i : In(stream of block_layout), always ready
        HR samples of what is worked on.
    tag : In(tag_layout)
        What they are, in the same clock.
    o : Out(stream of beat_layout)
        HR lines.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(writer_signature(params))

    @property
    def words(self) -> int:
        """Words of the ring."""
        return 2 * self.params.line_words

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        line = data.StructLayout(
            {
                "words": range(params.line_words),  # less one
                "columns": range(max(2, params.word_columns)),  # of the last word, less one
                "frame_last": 1,
            }
        )
        m.submodules.lines = lines = SyncFIFOBuffered(width=line.size, depth=LINES)
        word_freed, line_freed = Signal(), Signal()
        self._grant_room(m, word_freed, line_freed)
        opens_word, memories = self._write(m, lines, line)
        queue = self._read(m, lines, line, memories, word_freed, line_freed)
        if platform == "formal":
            held = Signal(range(self.words + 1))
            m.d.sync += held.eq(held + opens_word - word_freed)
            m.d.comb += Assert(~opens_word | (held < self.words))
            m.d.comb += Assert(~lines.w_en | lines.w_rdy)
            m.d.comb += Assert(~queue.w_en | queue.w_rdy)
        return m

    def _grant_room(self, m: Module, word_freed: Signal, line_freed: Signal) -> None:
        """Windows that open a word take a word, those that open a line take a line."""
        params = self.params
        column = Signal(range(max(2, params.word_columns)))
        opens_line = Signal(init=1)
        opens_word = column == 0
        word_left = credit_available(m, self.words, self.start & opens_word, word_freed)
        line_left = credit_available(m, LINES, self.start & opens_line, line_freed)
        m.d.comb += self.room.eq(~opens_word | (word_left & (~opens_line | line_left)))
        with m.If(self.start):
            m.d.sync += opens_line.eq(self.start_last)
            if params.word_columns > params.columns:
                ends_word = self.start_last | (column == params.word_columns - params.columns)
                m.d.sync += column.eq(Mux(ends_word, 0, column + params.columns))

    def _write(
        self, m: Module, lines: SyncFIFOBuffered, line: data.Layout
    ) -> tuple[Signal, list[list[Memory]]]:
        """Blocks go into the memories of their columns within the word, one for each row.

        Returns whether a word is opened in this clock, and the memories.
        """
        params = self.params
        row_bits = params.scale * params.pixel_out.size
        address = Signal(range(self.words))
        column = Signal(range(max(2, params.word_columns)))
        words = Signal(range(params.line_words))

        pixels, complete = collect_channels(m, params, self.i, self.tag.colour_step)
        memories = []
        for y in range(params.scale):
            row = slice(params.scale * y, params.scale * (y + 1))
            of_row = []
            for c in range(params.word_columns):
                memory = Memory(shape=row_bits, depth=self.words, init=[])
                m.submodules[f"row{y}_column{c}"] = memory
                write = memory.write_port()
                place = c % params.columns
                m.d.comb += [
                    write.addr.eq(address),
                    write.data.eq(Cat(pixels[place][row])),
                    write.en.eq(complete & (column == c - place)),
                ]
                of_row.append(memory)
            memories.append(of_row)

        entry = data.View(line, lines.w_data)
        m.d.comb += [
            entry.words.eq(words),
            entry.columns.eq(column + params.columns - 1),
            entry.frame_last.eq(self.tag.frame_last),
            lines.w_en.eq(complete & self.tag.line_last),
        ]
        with m.If(complete):
            ends_word = (column == params.word_columns - params.columns) | self.tag.line_last
            if params.word_columns > params.columns:
                m.d.sync += column.eq(Mux(ends_word, 0, column + params.columns))
            with m.If(ends_word):
                m.d.sync += [
                    words.eq(words + 1),
                    address.eq(Mux(address == self.words - 1, 0, address + 1)),
                ]
            with m.If(self.tag.line_last):
                m.d.sync += words.eq(0)
        return complete & (column == 0), memories

    def _read(
        self,
        m: Module,
        lines: SyncFIFOBuffered,
        line: data.Layout,
        memories: list[list[Memory]],
        word_freed: Signal,
        line_freed: Signal,
    ) -> SyncFIFOBuffered:
        """Words of a line, once for each HR row, through the gearbox.

        Returns the queue in front of that.
        """
        params = self.params
        # The memories lie far away, so nothing tells them to wait: what they answer has a place in
        # the queue before it is read.
        layout = word_layout(params)
        m.submodules.queue = queue = SyncFIFOBuffered(width=layout.size, depth=QUEUED)
        m.submodules.gearbox = gearbox = Gearbox(params)
        connect(m, gearbox.o, wiring.flipped(self.o))
        # A line's entry is taken from its queue into registers, and what drops it there is one too:
        # neither the queue's counters nor its memory wait for `ready`. The clock in which it is
        # dropped shows nothing new; only lines that are read in a single one lose it.
        entry, holds, dropped = Signal(line, reset_less=True), Signal(), Signal()
        start, address = Signal(range(self.words)), Signal(range(self.words))
        word, row = Signal(range(params.line_words)), Signal(range(params.scale))
        read, take, left = Signal(), Signal(), Signal()
        word_last, row_last = word == entry.words, row == params.scale - 1
        after = Mux(address == self.words - 1, 0, address + 1)
        m.d.comb += [
            left.eq(credit_available(m, QUEUED, read, queue.r_rdy & queue.r_en)),
            read.eq(holds & left),
            word_freed.eq(read & row_last),
            take.eq((word_freed & word_last) | ~holds),
            line_freed.eq(dropped),
            lines.r_en.eq(dropped),
        ]
        fresh = lines.r_rdy & ~dropped
        m.d.sync += dropped.eq(take & fresh)
        with m.If(take):
            m.d.sync += [entry.eq(lines.r_data), holds.eq(fresh)]
        with m.If(read):
            m.d.sync += [word.eq(word + 1), address.eq(after)]
            with m.If(word_last):
                m.d.sync += [word.eq(0), row.eq(row + 1), address.eq(start)]
                with m.If(row_last):
                    m.d.sync += [row.eq(0), address.eq(after), start.eq(after)]

        # The memory answers a clock later; a further one later the answer is in registers.
        tags = Signal(data.StructLayout({"row": range(params.scale), "word": layout}))
        m.d.comb += [
            tags.row.eq(row),
            tags.word.columns.eq(entry.columns),
            tags.word.line_last.eq(word_last),
            tags.word.frame_last.eq(word_last & row_last & entry.frame_last),
        ]
        kept = delayed(m, tags, 2)
        rows = []
        for of_row in memories:
            ports = [memory.read_port() for memory in of_row]
            m.d.comb += [port.addr.eq(address) for port in ports]
            rows.append(delayed(m, Cat(port.data for port in ports), 1))
        answer = data.View(layout, queue.w_data)
        m.d.comb += [
            answer.eq(kept.word),
            answer.pixels.as_value().eq(Array(rows)[kept.row]),
            queue.w_en.eq(delayed(m, read, 2, reset=True)),
            gearbox.i.payload.eq(data.View(layout, queue.r_data)),
            gearbox.i.valid.eq(queue.r_rdy),
            queue.r_en.eq(gearbox.i.ready),
        ]
        return queue
