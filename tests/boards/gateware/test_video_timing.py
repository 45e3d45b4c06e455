"""Video timing, and the position of the picture on the screen."""

import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Out

from board_blocks import run
from boards.gateware.placement import Placement
from boards.gateware.video_timing import HD720, Axis, VideoMode, VideoTiming
from boards.picture_layout import Limits

TINY = VideoMode(Axis(2, 3, 12, 1), Axis(4, 5, 20, 3))


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
        o = timing.o
        samples = ctx.tick().sample(o.active, o.hsync, o.vsync, timing.frame)
        async for _, _, *values in samples:
            seen.append(values)
            if len(seen) == 4 * TINY.clocks:
                break

    run(timing, bench)
    active, hsync, vsync, frame = np.array(seen).T
    starts = np.flatnonzero(frame)
    assert np.all(np.diff(starts) == TINY.clocks)
    # One frame, from the start of vertical blanking on, line by line.
    whole = slice(starts[0], starts[0] + TINY.clocks)
    shape = TINY.vertical.total, TINY.horizontal.total
    active, hsync, vsync = (flag[whole].reshape(shape) for flag in (active, hsync, vsync))
    lines, columns = np.mgrid[: shape[0], : shape[1]]
    front = TINY.vertical.front
    assert np.array_equal(hsync, columns < 4)
    assert np.array_equal(vsync, (lines >= front) & (lines < front + 2))
    assert np.array_equal(active, (lines >= front + 5) & (columns >= 9) & (columns < 29))


@pytest.mark.parametrize("size", [(3, 5), (1, 1), (2, 4), (3, 2)])
def test_the_picture_is_in_the_middle(size):
    height, width = size

    class Screen(wiring.Component):
        placement: Out(7)
        frame: Out(1)

        def elaborate(self, platform):
            m = Module()
            m.submodules.timing = timing = VideoTiming(TINY)
            m.submodules.placement = placement = Placement(TINY, Limits(3, 5))
            frame = Signal()
            m.d.sync += frame.eq(timing.frame)
            m.d.comb += [
                placement.i.eq(timing.o),
                placement.size.height.eq(height),
                placement.size.width.eq(width),
                self.placement.eq(placement.o),
                self.frame.eq(frame),
            ]
            return m

    screen, seen = Screen(), []

    async def bench(ctx):
        async for _, _, placement, frame in ctx.tick().sample(screen.placement, screen.frame):
            if frame or seen:
                seen.append(placement)
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
