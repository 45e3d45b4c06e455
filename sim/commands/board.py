"""Simulate a whole board, ULX3S: pictures in over the serial line, 1280×720 out as TMDS.

A host sends pictures, among them broken ones, and presses the buttons; a monitor decodes what comes
out of the HDMI connector. Sync timings are held against CEA-861, every pixel of every frame against
the golden model. Only the PLLs and the double-rate outputs are left out; the serial line is six
times as fast as the real one. The first run builds the simulation, some minutes; then it takes one
or two. Writes the screen as it is in the end to OUT; exit status 1 if anything is wrong.

  python -m sim board build/board.png
  python -m sim board build/board.png --picture photo.png --table nano
"""

import argparse
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from tqdm import tqdm

from boards.common import board_params
from boards.gateware.board import BoardParams
from boards.gateware.display import View
from boards.picture_layout import SCALE
from boards.protocol import Answer, fitted, transfer
from sim.bench.board_bench import CUT, BoardBench
from sim.commands.frame import photograph
from sw.commands.table_options import add_table_arguments, chosen_table
from sw.golden import upscale
from sw.output import check_writable
from sw.pictures.images import Picture, check_ending, colours, read_picture, write_picture

CLOCKS_PER_BIT = Fraction(4)

SILENCE = 4000
"""Clocks that end a transfer here; a quarter of a second would be 18 million."""


def on_screen(picture: np.ndarray, params: BoardParams, view: View) -> np.ndarray:
    """What the screen must show, uint8 (height, width, 3)."""
    screen = np.zeros((params.mode.vertical.active, params.mode.horizontal.active, 3), np.uint8)
    by_srlut = upscale(picture, params.core.upsampler)
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
    parser.add_argument("--picture", type=Path, metavar="FILE", help="photograph to send")
    add_table_arguments(parser)


class _Check:
    """Counts the frames and the answers that are not as they should be."""

    def __init__(self, bench: BoardBench, bar: tqdm) -> None:
        self.bench, self.bar = bench, bar
        self.looked_at, self.wrong, self.pixels = 0, 0, 0

    def frames(self, what: str, *allowed: np.ndarray) -> None:
        """Each frame since the last look is one of ``allowed``, in this order; the last comes.

        Says ``what`` if that is so.
        """
        frames = self.bench.frames[self.looked_at :]
        self.looked_at += len(frames)
        at = 0
        for frame in frames:
            shown = frame.picture(self.bench.params.mode)
            self.pixels += shown.size // 3
            while at < len(allowed) and not np.array_equal(shown, allowed[at]):
                at += 1
            if at == len(allowed):
                different = (shown != allowed[-1]).any(-1).sum()
                self.say(f"a frame differs from the golden model in {different} pixels", wrong=True)
                return
        if at != len(allowed) - 1:
            self.say("the screen did not change when it should have", wrong=True)
        else:
            self.say(what, wrong=False)

    def answer(self, what: str, got: Answer | None, expected: Answer) -> None:
        """The board's answer to ``what``."""
        said = got.name.lower() if got else "nothing"
        self.say(f"{what}: the board answers {said}", wrong=got != expected)

    def say(self, what: str, *, wrong: bool) -> None:
        """Print a line."""
        self.wrong += wrong
        self.bar.write(f"  {'WRONG: ' if wrong else ''}{what}")


def _scenario(bench: BoardBench, photo: np.ndarray, check: _Check) -> np.ndarray:
    """What happens on the board; the screen in the end."""
    params = bench.params

    def screen(picture: np.ndarray, view: View) -> np.ndarray:
        return on_screen(picture, params, view)

    limit = SILENCE + 2 * params.mode.clocks
    built_in = screen(params.picture, View.SRLUT)
    bench.show(2)
    check.frames("the built-in picture is shown after power-up", built_in)

    small = photo[::4, ::4]
    whole = transfer(small)
    corrupted = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
    for what, data, expected in (
        ("a bit changed on the way", corrupted, Answer.CHECKSUM),
        ("a byte lost", whole[:5000] + whole[5001:], Answer.SHORT),
        ("a byte too many", whole + b"\0", Answer.LONG),
        ("interrupted after 3000 bytes", whole[:3000], Answer.SHORT),
        ("no header", whole[1:], Answer.HEADER),
    ):
        check.answer(what, bench.send(data, limit), expected)
    bench.show(1)
    check.frames("the screen kept the built-in picture all the time", built_in)

    check.answer("a small picture", bench.send(whole, limit), Answer.OK)
    bench.show(2)
    check.frames("it is on the screen", built_in, screen(small, View.SRLUT))
    check.answer("the photograph", bench.send(transfer(photo), limit), Answer.OK)
    bench.show(2)
    shown = screen(photo, View.SRLUT)
    check.frames("it is on the screen", screen(small, View.SRLUT), shown)
    for view in (View.NEAREST, View.SPLIT):
        bench.press(view)
        bench.show(3)  # it is taken over between two frames
        before, shown = shown, screen(photo, view)
        check.frames(f"the button for {view.name.lower()} does what it says", before, shown)
    return bench.frames[-1].picture(params.mode)


def run(args: argparse.Namespace) -> int:
    """Simulate, check, report; 0 if all is as it should be, 1 if not."""
    check_writable(args.target)
    check_ending(args.target)
    params = replace(
        board_params(chosen_table(args)), clocks_per_bit=CLOCKS_PER_BIT, silence=SILENCE
    )
    photo = colours(read_picture(args.picture, args.max_mpixel)) if args.picture else photograph()
    photo = fitted(photo, params.limits)
    print("building the simulation unless it is there already (the first time: some minutes)")
    with tqdm(desc="board", unit="clock", unit_scale=True, leave=False) as bar:
        bench = BoardBench(params, progress=bar.update)
        bar.reset()  # the time it took to build does not count
        started = time.perf_counter()
        check = _Check(bench, bar)
        try:
            screen = _scenario(bench, photo, check)
            if bench.error or bench.misplaced > CUT:
                check.say("the error LED was lit, or TMDS words lost their place", wrong=True)
        finally:
            bench.close()
    write_picture(args.target, Picture(screen, "RGB"))
    mode = params.mode
    print(
        f"{check.looked_at} frames of {mode.horizontal.active}×{mode.vertical.active}, each of "
        f"{mode.clocks} clocks with CEA-861's timing, in {time.perf_counter() - started:.0f} s; "
        f"{check.wrong} checks failed; {args.target} is what the screen shows"
    )
    return 1 if check.wrong else 0
