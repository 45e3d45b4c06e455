import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from boards.board import BoardParams
from boards.built_in import built_in_picture
from boards.feed import Feed
from boards.frame_buffer import FrameBuffer, words_of
from boards.nearest import NearestPixels
from boards.picture_size import Limits
from boards.serialiser import Serialiser
from boards.upsampled import UpsampledPixels
from boards.video import HD720, Axis, VideoMode, VideoTiming
from boards.window import Window
from hw.core import CoreParams
from sw.errors import BadInput
from tables import make_upsampler

TINY = VideoMode(Axis(2, 3, 12, 1), Axis(4, 5, 20, 3))


def run(dut, *benches, background=()):
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    for bench in benches:
        simulator.add_testbench(bench)
    for bench in background:
        simulator.add_testbench(bench, background=True)
    simulator.run()


def test_720p_as_in_cea_861():
    rows, columns = HD720.vertical, HD720.horizontal
    assert (columns.active, columns.front, columns.sync, columns.back) == (1280, 110, 40, 220)
    assert (rows.active, rows.front, rows.sync, rows.back) == (720, 5, 5, 20)
    assert (columns.total, rows.total) == (1650, 750)
    assert HD720.clocks * 60 == 74_250_000


def test_timing():
    timing = VideoTiming(TINY)
    seen = []

    async def bench(ctx):
        place = timing.o
        samples = ctx.tick().sample(place.active, place.hsync, place.vsync, timing.frame)
        async for _, _, *values in samples:
            seen.append(values)
            if len(seen) == 4 * TINY.clocks:
                break

    run(timing, bench)
    active, hsync, vsync, frame = np.array(seen).T
    starts = np.flatnonzero(frame)
    assert np.all(np.diff(starts) == TINY.clocks)
    # From the start of vertical blanking on, line by line.
    begin = starts[0]
    whole = slice(begin, begin + TINY.clocks)
    shape = TINY.vertical.total, TINY.horizontal.total
    active, hsync, vsync = (each[whole].reshape(shape) for each in (active, hsync, vsync))
    lines, columns = np.mgrid[: shape[0], : shape[1]]
    front = TINY.vertical.front
    assert np.array_equal(hsync, columns < 4)
    assert np.array_equal(vsync, (lines >= front) & (lines < front + 2))
    assert np.array_equal(active, (lines >= front + 5) & (columns >= 9) & (columns < 29))


@pytest.mark.parametrize("size", [(3, 5), (1, 1), (2, 4), (3, 2)])
def test_window_is_in_the_middle(size):
    height, width = size

    class Screen(wiring.Component):
        spot: Out(7)
        frame: Out(1)

        def elaborate(self, platform):
            m = Module()
            m.submodules.timing = timing = VideoTiming(TINY)
            m.submodules.window = window = Window(TINY, Limits(3, 5))
            frame = Signal()
            m.d.sync += frame.eq(timing.frame)
            m.d.comb += [
                window.i.eq(timing.o),
                window.size.height.eq(height),
                window.size.width.eq(width),
                self.spot.eq(window.o),
                self.frame.eq(frame),
            ]
            return m

    screen, seen = Screen(), []

    async def bench(ctx):
        async for _, _, spot, frame in ctx.tick().sample(screen.spot, screen.frame):
            if frame or seen:
                seen.append(spot)
            if len(seen) == TINY.clocks:
                break

    run(screen, bench)
    lines = np.array(seen).reshape(TINY.vertical.total, TINY.horizontal.total)
    shown = lines[TINY.vertical.front + 5 :, 9:29]
    expected = np.zeros((12, 20), int)
    top, left = 6 - 2 * height, 10 - 2 * width
    expected[top : top + 4 * height, left : left + 4 * width] = 1
    assert np.array_equal(shown & 1, expected)
    assert (lines & 1).sum() == 16 * height * width
    assert list(zip(*np.nonzero(shown & 2 & (shown << 1)), strict=True)) == [(top, left)]
    assert np.array_equal(shown >> 2 & 1, np.tile(np.arange(20) >= 10, (12, 1)))
    assert np.array_equal(shown >> 3 & 1, np.tile(np.isin(np.arange(20), (9, 10)), (12, 1)))


LIMITS = Limits(height=50, width=64)  # two pictures of 1100 words: two banks


