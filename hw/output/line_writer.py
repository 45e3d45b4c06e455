"""Line writer: from blocks to HR lines in raster order."""

from amaranth.hdl import Array, Assert, Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import connect

from hw.output.gearbox import Gearbox, word_layout
from hw.output.writer import collect_channels, writer_signature
from hw.params import StageParams
from hw.pipeline import credit_available, delayed

LINES = 4
"""Most LR lines between the scheduler and the output."""

QUEUED = 8
"""Words between the reading of the memories and the gearbox. The memories, the queue and the return
of a credit take two clocks each, so six words are in flight at one word per clock."""


class LineWriter(wiring.Component):
    """Write the blocks of an LR line side by side, then read r HR lines beat by beat.

    The memory is a ring of words of ``word_columns`` blocks, with space for two of the longest
    lines. A line is read when it is complete, HR row by HR row; its words are free again when its
    last row has been read. A credit is given before a beat of windows starts, so there is always
    space for the blocks at ``i``.

    Takes a beat of ``columns`` blocks in as many clocks as there are colour steps; gives one beat
    per clock. The first beat of a line comes ``delay(params)`` clocks after its last block. Stalls
    while ``o`` is not taken: gives no more credit, but always takes ``i``.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    credit : Out(1)
        There is space for the blocks of another beat of windows.
    start, start_last : In(1)
        A beat of windows starts and uses up a credit; it is the last of its line.
    i : In(stream of block_layout), always ready
        HR samples of one colour step.
    tag : In(tag_layout)
        Label of the blocks at ``i``.
    o : Out(stream of beat_layout)
        HR lines.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(writer_signature(params))

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the last block of a line at ``i`` to its first beat at ``o``."""
        queue_of_lines, entry, memories, queue_of_words = 2, 1, 2, 2
        return queue_of_lines + entry + memories + queue_of_words + Gearbox.delay(params)

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
        self._give_credit(m, word_freed, line_freed)
        opens_word, memories = self._write(m, lines, line)
        queue = self._read(m, lines, line, memories, word_freed, line_freed)
        if platform == "formal":
            held = Signal(range(params.ring_words + 1))
            m.d.sync += held.eq(held + opens_word - word_freed)
            m.d.comb += Assert(~opens_word | (held < params.ring_words))
            m.d.comb += Assert(~lines.w_en | lines.w_rdy)
            m.d.comb += Assert(~queue.w_en | queue.w_rdy)
        return m

    def _give_credit(self, m: Module, word_freed: Signal, line_freed: Signal) -> None:
        """The first beat of windows in a word takes a word, the first in a line takes a line."""
        params = self.params
        column = Signal(range(max(2, params.word_columns)))
        opens_line = Signal(init=1)
        opens_word = column == 0
        # The counters belong to the window, far from the reader: a register for the way.
        word_returned = delayed(m, word_freed, 1, reset=True)
        line_returned = delayed(m, line_freed, 1, reset=True)
        word_left = credit_available(m, params.ring_words, self.start & opens_word, word_returned)
        line_left = credit_available(m, LINES, self.start & opens_line, line_returned)
        m.d.comb += self.credit.eq(~opens_word | (word_left & (~opens_line | line_left)))
        with m.If(self.start):
            m.d.sync += opens_line.eq(self.start_last)
            if params.word_columns > params.columns:
                ends_word = self.start_last | (column == params.word_columns - params.columns)
                m.d.sync += column.eq(Mux(ends_word, 0, column + params.columns))

    def _write(
        self, m: Module, lines: SyncFIFOBuffered, line: data.Layout
    ) -> tuple[Signal, list[list[Memory]]]:
        """Write blocks to the memories: one memory for each HR row and each column of a word.

        Returns whether a block opens a word in this clock, and the memories by row and column.
        """
        params = self.params
        row_bits = params.scale * params.pixel_out.size
        address = Signal(range(params.ring_words))
        column = Signal(range(max(2, params.word_columns)))
        words = Signal(range(params.line_words))

        pixels, complete = collect_channels(m, params, self.i, self.tag.colour_step)
        memories = []
        for y in range(params.scale):
            row = slice(params.scale * y, params.scale * (y + 1))
            row_memories = []
            for c in range(params.word_columns):
                memory = Memory(shape=row_bits, depth=params.ring_words, init=[])
                m.submodules[f"row{y}_column{c}"] = memory
                write = memory.write_port()
                beat_column = c % params.columns
                m.d.comb += [
                    write.addr.eq(address),
                    write.data.eq(Cat(pixels[beat_column][row])),
                    write.en.eq(complete & (column == c - beat_column)),
                ]
                row_memories.append(memory)
            memories.append(row_memories)

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
                    address.eq(Mux(address == params.ring_words - 1, 0, address + 1)),
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
        """Read the words of a line once for each HR row, and send them through the gearbox.

        Returns the queue of words in front of the gearbox.
        """
        params = self.params
        # The memories are spread over the chip, too far away to be stalled. Instead a word is read
        # only if the queue has space for it.
        layout = word_layout(params)
        m.submodules.queue = queue = SyncFIFOBuffered(width=layout.size, depth=QUEUED)
        m.submodules.gearbox = gearbox = Gearbox(params)
        connect(m, gearbox.o, wiring.flipped(self.o))
        # The line's entry and its pop strobe are registered, so that no path leads from `ready` to
        # the counters and the memory of the FIFO. In the clock of the strobe the FIFO still shows
        # the old entry; this costs a clock only in lines that are read in a single clock.
        entry, holds, popped = Signal(line, reset_less=True), Signal(), Signal()
        start = Signal(range(params.ring_words))
        address = Signal(range(params.ring_words))
        word, row = Signal(range(params.line_words)), Signal(range(params.scale))
        read, take, queue_left = Signal(), Signal(), Signal()
        word_last, row_last = word == entry.words, row == params.scale - 1
        next_address = Mux(address == params.ring_words - 1, 0, address + 1)
        m.d.comb += [
            queue_left.eq(credit_available(m, QUEUED, read, queue.r_rdy & queue.r_en)),
            read.eq(holds & queue_left),
            word_freed.eq(read & row_last),
            take.eq((word_freed & word_last) | ~holds),
            line_freed.eq(popped),
            lines.r_en.eq(popped),
        ]
        is_new = lines.r_rdy & ~popped
        m.d.sync += popped.eq(take & is_new)
        with m.If(take):
            m.d.sync += [entry.eq(lines.r_data), holds.eq(is_new)]
        with m.If(read):
            m.d.sync += [word.eq(word + 1), address.eq(next_address)]
            with m.If(word_last):
                m.d.sync += [word.eq(0), row.eq(row + 1), address.eq(start)]
                with m.If(row_last):
                    m.d.sync += [row.eq(0), address.eq(next_address), start.eq(next_address)]

        # A memory answers after one clock, and a register behind it makes two.
        asked = Signal(data.StructLayout({"row": range(params.scale), "word": layout}))
        m.d.comb += [
            asked.row.eq(row),
            asked.word.columns.eq(entry.columns),
            asked.word.line_last.eq(word_last),
            asked.word.frame_last.eq(word_last & row_last & entry.frame_last),
        ]
        answered = delayed(m, asked, 2)
        rows = []
        for row_memories in memories:
            ports = [memory.read_port() for memory in row_memories]
            m.d.comb += [port.addr.eq(address) for port in ports]
            rows.append(delayed(m, Cat(port.data for port in ports), 1))
        queued = data.View(layout, queue.w_data)
        m.d.comb += [
            queued.eq(answered.word),
            queued.pixels.as_value().eq(Array(rows)[answered.row]),
            queue.w_en.eq(delayed(m, read, 2, reset=True)),
            gearbox.i.payload.eq(data.View(layout, queue.r_data)),
            gearbox.i.valid.eq(queue.r_rdy),
            queue.r_en.eq(gearbox.i.ready),
        ]
        return queue
