"""The receiver takes whole pictures, refuses broken transfers, and answers each one."""

import random

import pytest

from board_blocks import random_picture, run
from boards.gateware.frame_buffer import words_of
from boards.gateware.picture_receiver import PictureReceiver
from boards.picture_layout import Limits
from boards.protocol import CRC_BYTES, HEADER_BYTES, Answer, transfer

LIMITS = Limits(height=4, width=7)
SILENCE = 40


def receive(*transfers, pause=SILENCE + 30):
    """Send ``transfers`` with ``pause`` clocks after each.

    Returns the answers, and height, width and words of each picture that the receiver takes.
    """
    receiver = PictureReceiver(LIMITS, silence=SILENCE)
    answers, pictures, memory = [], [], {}

    async def send(ctx):
        rng = random.Random(3)
        for data in transfers:
            for byte in data:
                ctx.set(receiver.i.payload, byte)
                ctx.set(receiver.i.valid, 1)
                await ctx.tick()
                ctx.set(receiver.i.valid, 0)
                await ctx.tick().repeat(rng.randrange(1, 3))
            await ctx.tick().repeat(pause)

    async def show(ctx):
        waited = 0
        async for _, _, whole, size in ctx.tick().sample(receiver.whole, receiver.size):
            waited = waited + 1 if whole else 0
            ctx.set(receiver.shown, waited == 9)
            if waited == 9:
                words = [memory[n] for n in range(size.height * size.line_words)]
                pictures.append((size.height, size.width, words))

    async def watch(ctx):
        ctx.set(receiver.o.ready, 1)
        samples = ctx.tick().sample(
            *(receiver.o.valid, receiver.o.payload),
            *(receiver.write_en, receiver.write_word, receiver.write_data),
        )
        async for _, _, valid, answer, en, word, data in samples:
            if valid:
                answers.append(Answer(answer))
            if en:
                memory[word] = data.as_bits()

    run(receiver, send, background=(show, watch))
    return answers, pictures


def assert_same(received, sent):
    """Assert that the receiver took the picture ``sent``.

    The last word of a line may have bytes that no pixel uses; these may have any value.
    """
    height, width, words = received
    assert (height, width) == sent.shape[:2]
    per_line = len(words) // height
    for n, (word, expected) in enumerate(zip(words, words_of(sent), strict=True)):
        pixels = min(3, width - 3 * (n % per_line))
        assert word & ((1 << 24 * pixels) - 1) == expected


SMALL = random_picture(3, 5)
WHOLE = transfer(SMALL)


def changed(position):
    """The transfer with a bit inverted in the byte at ``position``."""
    data = bytearray(WHOLE)
    data[position] ^= 0x10
    return bytes(data)


@pytest.mark.parametrize("size", [(1, 1), (4, 7), (1, 3), (4, 1), (2, 6), (3, 4)])
def test_whole_pictures(size):
    pictures = [random_picture(*size, seed) for seed in range(2)]
    answers, received = receive(*map(transfer, pictures))
    assert answers == [Answer.OK] * 2
    for got, sent in zip(received, pictures, strict=True):
        assert_same(got, sent)


def resized(width, height):
    """The transfer with another size in its header."""
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
    "header too narrow": (resized(4, 3), Answer.LONG),
    "header too wide": (resized(6, 3), Answer.SHORT),
    "first pixel": (changed(HEADER_BYTES), Answer.CHECKSUM),
    "last pixel": (changed(len(WHOLE) - CRC_BYTES - 1), Answer.CHECKSUM),
    "checksum": (changed(len(WHOLE) - 1), Answer.CHECKSUM),
    "only one byte": (WHOLE[:1], Answer.SHORT),
    "no pixels": (WHOLE[:HEADER_BYTES], Answer.SHORT),
    "ends in the header": (WHOLE[:6], Answer.SHORT),
    "ends in the pixels": (WHOLE[:30], Answer.SHORT),
    "no checksum": (WHOLE[:-CRC_BYTES], Answer.SHORT),
    "a byte too few": (WHOLE[:-1], Answer.SHORT),
    "a byte too many": (WHOLE + b"\0", Answer.LONG),
    "twice without a pause": (WHOLE * 2, Answer.LONG),
    "noise": (bytes(range(100)), Answer.HEADER),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_transfers_are_refused(name):
    data, answer = BROKEN[name]
    answers, (received,) = receive(data, WHOLE)
    assert answers == [answer, Answer.OK]
    assert_same(received, SMALL)


def test_a_pause_shorter_than_the_silence_does_not_end_a_transfer():
    answers, _ = receive(WHOLE[:20], WHOLE[20:], pause=SILENCE - 10)
    assert answers == []  # the last pause is too short as well
    answers, (received,) = receive(WHOLE[:20], WHOLE[20:], b"", b"", pause=SILENCE - 10)
    assert answers == [Answer.OK]
    assert_same(received, SMALL)
