"""A board under Verilator, with a host on its serial line and a monitor on its TMDS pairs."""

import contextlib
import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boards.gateware.board import Board, BoardParams
from boards.gateware.display import View
from boards.gateware.video_timing import VideoMode
from boards.protocol import Answer
from hw.emit import write_verilog
from sim.bench.build import CACHE, build_library, build_once, design_digest

TOP = "board"
"""Name of the top module; the harness includes its header."""

HARNESS = Path(__file__).with_name("board.cpp")

ACTIVE, HSYNC, VSYNC, WRONG = 1 << 24, 1 << 25, 1 << 26, 1 << 27
"""Flags in a word of the monitor; the low 24 bits are RGB."""

ERROR_LED = 1 << 2

CUT = 2
"""Words that may have the wrong length after a reset: the first one, and one while the serialiser
aligns itself."""


class _Run(ctypes.Structure):
    """``struct Run`` of the harness."""

    _fields_ = (
        ("send", ctypes.c_void_p),
        *((name, ctypes.c_uint64) for name in ("send_count", "sent", "clocks_num", "clocks_den")),
        ("idle", ctypes.c_uint64),
        ("answers", ctypes.c_uint8 * 64),
        ("answer_count", ctypes.c_uint64),
        ("seen", ctypes.c_void_p),
        *((name, ctypes.c_uint64) for name in ("capacity", "count", "misplaced")),
        *((name, ctypes.c_uint32) for name in ("buttons", "leds", "leds_ever")),
    )


@dataclass(frozen=True)
class Frame:
    """A frame as the monitor decoded it, starting at its vertical sync.

    Parameters
    ----------
    words : ndarray of uint32, shape (lines, pixels)
        Blanking included.
    """

    words: np.ndarray

    def picture(self, mode: VideoMode) -> np.ndarray:
        """The visible picture: uint8 (height, width, 3)."""
        rows, columns = mode.vertical, mode.horizontal
        shown = self.words[rows.start : rows.end, columns.start : columns.end]
        return np.stack([shown >> n & 0xFF for n in (0, 8, 16)], -1).astype(np.uint8)

    def check_timing(self, mode: VideoMode) -> None:
        """Compare the sync and data-enable flags of every word with the video mode.

        Raises
        ------
        AssertionError
            If a word differs, or the frame has another size.
        """
        y, x = np.ogrid[: mode.vertical.total, : mode.horizontal.total]
        rows, columns = mode.vertical, mode.horizontal
        active = (y >= rows.start) & (y < rows.end) & (x >= columns.start) & (x < columns.end)
        syncs = (x < columns.sync) * HSYNC + (y < rows.sync) * VSYNC
        expected = np.where(active, ACTIVE, syncs)
        assert self.words.shape == expected.shape, f"a frame has the shape {self.words.shape}"
        wrong = np.argwhere(self.words >> 24 != expected >> 24)
        assert not len(wrong), f"flags of {len(wrong)} words are wrong, first at {wrong[:1]} (y, x)"


class BoardBench:
    """A running board; simulated time passes only in the methods of this class.

    Parameters
    ----------
    params : BoardParams
    optimise : bool
        Compile for speed.
    progress : callable
        Called with the pixel clocks that have passed since the last call.

    Raises
    ------
    BadInput
        If a tool is missing, or the build fails.
    """

    def __init__(
        self,
        params: BoardParams,
        *,
        optimise: bool = True,
        progress: Callable[[int], None] = lambda clocks: None,
    ) -> None:
        self.params, self._progress = params, progress

        def build(work: Path) -> None:
            verilog, *_ = write_verilog(Board(params), work, TOP, keep_contents=True)
            build_library(verilog, HARNESS, [], [], optimise=optimise)

        choices = params, params.picture.tobytes(), optimise
        digest = design_digest(choices, params.core.upsampler, ("boards", "hw", "sw", "sim"))
        folder = CACHE / f"board-{digest}"
        build_once(folder, build)
        self._library = ctypes.CDLL(str(folder / "core.so"))
        self._library.board_open.restype = ctypes.c_void_p
        # $readmemh looks for the .hex files in the working folder when the board is constructed.
        with contextlib.chdir(folder):
            self._bench = ctypes.c_void_p(self._library.board_open())
        # Room for the words of one call of board_run, which runs for a frame at most.
        self._seen = np.zeros(3 * params.mode.clocks, np.uint32)
        self._rest = self._seen[:0].copy()
        self._synced = False
        bit = params.clocks_per_bit
        self._run = _Run(clocks_num=bit.numerator, clocks_den=bit.denominator)
        self.frames: list[Frame] = []

    def close(self) -> None:
        """End the simulation."""
        self._library.board_close(self._bench)

    @property
    def error(self) -> bool:
        """True if the error LED was ever lit."""
        return bool(self._run.leds_ever & ERROR_LED)

    @property
    def leds(self) -> int:
        """State of the LEDs, one bit for each."""
        return self._run.leds

    @property
    def misplaced(self) -> int:
        """Words on the clock pair that were not ten bits long: must be at most ``CUT``."""
        return self._run.misplaced

    def press(self, view: View) -> None:
        """Press and release the button of ``view``."""
        self._run.buttons = 1 << view.value
        self.run(50)
        self._run.buttons = 0
        self.run(50)

    def send(self, data: bytes, limit: int) -> Answer | None:
        """Send ``data``; wait up to ``limit`` clocks after the last byte for the answer."""
        run = self._run
        array = np.frombuffer(data, np.uint8)  # must exist as long as the harness reads it
        run.send, run.send_count, run.sent = array.ctypes.data, len(data), 0
        run.answer_count = 0
        bit = self.params.clocks_per_bit
        self.run(int(len(data) * 10 * bit) + limit, answers=1)
        run.send_count = run.sent = 0
        return Answer(run.answers[0]) if run.answer_count else None

    def show(self, count: int) -> list[Frame]:
        """Run until ``count`` more frames are whole, and return these."""
        begin = len(self.frames)
        while len(self.frames) < begin + count:
            self.run(self.params.mode.clocks)
        return self.frames[begin : begin + count]

    def run(self, clocks: int, answers: int = len(_Run().answers)) -> None:
        """Run for ``clocks`` pixel clocks, or until there are ``answers`` answers of the board.

        Adds the whole frames to ``frames``.
        """
        run = self._run
        run.seen, run.capacity = self._seen.ctypes.data, len(self._seen)
        left = clocks
        while left > 0 and run.answer_count < answers:
            part = min(left, self.params.mode.clocks)
            run.count = 0
            self._library.board_run(
                self._bench, ctypes.byref(run), ctypes.c_uint64(part), ctypes.c_uint64(answers)
            )
            self._collect(self._seen[: run.count])
            self._progress(run.count)
            left -= part

    def _collect(self, words: np.ndarray) -> None:
        """Split the monitor's words into frames at the start of vertical sync."""
        self._rest = np.concatenate([self._rest, words])
        sync = (self._rest & VSYNC) != 0
        # Words of active video carry no sync flags, which is right: both syncs are low there.
        starts = np.flatnonzero(sync[1:] & ~sync[:-1]) + 1
        if len(starts) == 0:
            return
        pieces = np.split(self._rest, starts)
        whole = pieces[1:-1] if not self._synced else pieces[:-1]
        self._synced, self._rest = True, pieces[-1]
        width = self.params.mode.horizontal.total
        for piece in whole:
            assert len(piece) == self.params.mode.clocks, f"a frame has {len(piece)} clocks"
            self.frames.append(Frame(piece.reshape(-1, width)))
            self.frames[-1].check_timing(self.params.mode)
