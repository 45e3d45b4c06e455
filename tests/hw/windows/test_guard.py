import random

import pytest

from blocks import TRAFFIC
from hw.layouts import pixel_layout
from hw.windows.guard import Error, FrameGuard
from sim.bench.streams import run_stream

MAX_WIDTH, MAX_HEIGHT = 6, 5


def frame(width, height, seed=0):
    """Pixels of a whole frame: (grey, start of frame, end of line); grey is never black."""
    rng = random.Random(seed)
    return [
        (rng.randrange(1, 256), x == y == 0, x == width - 1)
        for y in range(height)
        for x in range(width)
    ]


def slow_guard(pixels, width, height):
    """Expected output and errors for ``pixels``, straight from the contract of the guard."""
    out, errors = [], []
    accepted = 1 <= width <= MAX_WIDTH and 1 <= height <= MAX_HEIGHT
    count = None  # pixels of the current frame so far; None outside of frames

    def send(grey):
        nonlocal count
        x, y = count % width, count // width
        line_last = x == width - 1
        out.append((grey, line_last, line_last and y == height - 1))
        count = count + 1 if count + 1 < width * height else None

    def complete():
        while count is not None:
            send(0)

    for grey, start, end in pixels:
        if start and count is not None:
            errors.append(Error.FRAME_EARLY)
            complete()
        if start:
            if not accepted:
                errors.append(Error.SIZE)
                continue
            count = 0
        if count is None:
            continue
        line_last = count % width == width - 1
        send(grey)
        if end != line_last:
            errors.append(Error.LINE_LATE if line_last else Error.LINE_EARLY)
            complete()
    return out, errors


def make_guard():
    return FrameGuard(pixel_layout(1), max_width=MAX_WIDTH, max_height=MAX_HEIGHT)


def as_values(pixels, width, height):
    """Payloads of ``pixels``; only those that start a frame have its size."""
    return [
        {
            "pixel": [grey],
            "start_of_frame": start,
            "end_of_line": end,
            "width": width if start else place * 7 % MAX_WIDTH,
            "height": height if start else place * 3 % MAX_HEIGHT,
        }
        for place, (grey, start, end) in enumerate(pixels)
    ]


def run(pixels, width, height, traffic):
    """Output and errors of the guard, compared with those of ``slow_guard``."""
    guard = make_guard()
    expected, errors = slow_guard(pixels, width, height)
    flagged = []

    async def watch(ctx):
        async for _, _, error in ctx.tick().sample(guard.error):
            if error:
                flagged.append(Error(error))

    values = as_values(pixels, width, height)
    payloads, _ = run_stream(guard, values, len(expected), traffic, watchers=[watch])
    got = [
        (payload.pixels[0][0], bool(payload.line_last), bool(payload.frame_last))
        for payload in payloads
    ]
    assert got == expected
    assert flagged == errors
    return got, flagged


WHOLE = frame(4, 3)
CASES = {
    "whole": WHOLE * 2,
    "nothing before a start": WHOLE[5:] + WHOLE,
    "line early": [*WHOLE[:2], (9, False, True), *WHOLE[3:], *WHOLE],
    "line late": [*WHOLE[:3], (9, False, False), *WHOLE[4:], *WHOLE],
    "last line late": [*WHOLE[:-1], (9, False, False), *WHOLE],
    "frame early": WHOLE[:7] + WHOLE,
    "frame early after one pixel": WHOLE[:1] * 3 + WHOLE,
    "frame too long": WHOLE + WHOLE[1:9] + WHOLE,
    "first pixel ends a line": [(9, True, True), *WHOLE],
}


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize("name", CASES)
def test_broken_frames(name, traffic):
    got, flagged = run(CASES[name], 4, 3, traffic)
    # Only whole frames come out; the last frame, which is whole, comes out unchanged.
    assert len(got) % 12 == 0
    assert [grey for grey, *_ in got[-12:]] == [grey for grey, *_ in WHOLE]
    assert bool(flagged) == (name not in ("whole", "nothing before a start", "frame too long"))


@pytest.mark.parametrize(
    ("width", "height"), [(0, 3), (4, 0), (MAX_WIDTH + 1, 3), (4, MAX_HEIGHT + 1), (65535, 65535)]
)
def test_refused_sizes(width, height):
    got, flagged = run(WHOLE * 2, width, height, TRAFFIC[0].values[0])
    assert got == []
    assert flagged == [Error.SIZE] * 2


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (5, 1), (MAX_WIDTH, MAX_HEIGHT)])
def test_sizes(size):
    got, flagged = run(frame(*size) * 3, *size, TRAFFIC[-1].values[0])
    assert len(got) == 3 * size[0] * size[1]
    assert flagged == []


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_black_of_samples_of_any_bits(bits):
    grey, black = (1 << bits) - 1, (0, 1 << (bits - 1))
    guard = FrameGuard(pixel_layout(2, bits), max_width=4, max_height=2, black=black)
    values = as_values([(0, True, False), (0, False, True)], 3, 2)
    for value in values:
        value["pixel"] = [grey, 0]
    payloads, _ = run_stream(guard, values, 6)
    pixels = [tuple(map(int, payload.pixels[0])) for payload in payloads]
    assert pixels == [(grey, 0)] * 2 + [black] * 4


def test_one_pixel_per_clock():
    guard = make_guard()
    _, clocks = run_stream(guard, as_values(WHOLE * 2, 4, 3), 24)
    first = guard.delay()
    assert clocks == list(range(first, first + 24))


@pytest.mark.parametrize("seed", range(12))
def test_random_pixels_and_flags(seed):
    rng = random.Random(seed)
    pixels = []
    for _ in range(30):
        part = frame(3, 2, rng.random())
        if rng.random() < 0.6:
            place = rng.randrange(6)
            broken = (rng.randrange(256), rng.random() < 0.3, rng.random() < 0.5)
            part[place:place] = [broken] * rng.randrange(3)
        pixels += part[: rng.choice((6, 6, 6, rng.randrange(7)))]
    run([*pixels, *frame(3, 2)], 3, 2, TRAFFIC[seed % 4].values[0])
