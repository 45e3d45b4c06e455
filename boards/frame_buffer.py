"""Two pictures in block RAM: one is shown while the other is being received."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

import numpy as np
from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from boards.picture_size import WORD_PIXELS, Limits, word_layout

ROWS = 2048
"""Words of a bank: those of a block RAM 9 bits wide, eight of which hold a word's 72."""

AT_A_TIME = 4
"""Banks whose words are gathered in a clock."""


def words_of(picture: np.ndarray) -> Iterator[int]:
    """``picture``, uint8 (height, width, 3), as the words that hold it."""
    for line in picture:
        for x in range(0, len(line), WORD_PIXELS):
            yield int.from_bytes(line[x : x + WORD_PIXELS].tobytes(), "little")


class FrameBuffer(wiring.Component):
    """Memory of two pictures.

    A word written and a word read per clock; what is read comes ``DELAY`` clocks after its
    address, zeros where nothing was asked for. A bank is read only when a word is asked of it.

    Parameters
    ----------
    limits : Limits
        Largest picture.
    picture : ndarray of uint8, shape (height, width, 3)
        What picture 0 holds at first.

    Members
    -------
    write_en, write_picture, write_word, write_data : In
        A word to write, into which of the pictures and where.
    read_en, read_picture, read_word : In
        A word to read.
    read_data : Out(word_layout())
        The one that was asked for ``DELAY`` clocks ago.
    """

    DELAY = 5

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
        words = self.limits.words
        count = -(-2 * words // ROWS)
        contents = list(words_of(self.picture))

        # First clock: where in the memory. Both ports, so that neither takes long.
        write, read = Signal(range(count * ROWS)), Signal(range(count * ROWS))
        write_en, read_en = Signal(), Signal()
        write_data = Signal.like(self.write_data, reset_less=True)
        m.d.sync += [
            write.eq(self.write_word + self.write_picture * words),
            read.eq(self.read_word + self.read_picture * words),
            write_en.eq(self.write_en),
            read_en.eq(self.read_en),
            write_data.eq(self.write_data),
        ]

        # Second and third: the banks and registers behind them. Banks lie all over the part: each
        # remembers whether it was meant, and lets its word into one of few, then into one.
        row_bits = ROWS.bit_length() - 1
        bank_of_write, bank_of_read = write[row_bits:], read[row_bits:]
        words_of_banks = []
        for b in range(count):
            bank = Memory(
                shape=word_layout().size, depth=ROWS, init=contents[b * ROWS : (b + 1) * ROWS]
            )
            m.submodules[f"bank{b}"] = bank
            write_port, read_port = bank.write_port(), bank.read_port()
            held = Signal(word_layout().size, name=f"held{b}", reset_less=True)
            asked = read_en & (bank_of_read == b)
            meant = [Signal(name=f"meant{b}_{clock}", reset_less=True) for clock in (2, 3)]
            m.d.comb += [
                write_port.addr.eq(write),
                write_port.data.eq(write_data),
                write_port.en.eq(write_en & (bank_of_write == b)),
                read_port.addr.eq(read),
                read_port.en.eq(asked),
            ]
            m.d.sync += [meant[0].eq(asked), meant[1].eq(meant[0]), held.eq(read_port.data)]
            words_of_banks.append(Mux(meant[1], held, 0))
        some = []
        for first in range(0, count, AT_A_TIME):
            one = Signal(word_layout().size, name=f"some{first}", reset_less=True)
            m.d.sync += one.eq(reduce(or_, words_of_banks[first : first + AT_A_TIME]))
            some.append(one)
        m.d.sync += self.read_data.eq(reduce(or_, some))
        return m
