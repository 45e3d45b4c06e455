"""Table loader: takes a packed table word by word, checks it, and copies it into the banks."""

from amaranth.hdl import Array, Cat, Const, Module, Mux, Signal
from amaranth.lib import crc, enum, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.core_params import CoreParams
from hw.layouts import load_bus_layout
from hw.pipeline import delayed
from sw.tables import banks
from sw.tables.pack import FRAME_WORDS, LETTERS, entry_words, packed, row_words, shape_digest


class State(enum.Enum, shape=2):
    """What the loader does."""

    IDLE = 0
    LOADING = 1
    WAITING = 2
    """The table is right, and waits for ``copy``."""
    COPYING = 3


class Refusal(enum.Enum, shape=3):
    """Why the last table was refused."""

    NONE = 0
    LENGTH = 1
    FORMAT = 2
    SHAPE = 3
    CHECKSUM = 4


class TableLoader(wiring.Component):
    """Load a packed table (see :mod:`sw.tables.pack`) and copy it into the banks of the core.

    The words go into a memory of the loader first, so that the table in use stays until all of them
    have come and the checksum is right. ``copy`` starts the copying, a word in a clock, and a clock
    for each group of tables. Words and ``commit`` have no effect but while the loader is loading,
    ``start`` has none while it copies.

    A reset forgets a table that is loaded or waits, but copying goes on: it would leave the banks
    half written otherwise.

    Parameters
    ----------
    params : CoreParams

    Members
    -------
    start : In(1)
        Begin to load a table.
    word : In(32)
        The next word of it, in each clock in which ``word_valid`` is 1.
    word_valid : In(1)
    commit : In(1)
        The table is complete: check it. Comes at least one clock after the last word.
    copy : In(1)
        Copy the table, which waits; no frame is in the core, and none enters while ``copying``.
    state : Out(State)
    waiting, copying : Out(1)
        Whether ``state`` is this.
    refused : Out(Refusal)
        Why the last table was refused.
    words : Out(24)
        Words since the start; stays at its largest value.
    load : Out(load_bus_layout)
        For the core.
    loaded, refusing : Out(1)
        A table is in use from now on; a table is refused: for one clock.
    checksum : Out(32)
        Last word of the packed table in use.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        super().__init__(
            {
                "start": In(1),
                "word": In(32),
                "word_valid": In(1),
                "commit": In(1),
                "copy": In(1),
                "state": Out(State),
                "waiting": Out(1),
                "copying": Out(1),
                "refused": Out(Refusal),
                "words": Out(24),
                "load": Out(load_bus_layout(params.stages)),
                "loaded": Out(1),
                "refusing": Out(1),
                "checksum": Out(32),
            }
        )

    @property
    def length(self) -> int:
        """Words of a packed table."""
        return entry_words(self.params.upsampler) + FRAME_WORDS

    def elaborate(self, platform: object) -> Module:
        m = Module()
        upsampler = self.params.upsampler
        m.submodules.storage = storage = Memory(shape=32, depth=self.length - FRAME_WORDS, init=[])
        m.submodules.crc = check = crc.catalog.CRC32_ISO_HDLC(data_width=32).create()
        loading, taken = Signal(), Signal()
        write = storage.write_port()
        last_word = Signal(32, reset_less=True)
        is_packed, has_shape = Signal(), Signal()
        is_entry = Signal()  # the next word is an entry
        m.d.comb += [
            taken.eq(loading & self.word_valid),
            check.start.eq(self.start),
            check.data.eq(self.word),
            check.valid.eq(taken),
            write.data.eq(self.word),
            write.en.eq(taken & is_entry),
        ]
        with m.If(taken):
            m.d.sync += [
                self.words.eq(Mux(self.words.all(), self.words, self.words + 1)),
                write.addr.eq(Mux(is_entry, write.addr + 1, 0)),
                last_word.eq(self.word),
            ]
            with m.If(is_entry & (write.addr == storage.depth - 1)):
                m.d.sync += is_entry.eq(0)
            with m.If(self.words == 0):
                m.d.sync += is_packed.eq(self.word == int.from_bytes(LETTERS, "little"))
            with m.If(self.words == 1):
                m.d.sync += [has_shape.eq(self.word == shape_digest(upsampler)), is_entry.eq(1)]
        reason = Signal(Refusal)
        with m.If(~is_packed & (self.words != 0)):
            m.d.comb += reason.eq(Refusal.FORMAT)
        with m.Elif(~has_shape & (self.words > 1)):
            m.d.comb += reason.eq(Refusal.SHAPE)
        with m.Elif(self.words != self.length):
            m.d.comb += reason.eq(Refusal.LENGTH)
        with m.Elif(~check.match_detected):
            m.d.comb += reason.eq(Refusal.CHECKSUM)
        m.d.sync += [self.loaded.eq(0), self.refusing.eq(0)]
        with m.If(loading & self.commit):
            m.d.sync += [
                loading.eq(0),
                self.refused.eq(reason),
                self.refusing.eq(reason != Refusal.NONE),
                self.waiting.eq(reason == Refusal.NONE),
            ]
        with m.If(self.start & ~self.copying):
            m.d.sync += [
                loading.eq(1),
                is_entry.eq(0),
                self.waiting.eq(0),
                self.words.eq(0),
                self.refused.eq(Refusal.NONE),
            ]
        with m.If(self.copy):
            m.d.sync += [self.waiting.eq(0), loading.eq(0)]
        self._copy(m, storage, last_word)
        m.d.comb += self.state.eq(
            Mux(self.copying, State.COPYING, Cat(loading, self.waiting & ~loading))
        )
        return m

    def _copy(self, m: Module, storage: Memory, last_word: Signal) -> None:
        """Copy the entries into the banks: words of a row, rows, banks, groups."""
        groups = [group for params in self.params.stages for group in params.groups]
        fields = [banks.row_fields(group.table) for group in groups]
        digits = max(map(len, fields))
        # The last values of the counters: word of a row, fields of a row's number, bank.
        ends = [
            [
                row_words(group.tables) - 1,
                *(count - 1 for count, _ in field),
                *[0] * (digits - len(field)),
                group.banks - 1,
            ]
            for group, field in zip(groups, fields, strict=True)
        ]
        copying = Signal(reset_less=True)
        checksum = Signal(
            32,
            init=int.from_bytes(packed(self.params.upsampler)[-4:], "little"),
            reset_less=True,
        )
        number = Signal(range(len(groups)), reset_less=True)
        counters, limits = [], []
        for n, values in enumerate(zip(*ends, strict=True)):
            counters.append(Signal(range(max(values) + 1), name=f"counter{n}", reset_less=True))
            limit = Signal(range(max(values) + 1), name=f"limit{n}", reset_less=True)
            m.d.sync += limit.eq(Array(Const(value, limit.shape()) for value in values)[number])
            limits.append(limit)
        known = Signal(reset_less=True)  # limits are those of the group
        is_last = [counter == limit for counter, limit in zip(counters, limits, strict=True)]
        moves, group_last = Signal(), Signal()
        m.d.comb += [moves.eq(copying & known), group_last.eq(Cat(is_last).all())]

        read = storage.read_port()
        place = Signal(range(storage.depth), reset_less=True)
        m.d.comb += read.addr.eq(place)
        m.d.sync += known.eq(copying & ~(moves & group_last))
        with m.If(moves):
            m.d.sync += place.eq(place + 1)
            carry = Const(1)
            for counter, last in zip(counters, is_last, strict=True):
                with m.If(carry):
                    m.d.sync += counter.eq(Mux(last, 0, counter + 1))
                carry = carry & last
            with m.If(group_last):
                m.d.sync += number.eq(number + 1)
                with m.If(number == len(groups) - 1):
                    m.d.sync += [copying.eq(0), self.loaded.eq(1), checksum.eq(last_word)]
        with m.If(self.copy):
            m.d.sync += [copying.eq(1), place.eq(0), number.eq(0)]
            m.d.sync += [counter.eq(0) for counter in counters]
        m.d.comb += [self.copying.eq(copying), self.checksum.eq(checksum)]

        rows = []
        for field in fields:
            row = Const(0)
            for counter, (_, shift) in zip(counters[1:], field, strict=False):
                row = row | (counter << shift)
            rows.append(row)
        load, bus = self.load, Signal(self.load.shape())
        m.d.comb += [
            bus.row.eq(Array(rows)[number]),
            bus.bank.eq(counters[-1]),
            bus.row_last.eq(is_last[0]),
            bus.groups.eq(Mux(moves, 1 << number, 0)),
        ]
        # The word of a clock is read in the next one.
        m.d.comb += load.eq(delayed(m, bus, 1))
        m.d.comb += load.word.eq(read.data)
