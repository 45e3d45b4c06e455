"""The frame buffer, and the two blocks that read it."""

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In

from board_blocks import random_picture, run
from boards.gateware.frame_buffer import PARTS, FrameBuffer, banks, delay, words_of
from boards.gateware.nearest_pixels import NearestPixels
from boards.gateware.picture_reader import PictureReader
from boards.picture_layout import Limits

LIMITS = Limits(height=50, width=64)


@pytest.mark.parametrize(("height", "width", "count"), [(3, 4, 1), (50, 64, 2), (50, 190, 4)])
def test_frame_buffer(height, width, count):
    limits = Limits(height, width)
    first, second = random_picture(height, width), random_picture(height, width, 1)
    memory = FrameBuffer(limits, first)
    assert banks(limits) == count
    contents = [*words_of(first)], [*words_of(second)]
    order = np.random.default_rng(2).permutation(2 * limits.words)
    read = []

    async def bench(ctx):
        for n, word in enumerate(contents[1]):
            ctx.set(memory.write_en, 1)
            ctx.set(memory.write_picture, 1)
            ctx.set(memory.write_word, n)
            ctx.set(memory.write_data.as_value(), word)
            await ctx.tick()
            ctx.set(memory.write_en, 0)
            await ctx.tick().repeat(PARTS - 1)
        await ctx.tick().repeat(delay(limits))
        for n in [*order, *[0] * (delay(limits) - 1)]:
            ctx.set(memory.read_en, 1)
            ctx.set(memory.read_picture, int(n) // limits.words)
            ctx.set(memory.read_word, int(n) % limits.words)
            await ctx.tick()
            read.append(ctx.get(memory.read_data.as_value()))
        ctx.set(memory.read_en, 0)
        await ctx.tick().repeat(delay(limits))
        assert ctx.get(memory.read_data.as_value()) == 0

    run(memory, bench)
    expected = [contents[n // limits.words][n % limits.words] for n in order]
    assert read[delay(limits) - 1 :] == expected


class WithMemory(wiring.Component):
    """A reader with the frame buffer that it reads."""

    def __init__(self, reader, picture):
        self.reader, self.memory = reader, FrameBuffer(LIMITS, picture)
        super().__init__({"read_free": In(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.reader, m.submodules.memory = self.reader, self.memory
        m.d.comb += [
            self.memory.read_en.eq(self.reader.read_en & self.read_free),
            self.memory.read_word.eq(self.reader.read_word),
            self.reader.read_data.eq(self.memory.read_data),
        ]
        if isinstance(self.reader, PictureReader):
            m.d.comb += self.reader.read_free.eq(self.read_free)
        return m


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (2, 6), (4, 64)])
@pytest.mark.parametrize("chance", [1.0, 0.5])
def test_picture_reader(size, chance):
    picture = random_picture(*size)
    reader, sent = PictureReader(LIMITS), []
    dut = WithMemory(reader, picture)

    async def bench(ctx):
        rng = np.random.default_rng(4)
        ctx.set(reader.size.height, size[0])
        ctx.set(reader.size.width, size[1])
        for _ in range(2):
            assert not ctx.get(reader.busy)
            ctx.set(reader.start, 1)
            await ctx.tick()
            ctx.set(reader.start, 0)
            while ctx.get(reader.busy):
                ctx.set(reader.o.ready, rng.random() <= chance)
                ctx.set(dut.read_free, rng.random() <= chance)
                sampled = reader.o.valid & reader.o.ready, reader.o.payload
                _, _, taken, payload = await ctx.tick().sample(*sampled)
                if taken:
                    sent.append(payload)

    run(dut, bench)
    pixels = [[beat.pixel.red, beat.pixel.green, beat.pixel.blue] for beat in sent]
    assert pixels == picture.reshape(-1, 3).tolist() * 2
    flags = [(beat.start_of_frame, beat.end_of_line) for beat in sent]
    height, width = size
    assert flags == [(x == y == 0, x == width - 1) for y in range(height) for x in range(width)] * 2


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (2, 6), (2, 64)])
def test_nearest_pixels(size):
    height, width = size
    picture = random_picture(*size)
    nearest, lines = NearestPixels(LIMITS), []
    dut = WithMemory(nearest, picture)

    async def bench(ctx):
        ctx.set(nearest.line_words, -(-width // 3))
        for _ in range(2):
            ctx.set(nearest.frame, 1)
            await ctx.tick()
            ctx.set(nearest.frame, 0)
            for _ in range(4 * height):
                line = []
                for n in range(4 * width + nearest.delay + 2):
                    ctx.set(nearest.take, n < 4 * width)
                    await ctx.tick()
                    line.append([ctx.get(nearest.o[c]) for c in ("red", "green", "blue")])
                lines.append(line[nearest.delay - 1 :][: 4 * width])

    run(dut, bench)
    expected = picture.repeat(4, 0).repeat(4, 1)
    assert np.array_equal(np.array(lines), np.concatenate([expected] * 2))
