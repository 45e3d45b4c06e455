"""The time-out of the frame guard, clock by clock."""

import random

import pytest
from amaranth.hdl import ResetInserter, Signal
from amaranth.sim import Simulator

from hw.layouts import pixel_layout
from hw.windows.guard import Error, FrameGuard

WIDTH, HEIGHT = 4, 3
WHOLE = [
    (10 + WIDTH * y + x, x == y == 0, x == WIDTH - 1) for y in range(HEIGHT) for x in range(WIDTH)
]
"""Pixels of a frame: (grey, start of frame, end of line)."""
GREY = [grey for grey, *_ in WHOLE]

SIZED = 1
"""Clocks from the input of the guard to its state machine."""


def paused(pixels, pauses):
    """``pixels`` with the clocks in which nothing is offered before each: ``pauses`` by index."""
    return [(pauses.get(place, 0), pixel) for place, pixel in enumerate(pixels)]


def black_after(count):
    """The frame if only its first ``count`` pixels came."""
    return GREY[:count] + [0] * (len(GREY) - count)


def run(timeout, source, *, stalls=(), reset_at=None, then=(), clocks=150):
    """(clock, grey) of the output pixels, (clock, Error) of the errors, clocks of the input pixels.

    Parameters
    ----------
    timeout : int
        ``frame_timeout`` of the guard.
    source : list
        For each pixel the clocks of pause before it, and the pixel.
    stalls : iterable of int
        Clocks in which the sink is not ready.
    reset_at : int, optional
        A clock in which the guard is reset; after it ``then`` comes in place of ``source``.
    """
    guard = FrameGuard(pixel_layout(1), max_width=WIDTH, max_height=HEIGHT, frame_timeout=timeout)
    reset = Signal()
    taken, errors, accepted = [], [], []

    async def bench(ctx):
        waiting = list(source)
        pause = waiting[0][0]
        for clock in range(clocks):
            running = clock != reset_at
            offers = bool(waiting) and not pause and running
            grey, start, end = waiting[0][1] if offers else (0, 1, 1)
            ctx.set(reset, not running)
            ctx.set(guard.i.valid, offers)
            ctx.set(guard.i.payload.pixel[0], grey)
            ctx.set(guard.i.payload.start_of_frame, start)
            ctx.set(guard.i.payload.end_of_line, end)
            ctx.set(guard.i.payload.width, WIDTH if offers and start else 1)
            ctx.set(guard.i.payload.height, HEIGHT if offers and start else 1)
            ctx.set(guard.o.ready, clock not in stalls)
            if running and ctx.get(guard.o.valid) and ctx.get(guard.o.ready):
                taken.append((clock, ctx.get(guard.o.payload.pixels[0][0])))
            if running and (error := ctx.get(guard.error)):
                errors.append((clock, Error(error)))
            pause = max(0, pause - 1)
            if not running:
                waiting, pause = list(then), 0
            elif offers and ctx.get(guard.i.ready):
                accepted.append(clock)
                waiting.pop(0)
                pause = waiting[0][0] if waiting else 0
            await ctx.tick()

    simulator = Simulator(ResetInserter(reset)(guard))
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    return taken, errors, accepted


def greys(taken):
    return [grey for _, grey in taken]


@pytest.mark.parametrize("timeout", [1, 2, 5, 16])
@pytest.mark.parametrize("place", [1, 3, 4, 11])
def test_breaks_after_as_many_clocks_without_a_pixel_and_no_fewer(timeout, place):
    taken, errors, _ = run(timeout, paused(WHOLE * 2, {place: timeout - 1}))
    assert greys(taken) == GREY * 2
    assert errors == []

    taken, errors, accepted = run(timeout, paused(WHOLE * 2, {place: timeout}))
    assert greys(taken) == black_after(place) + GREY
    assert errors == [(accepted[place - 1] + SIZED + timeout, Error.TIMEOUT)]


