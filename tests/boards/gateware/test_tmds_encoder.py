"""The TMDS encoder, compared with a decoder that follows DVI 1.0."""

import random

import numpy as np

from board_blocks import run
from boards.gateware.tmds_encoder import CONTROL, TmdsEncoder


def decode(word):
    """Decode a word by DVI 1.0: ("control", bits) or ("level", byte)."""
    if word in CONTROL:
        return "control", CONTROL.index(word)
    bits = [word >> n & 1 for n in range(10)]
    crossed = [bit ^ bits[9] for bit in bits[:8]]
    level = [crossed[0]]
    for n in range(1, 8):
        level.append(crossed[n] ^ crossed[n - 1] ^ (1 - bits[8]))
    return "level", sum(bit << n for n, bit in enumerate(level))


def encode(symbols):
    encoder = TmdsEncoder()
    words = []

    async def bench(ctx):
        for kind, value in [*symbols, *[("control", 0)] * encoder.DELAY]:
            ctx.set(encoder.i.active, kind == "level")
            ctx.set(encoder.i.level, value if kind == "level" else 0)
            ctx.set(encoder.i.control, value if kind == "control" else 0)
            await ctx.tick()
            words.append(ctx.get(encoder.o))

    run(encoder, bench)
    return words[encoder.DELAY - 1 :][: len(symbols)]


def balance(word):
    """Ones minus zeros of a word."""
    return 2 * word.bit_count() - 10


def test_encoder():
    rng = random.Random(1)
    symbols = [("level", level) for level in range(256)]
    symbols += [("control", n) for n in (0, 1, 2, 3, 0)]
    symbols += [("level", rng.randrange(256)) for _ in range(1500)]
    for _ in range(30):
        symbols += [("control", rng.randrange(4))] * rng.randrange(1, 4)
        symbols += [("level", rng.choice((0, 16, 127, 128, 255)))] * rng.randrange(1, 40)
    words = encode(symbols)
    assert [decode(word) for word in words] == symbols
    total = 0
    for (kind, _), word in zip(symbols, words, strict=True):
        total = 0 if kind == "control" else total + balance(word)
        assert abs(total) <= 10
        transitions = (word ^ word >> 1) & 0xFF  # without bit 9, which marks inverted words
        if kind == "level":
            assert transitions.bit_count() <= 5
        else:
            assert (word ^ word >> 1).bit_count() > 5


def test_control_words_are_those_of_the_standard():
    bits = [f"{word:010b}" for word in CONTROL]
    assert bits == ["1101010100", "0010101011", "0101010100", "1010101011"]
    assert len(np.unique(CONTROL)) == 4
