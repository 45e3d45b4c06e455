"""Two pictures in block RAM: one is shown while the other is received."""

from collections.abc import Iterator

import numpy as np
from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from boards.picture_layout import WORD_PIXELS, Limits, word_layout

ROWS = 2048
"""Words of a bank: rows of a block RAM in its 9-bit mode."""

PART_BITS = 9
"""Bits of a word that one block RAM holds."""

PARTS = word_layout().size // PART_BITS
"""Block RAMs of a bank."""


def banks(limits: Limits) -> int:
    """Number of banks, which hold two pictures."""
    return -(-2 * limits.words // ROWS)


def delay(limits: Limits) -> int:
    """Clocks from a read request to its data."""
    return banks(limits) + 3


def words_of(picture: np.ndarray) -> Iterator[int]:
    """The words of ``picture``, uint8 (height, width, 3), in the order of their addresses."""
    for line in picture:
        for x in range(0, len(line), WORD_PIXELS):
            yield int.from_bytes(line[x : x + WORD_PIXELS].tobytes(), "little")


class FrameBuffer(wiring.Component):
    """Memory of two pictures.

    Reads one word per clock; latency ``delay(limits)`` clocks; without a request the output is 0.
    Never stalls. Writing a word takes ``PARTS`` clocks, in which no other write may start.

    The block RAMs of the banks are spread over the chip. So the banks form a systolic chain:
    requests pass from bank to bank, one clock each, and the word passes through the rest of the
    chain three clocks behind its request. No wire is longer than the distance between neighbours.
    Words are written in parts of 9 bits, which takes fewer wires.

    Parameters
    ----------
    limits : Limits
        Largest picture.
    picture : ndarray of uint8, shape (height, width, 3)
        Initial contents of picture 0.

    Members
    -------
    write_en, write_picture, write_word, write_data : In
        Write ``write_data`` to word ``write_word`` of picture ``write_picture``.
    read_en, read_picture, read_word : In
        Read word ``read_word`` of picture ``read_picture``.
    read_data : Out(word_layout())
        The word that was requested ``delay(limits)`` clocks ago.
    """

    def __init__(self, limits: Limits, picture: np.ndarray) -> None:
        self.limits, self.picture = limits, picture
        super().__init__(
            {
                "write_en": In(1),
                "write_picture": In(1),
                "write_word": In(range(limits.words)),
                "write_data": In(word_layout()),
                "read_en": In(1),
                "read_picture": In(1),
                "read_word": In(range(limits.words)),
                "read_data": Out(word_layout()),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        words, bits = self.limits.words, word_layout().size
        count = banks(self.limits)
        contents = list(words_of(self.picture))
        address = {"row": range(ROWS), "bank": range(count)}

        # The value PARTS means that there is nothing to write.
        part, remaining = Signal(range(PARTS + 1), init=PARTS), Signal(bits, reset_less=True)
        written = Signal(range(2 * words), reset_less=True)
        with m.If(self.write_en):
            m.d.sync += [
                part.eq(0),
                remaining.eq(self.write_data),
                written.eq(self.write_word + self.write_picture * words),
            ]
        with m.Elif(part != PARTS):
            m.d.sync += [part.eq(part + 1), remaining.eq(remaining >> PART_BITS)]

        write_layout = data.StructLayout(address | {"data": PART_BITS, "en": PARTS})
        write = Signal(write_layout, reset_less=True)
        read = Signal(data.StructLayout(address | {"en": 1}), reset_less=True)
        m.d.sync += [
            Cat(read.row, read.bank).eq(self.read_word + self.read_picture * words),
            read.en.eq(self.read_en),
            Cat(write.row, write.bank).eq(written),
            write.data.eq(remaining),
            write.en.eq(1 << part),
        ]

        word = C(0, bits)
        for b in range(count):
            bank = Memory(shape=bits, depth=ROWS, init=contents[b * ROWS : (b + 1) * ROWS])
            m.submodules[f"bank{b}"] = bank
            write_port, read_port = bank.write_port(granularity=PART_BITS), bank.read_port()
            held = Signal(bits, name=f"held{b}", reset_less=True)
            selected = [Signal(name=f"selected{b}_{clock}", reset_less=True) for clock in (1, 2)]
            passed = Signal(bits, name=f"passed{b}", reset_less=True)
            m.d.comb += [
                write_port.addr.eq(write.row),
                write_port.data.eq(write.data.replicate(PARTS)),
                write_port.en.eq(Mux(write.bank == b, write.en, 0)),
                read_port.addr.eq(read.row),
            ]
            m.d.sync += [
                selected[0].eq(read.en & (read.bank == b)),
                selected[1].eq(selected[0]),
                held.eq(read_port.data),
                passed.eq(Mux(selected[1], held, word)),
            ]
            word = passed
            write, write_before = Signal.like(write, name=f"write{b}"), write
            read, read_before = Signal.like(read, name=f"read{b}"), read
            m.d.sync += [write.eq(write_before), read.eq(read_before)]
        m.d.comb += self.read_data.eq(word)
        return m
