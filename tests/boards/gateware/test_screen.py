"""Unpacking of the core's beats, the serialiser, the splash picture, wrong parameters."""

import numpy as np
import pytest
from amaranth.hdl import ResetInserter, Signal
from amaranth.sim import Simulator

from board_blocks import core_params, random_picture, run
from boards.gateware.board import BoardParams
from boards.gateware.core_pixels import CorePixels
from boards.gateware.serialiser import Serialiser
from boards.gateware.splash import splash
from hw.core_params import CoreParams
from sw.errors import BadInput
from tables import make_upsampler


@pytest.mark.parametrize("pixels_per_beat", [1, 2, 4])
def test_core_pixels(pixels_per_beat):
    """Frames of eight pixels; pixel n of frame f has the level 16·f + n."""
    dut, errors, shown = CorePixels(core_params(pixels_per_beat)), [], []
    frames, beats_per_frame = range(6), 8 // pixels_per_beat
    beats = [
        ([16 * f + n * pixels_per_beat + k for k in range(pixels_per_beat)], n == 0)
        for f in frames
        for n in range(beats_per_frame)
    ]
    del beats[2 * beats_per_frame + 1]  # the third frame lacks a beat

    async def source(ctx):
        for n, (levels, first) in enumerate(beats):
            if n == 4 * beats_per_frame:  # the last frames are late by more than a frame
                await ctx.tick().repeat(60)
            for k, level in enumerate(levels):
                ctx.set(dut.i.payload.pixels[k].red, level)
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
    assert shown[2][:pixels_per_beat] == whole[2][:pixels_per_beat]
    assert shown[2] != whole[2]
    assert shown[3] == whole[3]
    assert shown[-3:][0] != shown[-1]
    late = [n for n in range(4, 9) if shown[n] == [0] * 8]
    assert late
    assert whole[5] in shown
    assert errors[0] == 3
    assert set(errors[1:]) >= {n + 1 for n in late}


@pytest.mark.parametrize("phase", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_serialiser(phase):
    words = np.random.default_rng(0).integers(0, 1024, (400, 4)).tolist()
    serialiser, bits = Serialiser(4), ([], [], [], [])
    reset = Signal()
    simulator = Simulator(ResetInserter({"sync": reset, "shift": reset})(serialiser))
    simulator.add_clock(5e-8, phase=phase * 1e-8)
    simulator.add_clock(1e-8, domain="shift")

    async def send(ctx):
        for clock, by_pair in enumerate(words):
            # Reset in the middle, for longer than the period of the serialiser's pulse.
            ctx.set(reset, clock in range(200, 204))
            for n, word in enumerate(by_pair):
                ctx.set(serialiser.i[n], word)
            await ctx.tick()

    async def receive(ctx):
        while True:
            _, _, *outputs = await ctx.tick("shift").sample(*serialiser.o)
            for received, two in zip(bits, outputs, strict=True):
                received += [two & 1, two >> 1]

    simulator.add_testbench(send)
    simulator.add_process(receive)
    simulator.run()
    # Some words after the start, and after the reset, all pairs are aligned to each other.
    for part in (slice(6, 196), slice(214, -4)):
        starts = set()
        for n, received in enumerate(bits):
            sent = "".join(f"{by_pair[n]:010b}"[::-1] for by_pair in words[part])
            starts.add("".join(map(str, received)).find(sent))
        assert len(starts) == 1
        assert starts.pop() > 0


def test_splash_picture():
    for size in ((180, 320), (9, 16), (1, 1)):
        picture = splash(*size)
        assert picture.shape == (*size, 3)
        assert picture.dtype == np.uint8
    assert np.array_equal(splash(18, 32), splash(18, 32))


def test_board_params_are_checked():
    right = {"picture": random_picture(3, 4), "clocks_per_bit": 4, "silence": 99}
    BoardParams(core=core_params(), **right)
    with pytest.raises(BadInput, match="8 pixels per beat; for a board it must have 1, 2 or 4"):
        BoardParams(core=core_params(pixels_per_beat=8), **right)
    with pytest.raises(BadInput, match="has 4×60 pixels; it must have at most 64×50"):
        BoardParams(core=core_params(), **{**right, "picture": random_picture(60, 4)})
    twice = CoreParams(upsampler=make_upsampler("V", 6, 2), lanes=(1,), pixels_per_beat=1)
    with pytest.raises(BadInput, match="the table has scale 2; for a board it must be 4"):
        BoardParams(core=twice, **right)
    grey = CoreParams(
        upsampler=make_upsampler("V", 6, 4), colour="grey", lanes=(1,), pixels_per_beat=1
    )
    with pytest.raises(BadInput, match="colour format grey; for a board it must be rgb or luma"):
        BoardParams(core=grey, **right)
