"""The whole board in simulation, scaled down: a tiny screen, small tables, a fast serial line."""

from fractions import Fraction

import numpy as np
import pytest

from board_blocks import random_picture
from boards.gateware.board import BoardParams
from boards.gateware.display import View
from boards.gateware.video_timing import Axis, VideoMode
from boards.protocol import CRC_BYTES, Answer, transfer
from hw.core_params import CoreParams
from sim.bench.board_bench import CUT, BoardBench
from sim.commands.board import on_screen
from tables import make_upsampler

MODE = VideoMode(Axis(3, 16, 32, 3), Axis(8, 20, 64, 12))
LOCKED = 1
SILENCE = 600

SPLASH = random_picture(8, 16)


@pytest.fixture(scope="module")
def params():
    core = CoreParams(
        upsampler=make_upsampler("V", 6, low=-20, high=90),
        lanes=(1,),
        pixels_per_beat=2,
        max_width=16,
        max_height=8,
    )
    return BoardParams(
        core=core, picture=SPLASH, clocks_per_bit=Fraction("4.5"), silence=SILENCE, mode=MODE
    )


@pytest.fixture
def bench(params):
    bench = BoardBench(params, optimise=False)
    yield bench
    bench.close()


LIMIT = SILENCE + 200 + MODE.clocks
"""Clocks from the last byte of a transfer in which the answer must come."""


def assert_show(bench, frames, picture, view):
    """Assert that all ``frames`` show ``picture`` in ``view``."""
    expected = on_screen(picture, bench.params, view)
    for frame in frames:
        assert np.array_equal(frame.picture(MODE), expected)


@pytest.mark.long
@pytest.mark.xdist_group("board")
def test_views_and_sizes(bench):
    frames = bench.show(3)
    assert_show(bench, frames, SPLASH, View.SRLUT)
    assert bench.misplaced <= CUT
    assert bench.leds & LOCKED
    for view in (View.NEAREST, View.SPLIT, View.SRLUT):
        bench.press(view)
        bench.show(2)  # the view changes between two frames
        assert_show(bench, bench.show(2), SPLASH, view)
        assert bench.leds >> 5 == 1 << view.value
    bench.press(View.SPLIT)
    shown = SPLASH
    for seed, size in enumerate(((8, 16), (1, 1), (5, 7), (8, 1), (2, 16))):
        new = random_picture(*size, seed + 1)
        before = len(bench.frames)
        assert bench.send(transfer(new), LIMIT) == Answer.OK
        bench.show(2)
        pictures = [frame.picture(MODE) for frame in bench.frames[before + 1 :]]
        old_screen, new_screen = (
            on_screen(picture, bench.params, View.SPLIT) for picture in (shown, new)
        )
        # Whole frames of the old picture, then whole frames of the new one, nothing else.
        changes = [np.array_equal(picture, new_screen) for picture in pictures]
        assert changes == sorted(changes)
        assert changes[-1]
        for picture, changed in zip(pictures, changes, strict=True):
            assert changed or np.array_equal(picture, old_screen)
        shown = new
    assert not bench.error


@pytest.mark.xdist_group("board")
def test_broken_transfers_leave_the_screen_alone(bench):
    new = random_picture(6, 9, seed=9)
    whole = transfer(new)
    corrupted = bytearray(whole)
    corrupted[50] ^= 1
    bench.show(1)
    for data, answer in (
        (bytes(corrupted), Answer.CHECKSUM),
        (whole[:-1], Answer.SHORT),
        (whole[:40], Answer.SHORT),
        (whole[:-CRC_BYTES], Answer.SHORT),
        (whole + b"x", Answer.LONG),
        (b"x" + whole, Answer.HEADER),
        (transfer(random_picture(9, 16)), Answer.HEADER),
        (b"", None),
    ):
        assert bench.send(data, LIMIT) == answer
    assert_show(bench, bench.frames[1:], SPLASH, View.SRLUT)
    assert bench.send(whole, LIMIT) == Answer.OK
    bench.show(1)
    assert_show(bench, bench.show(1), new, View.SRLUT)
    assert not bench.error
