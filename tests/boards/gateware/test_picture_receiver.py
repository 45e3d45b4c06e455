import random

import numpy as np
import pytest
from amaranth.sim import Simulator

from boards.gateware.frame_buffer import words_of
from boards.gateware.picture_receiver import PictureReceiver
from boards.picture_layout import Limits
from boards.protocol import CRC_BYTES, HEADER_BYTES, Answer, transfer

LIMITS = Limits(height=4, width=7)
SILENCE = 40


def picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def receive(*transfers, gap=3, pause=SILENCE + 30):
    """Answers to transfers, and for each of them what was offered: words and size, or None."""
    receiver = PictureReceiver(LIMITS, silence=SILENCE)
    answers, offered, memory = [], [], {}

    async def send(ctx):
        rng = random.Random(3)
        for data in transfers:
            for byte in data:
                ctx.set(receiver.i.payload, byte)
                ctx.set(receiver.i.valid, 1)
                await ctx.tick()
                ctx.set(receiver.i.valid, 0)
                await ctx.tick().repeat(rng.randrange(1, gap))
            await ctx.tick().repeat(pause)

    async def show(ctx):
        waited = 0
        async for _, _, whole, size in ctx.tick().sample(receiver.whole, receiver.size):
            waited = waited + 1 if whole else 0
            ctx.set(receiver.shown, waited == 9)
            if waited == 9:
                words = [memory[n] for n in range(size.height * size.line_words)]
                offered.append((size.height, size.width, words))

    async def watch(ctx):
        ctx.set(receiver.o.ready, 1)
        samples = ctx.tick().sample(
            receiver.o.valid, receiver.o.payload, receiver.write_en, receiver.write_word,
            receiver.write_data, receiver.failed,
        )  # fmt: skip
        async for _, _, valid, answer, en, word, data, _ in samples:
            if valid:
                answers.append(Answer(answer))
            if en:
                memory[word] = data.as_bits()

    simulator = Simulator(receiver)
    simulator.add_clock(1e-8)
    simulator.add_testbench(send)
    simulator.add_testbench(show, background=True)
    simulator.add_testbench(watch, background=True)
    simulator.run()
    return answers, offered


def written(small):
    """What is offered of a picture; bytes that no pixel uses are of no account."""
    return *small.shape[:2], list(words_of(small))


def same(offered, small):
    height, width, words = offered
    expected = written(small)
    assert (height, width, len(words)) == (*expected[:2], len(expected[2]))
    per_line = len(words) // height
    for n, (got, want) in enumerate(zip(words, expected[2], strict=True)):
        pixels = min(3, width - 3 * (n % per_line))
        assert got & ((1 << 24 * pixels) - 1) == want


SMALL = picture(3, 5)
WHOLE = transfer(SMALL)


def changed(at):
    data = bytearray(WHOLE)
    data[at] ^= 0x10
    return bytes(data)


@pytest.mark.parametrize("size", [(1, 1), (4, 7), (1, 3), (4, 1), (2, 6), (3, 4)])
def test_whole_pictures(size):
    pictures = [picture(*size, seed) for seed in range(2)]
    answers, offered = receive(*map(transfer, pictures))
    assert answers == [Answer.OK] * 2
    for got, sent in zip(offered, pictures, strict=True):
        same(got, sent)


def resized(width, height):
    header = WHOLE[:4] + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return header + WHOLE[HEADER_BYTES:]


BROKEN = {
    "magic": (changed(0), Answer.HEADER),
    "magic later": (changed(3), Answer.HEADER),
    "no width": (resized(0, 3), Answer.HEADER),
    "no height": (resized(5, 0), Answer.HEADER),
    "too wide": (resized(8, 3), Answer.HEADER),
    "too high": (resized(5, 5), Answer.HEADER),
    "far too large": (resized(65535, 65535), Answer.HEADER),
    "narrower than it says": (resized(4, 3), Answer.LONG),
    "wider than it says": (resized(6, 3), Answer.SHORT),
    "first pixel": (changed(HEADER_BYTES), Answer.CHECKSUM),
    "last pixel": (changed(len(WHOLE) - CRC_BYTES - 1), Answer.CHECKSUM),
    "checksum": (changed(len(WHOLE) - 1), Answer.CHECKSUM),
    "a byte": (WHOLE[:1], Answer.SHORT),
    "no pixels": (WHOLE[:HEADER_BYTES], Answer.SHORT),
    "interrupted header": (WHOLE[:6], Answer.SHORT),
    "interrupted": (WHOLE[:30], Answer.SHORT),
    "no checksum": (WHOLE[:-CRC_BYTES], Answer.SHORT),
    "a byte short": (WHOLE[:-1], Answer.SHORT),
    "a byte long": (WHOLE + b"\0", Answer.LONG),
    "twice": (WHOLE * 2, Answer.LONG),
    "noise": (bytes(range(100)), Answer.HEADER),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_transfers(name):
    data, answer = BROKEN[name]
    answers, offered = receive(data, WHOLE)
    assert answers == [answer, Answer.OK]
    assert len(offered) == 1
    same(offered[0], SMALL)


def test_pause_within_silence_is_no_end():
    answers, offered = receive(WHOLE[:20], WHOLE[20:], pause=SILENCE - 10)
    assert answers == []  # no silence at the end either
    answers, offered = receive(WHOLE[:20], WHOLE[20:], b"", b"", pause=SILENCE - 10)
    assert answers == [Answer.OK]
    same(offered[0], SMALL)