@pytest.mark.parametrize("timeout", [1, 5])
def test_a_frame_that_stops_is_complete_although_nothing_follows(timeout):
    taken, errors, accepted = run(timeout, paused(WHOLE[:5], {}))
    assert greys(taken) == black_after(5)
    last = accepted[-1] + SIZED
    assert errors == [(last + timeout, Error.TIMEOUT)]
    # One black pixel per clock, from the second clock after the break on.
    first = last + timeout + 2
    assert [clock for clock, _ in taken[5:]] == list(range(first, first + 7))


@pytest.mark.parametrize("stalled", [1, 7, 30])
def test_clocks_in_which_the_output_stalls_do_not_count(stalled):
    timeout = 4
    _, _, accepted = run(timeout, paused(WHOLE[:5], {}))
    first = accepted[-1] + SIZED + 1
    stalls = range(first, first + stalled)
    taken, errors, _ = run(timeout, paused(WHOLE[:5], {}), stalls=stalls)
    assert greys(taken) == black_after(5)
    assert errors == [(stalls[-1] + timeout, Error.TIMEOUT)]
    # The same pause, but the sixth pixel comes in the last clock that saves the frame.
    source = paused(WHOLE, {5: stalled + timeout - 1})
    taken, errors, _ = run(timeout, source, stalls=stalls)
    assert (greys(taken), errors) == (GREY, [])
    source = paused(WHOLE, {5: stalled + timeout})
    taken, errors, _ = run(timeout, source, stalls=stalls)
    assert greys(taken) == black_after(5)
    assert errors == [(stalls[-1] + timeout, Error.TIMEOUT)]


def test_black_pixels_wait_while_the_output_stalls():
    timeout, stalls = 3, range(12, 40)
    taken, errors, _ = run(timeout, paused(WHOLE[:5], {}), stalls=stalls)
    assert greys(taken) == black_after(5)
    assert not {clock for clock, _ in taken} & set(stalls)
    assert len(errors) == 1


def test_nothing_breaks_between_frames():
    pauses = {0: 20, 12: 30}
    taken, errors, _ = run(2, paused(WHOLE * 2, pauses))
    assert (greys(taken), errors) == (GREY * 2, [])


def test_without_a_timeout_a_frame_waits():
    taken, errors, _ = run(0, paused(WHOLE, {5: 100}))
    assert (greys(taken), errors) == (GREY, [])


@pytest.mark.parametrize("seed", range(20))
def test_random_pauses(seed):
    rng = random.Random(seed)
    timeout = rng.randint(1, 6)
    frames = 8
    pauses = {
        place: rng.choice((0, timeout - 1, timeout, timeout + 9))
        for place in range(frames * len(WHOLE))
        if rng.random() < 0.1
    }
    expected = []
    for number in range(frames):
        breaks = (
            place
            for place in range(1, len(WHOLE))
            if pauses.get(number * len(WHOLE) + place, 0) >= timeout
        )
        expected.append(black_after(next(breaks, len(WHOLE))))
    taken, errors, _ = run(timeout, paused(WHOLE * frames, pauses), clocks=900)
    assert greys(taken) == [grey for frame in expected for grey in frame]
    assert [error for _, error in errors] == [Error.TIMEOUT] * sum(0 in frame for frame in expected)


@pytest.mark.parametrize("clock", range(42))
def test_a_reset_in_any_phase(clock):
    # The phases: a frame that stops, its completion, pixels that are dropped, a whole frame.
    phases = paused(WHOLE * 2, {5: 15})
    assert len(greys(run(6, phases, clocks=42)[0])) == 2 * len(WHOLE)
    taken, errors, _ = run(6, phases, reset_at=clock, then=paused(WHOLE * 2, {}), clocks=80)
    assert [grey for time, grey in taken if time > clock] == GREY * 2
    assert not [error for time, error in errors if time > clock]