def random_picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_frame_buffer():
    first, second = random_picture(50, 64), random_picture(50, 64, 1)
    memory = FrameBuffer(LIMITS, first)
    contents = [*words_of(first)], [*words_of(second)]
    order = np.random.default_rng(2).permutation(2 * LIMITS.words)
    read = []

    async def bench(ctx):
        for n, word in enumerate(contents[1]):
            ctx.set(memory.write_en, 1)
            ctx.set(memory.write_picture, 1)
            ctx.set(memory.write_word, n)
            ctx.set(memory.write_data.as_value(), word)
            await ctx.tick()
        ctx.set(memory.write_en, 0)
        for n in [*order, *[0] * (memory.DELAY - 1)]:
            ctx.set(memory.read_en, 1)
            ctx.set(memory.read_picture, int(n) // LIMITS.words)
            ctx.set(memory.read_word, int(n) % LIMITS.words)
            await ctx.tick()
            read.append(ctx.get(memory.read_data.as_value()))

    run(memory, bench)
    expected = [contents[n // LIMITS.words][n % LIMITS.words] for n in order]
    assert read[memory.DELAY - 1 :] == expected


class WithMemory(wiring.Component):
    """A reader beside the memory that it reads."""

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
        if isinstance(self.reader, Feed):
            m.d.comb += self.reader.read_free.eq(self.read_free)
        return m


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (2, 6), (4, 64)])
@pytest.mark.parametrize("chance", [1.0, 0.5])
def test_feed(size, chance):
    picture = random_picture(*size)
    feed, got = Feed(LIMITS), []
    dut = WithMemory(feed, picture)

    async def bench(ctx):
        rng = np.random.default_rng(4)
        ctx.set(feed.size.height, size[0])
        ctx.set(feed.size.width, size[1])
        for _ in range(2):
            assert not ctx.get(feed.busy)
            ctx.set(feed.start, 1)
            await ctx.tick()
            ctx.set(feed.start, 0)
            while ctx.get(feed.busy):
                ctx.set(feed.o.ready, rng.random() <= chance)
                ctx.set(dut.read_free, rng.random() <= chance)
                sampled = feed.o.valid & feed.o.ready, feed.o.payload
                _, _, taken, payload = await ctx.tick().sample(*sampled)
                if taken:
                    got.append(payload)

    run(dut, bench)
    pixels = [[p.pixel.red, p.pixel.green, p.pixel.blue] for p in got]
    assert pixels == picture.reshape(-1, 3).tolist() * 2
    flags = [(p.start_of_frame, p.end_of_line) for p in got]
    height, width = size
    assert flags == [(x == y == 0, x == width - 1) for y in range(height) for x in range(width)] * 2


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (2, 6), (2, 64)])
def test_nearest(size):
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
                for n in range(4 * width + nearest.DELAY + 2):
                    ctx.set(nearest.take, n < 4 * width)
                    await ctx.tick()
                    line.append([ctx.get(nearest.o[c]) for c in ("red", "green", "blue")])
                lines.append(line[nearest.DELAY - 1 :][: 4 * width])

    run(dut, bench)
    expected = picture.repeat(4, 0).repeat(4, 1)
    assert np.array_equal(np.array(lines), np.concatenate([expected] * 2))


def core_params(beat=2):
    upsampler = make_upsampler("V", 6, 4)
    return CoreParams(upsampler=upsampler, lanes=(1,), max_width=64, max_height=50, beat=beat)


@pytest.mark.parametrize("beat", [1, 2, 4])
def test_upsampled(beat):
    """Frames of eight pixels; numbers tell frame and pixel."""
    dut, errors, shown = UpsampledPixels(core_params(beat)), [], []
    frames = [0, 1, 2, 3, 4, 5]
    beats = [
        ([16 * f + n * beat + k for k in range(beat)], n == 0)
        for f in frames
        for n in range(8 // beat)
    ]
    del beats[2 * 8 // beat + 1]  # the third frame lacks a beat

    async def source(ctx):
        for n, (numbers, first) in enumerate(beats):
            if n == 4 * 8 // beat:  # late by more than a frame
                await ctx.tick().repeat(60)
            for k, number in enumerate(numbers):
                ctx.set(dut.i.payload.pixels[k].red, number)
            ctx.set(dut.i.payload.first, first)
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)

    async def screen(ctx):
        await ctx.tick().repeat(3)
        for _ in range(9):
            shown.append([])
            for n in range(8):
                ctx.set(dut.take, 1)
                ctx.set(dut.first, n == 0)
                await ctx.tick()
                shown[-1].append(ctx.get(dut.o.red))
                errors.extend([len(shown)] * ctx.get(dut.error))
            ctx.set(dut.take, 0)
            for _ in range(12):
                await ctx.tick()
                errors.extend([len(shown)] * ctx.get(dut.error))

    run(dut, source, screen)
    whole = {frame: [16 * frame + n for n in range(8)] for frame in frames}
    assert shown[:2] == [whole[0], whole[1]]
    assert shown[2][:beat] == whole[2][:beat]
    assert shown[2] != whole[2]
    assert shown[3] == whole[3]
    assert shown[-3:][0] != shown[-1]
    late = [n for n in range(4, 9) if shown[n] == [0] * 8]
    assert late
    assert whole[5] in shown
    assert errors[0] == 3
    assert set(errors[1:]) >= {n + 1 for n in late}


def test_serialiser():
    words = np.random.default_rng(0).integers(0, 1024, (200, 2)).tolist()
    serialiser, bits = Serialiser(2), ([], [])
    simulator = Simulator(serialiser)
    simulator.add_clock(5e-8, phase=0.7e-8)
    simulator.add_clock(1e-8, domain="shift")

    async def send(ctx):
        for pair in words:
            for n, word in enumerate(pair):
                ctx.set(serialiser.i[n], word)
            await ctx.tick()

    async def take(ctx):
        while True:
            _, _, first, second = await ctx.tick("shift").sample(*serialiser.o)
            for got, two in zip(bits, (first, second), strict=True):
                got += [two & 1, two >> 1]

    simulator.add_testbench(send)
    simulator.add_process(take)
    simulator.run()
    for n, got in enumerate(bits):
        sent = "".join(f"{pair[n]:010b}"[::-1] for pair in words[2:-4])
        assert sent in "".join(map(str, got))


def test_built_in_picture():
    for size in ((180, 320), (9, 16), (1, 1)):
        picture = built_in_picture(*size)
        assert picture.shape == (*size, 3)
        assert picture.dtype == np.uint8
    assert np.array_equal(built_in_picture(18, 32), built_in_picture(18, 32))


def test_board_refuses():
    ok = {"picture": random_picture(3, 4), "clocks_per_bit": 4, "silence": 99}
    BoardParams(core=core_params(), **ok)
    with pytest.raises(BadInput, match="beat is 8"):
        BoardParams(core=core_params(beat=8), **ok)
    with pytest.raises(BadInput, match="too large"):
        BoardParams(core=core_params(), **{**ok, "picture": random_picture(60, 4)})
    twice = CoreParams(upsampler=make_upsampler("V", 6, 2), lanes=(1,), beat=1)
    with pytest.raises(BadInput, match="scale 4"):
        BoardParams(core=twice, **ok)
