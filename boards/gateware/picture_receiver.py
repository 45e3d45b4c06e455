"""Receive pictures from the bytes of a serial line."""

from amaranth.hdl import Array, Cat, Const, Module, ResetInserter, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.crc.catalog import CRC32_ISO_HDLC
from amaranth.lib.wiring import In, Out

from boards.gateware.picture_writer import PictureWriter
from boards.picture_layout import Limits, size_layout, word_layout
from boards.protocol import CRC_BYTES, HEADER_BYTES, MAGIC, Answer


class PictureReceiver(wiring.Component):
    """Write the picture of a transfer to memory, check it, and answer.

    :mod:`boards.protocol` describes transfers. Bytes must come at least two clocks apart. The
    picture of a broken transfer is never shown, but words of it may have been written to memory.
    Bytes between the end of a transfer and its answer are lost.

    Parameters
    ----------
    limits : Limits
        Largest picture.
    silence : int
        Clocks without a byte after which a transfer ends.

    Members
    -------
    i : In(stream of 8 bits, always ready)
        Bytes from the host.
    write_en, write_word, write_data : Out
        Write a word of the picture in this clock; words are counted from 0.
    size : Out(size_layout)
        Size of the picture.
    whole : Out(1)
        A picture was received without an error; high until ``shown``.
    shown : In(1)
        The picture is shown from now on. Then the answer is sent, and the next transfer may start.
    o : Out(stream of 8 bits)
        Answers.
    receiving : Out(1)
        A transfer is under way.
    failed : Out(1)
        The last transfer was refused.
    """

    def __init__(self, limits: Limits, *, silence: int) -> None:
        self.limits, self.silence = limits, silence
        super().__init__(
            {
                "i": In(stream.Signature(8, always_ready=True)),
                "write_en": Out(1),
                "write_word": Out(range(limits.words)),
                "write_data": Out(word_layout()),
                "size": Out(size_layout(limits)),
                "whole": Out(1),
                "shown": In(1),
                "o": Out(stream.Signature(8)),
                "receiving": Out(1),
                "failed": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.crc = crc = CRC32_ISO_HDLC().create()
        idle = Signal()
        m.submodules.writer = writer = ResetInserter(idle)(PictureWriter(self.limits))
        byte, received = self.i.payload, self.i.valid

        # A transfer starts with a byte and ends after ``silence`` clocks without one.
        quiet = Signal(range(self.silence))
        over = Signal()
        with m.If(received):
            m.d.sync += quiet.eq(self.silence - 1)
        with m.Elif(quiet != 0):
            m.d.sync += quiet.eq(quiet - 1)
        m.d.comb += over.eq((quiet == 1) & ~received)
        m.d.comb += [crc.data.eq(byte), crc.valid.eq(received)]

        # The answer is stored as soon as it is known, and sent after the end of the transfer.
        answer = Signal(8)
        complete = Signal()  # the checksum was received, and no byte after it
        position = Signal(range(HEADER_BYTES))
        sizes = Signal(32)
        magic = Array(Const(character, 8) for character in MAGIC)
        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += [crc.start.eq(1), idle.eq(1)]
                m.d.sync += [position.eq(1), answer.eq(Answer.SHORT), complete.eq(0)]
                with m.If(received):
                    m.next = "HEADER"
                    with m.If(byte != MAGIC[0]):
                        m.d.sync += answer.eq(Answer.HEADER)
                        m.next = "DRAIN"
            with m.State("HEADER"):
                with m.If(received):
                    m.d.sync += [position.eq(position + 1), sizes.eq(Cat(sizes[8:], byte))]
                    with m.If((position < len(MAGIC)) & (byte != magic[position[:2]])):
                        m.d.sync += answer.eq(Answer.HEADER)
                        m.next = "DRAIN"
                    with m.If(position == HEADER_BYTES - 1):
                        m.next = "SIZE"
                with m.If(over):
                    m.next = "ANSWER"
            with m.State("SIZE"):
                width, height = sizes[:16], sizes[16:]
                m.d.sync += [self.size.width.eq(width), self.size.height.eq(height)]
                with m.If(
                    ((width == 0) | (width > self.limits.width))
                    | ((height == 0) | (height > self.limits.height))
                ):
                    m.d.sync += answer.eq(Answer.HEADER)
                    m.next = "DRAIN"
                with m.Else():
                    m.next = "PIXELS"
            with m.State("PIXELS"):
                m.d.comb += writer.i.valid.eq(received)
                with m.If(writer.last):
                    m.d.sync += position.eq(0)
                    m.next = "CRC"
                with m.If(over):
                    m.next = "ANSWER"
            with m.State("CRC"):
                with m.If(received):
                    m.d.sync += position.eq(position + 1)
                    with m.If(position == CRC_BYTES - 1):
                        m.d.sync += [answer.eq(Answer.CHECKSUM), complete.eq(1)]
                        m.next = "DRAIN"
                with m.If(over):
                    m.next = "ANSWER"
            with m.State("DRAIN"):
                with m.If(received & complete):
                    m.d.sync += [answer.eq(Answer.LONG), complete.eq(0)]
                with m.If(over):
                    m.next = "ANSWER"
                    with m.If(complete & crc.match_detected):
                        m.next = "SHOW"
            with m.State("SHOW"):
                m.d.comb += self.whole.eq(1)
                with m.If(self.shown):
                    m.d.sync += answer.eq(Answer.OK)
                    m.next = "ANSWER"
            with m.State("ANSWER"):
                m.d.comb += self.o.valid.eq(1)
                m.d.sync += self.failed.eq(answer != Answer.OK)
                with m.If(self.o.ready):
                    m.next = "IDLE"
        m.d.comb += [
            self.o.payload.eq(answer),
            self.receiving.eq(quiet != 0),
            writer.i.payload.eq(byte),
            writer.height.eq(self.size.height),
            writer.width.eq(self.size.width),
            self.size.line_words.eq(writer.line_words),
            self.write_en.eq(writer.write_en),
            self.write_word.eq(writer.write_word),
            self.write_data.eq(writer.write_data),
        ]
        return m
