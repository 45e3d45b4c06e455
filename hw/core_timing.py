"""How many clocks a core needs for a frame, and for the first beat of its output.

All figures hold for an input that always offers pixels and an output that is always taken, for
frames of any size and any width of the output beat.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hw.control.core import ControlledCore
from hw.core_params import CoreParams
from hw.params import StageParams, natural_pixels_per_beat
from hw.pipeline import SkidBuffer
from hw.timing.stage import StageTiming
from hw.video_path import VideoPath
from hw.windows.frame_size import video_layout
from hw.windows.guard import FrameGuard
from hw.windows.input_gearbox import InputGearbox

MOST_LINES = 1000
"""Lines after which the search for a period of frames ends."""

FEWEST_FRAMES = 4
"""Frames that are tried even if they have more lines."""

HORIZON = 64
"""An event that lies so many clocks back delays no other."""


class CoreTiming:
    """Clocks of a chain of stages for frames of one size, back to back.

    Parameters
    ----------
    stages : sequence of StageParams
    scales : sequence of int
        For each stage, how many times as wide and high as the frame its input is.
    width, height : int
        Size of the frames in pixels.
    delay : int
        Clocks from the input of the core to that of the chain.
    delay_behind : int
        Clocks from the output of the chain to that of the core.
    lines_held : int
        Lines of the frame that must follow a line before the chain gets it.
    """

    def __init__(
        self,
        stages: Sequence[StageParams],
        scales: Sequence[int],
        width: int,
        height: int,
        *,
        delay: int = 0,
        delay_behind: int = 0,
        lines_held: int = 0,
    ) -> None:
        self.scales, self.height = scales, height
        self.delay, self.delay_behind, self.lines_held = delay, delay_behind, lines_held
        self.frames = 0  # sent
        self.stages: list[StageTiming] = []
        take = None
        for params, scale in reversed(list(zip(stages, scales, strict=True))):
            stage = StageTiming(params, width * scale // params.columns, height * scale, take)
            self.stages.insert(0, stage)
            take = stage.take
        self.histories = [history for stage in self.stages for history in stage.histories()]

    @classmethod
    def of_core(cls, params: CoreParams, width: int, height: int) -> "CoreTiming":
        """Clocks of a core, counted from its first input beat."""
        guard = SkidBuffer.delay(video_layout(params.pixel)) + FrameGuard.delay()
        if params.input_pixels_per_beat > 1:
            guard += InputGearbox.delay()
        if params.control:
            guard += ControlledCore.delay_before(params)
        return cls(
            params.stages,
            params.input_scales,
            width,
            height,
            delay=guard + VideoPath.delay_before(params),
            delay_behind=VideoPath.delay_behind(params),
            lines_held=params.lines_held,
        )

    def latency(self) -> int:
        """Send the next frame up to its first output beat; return the clock of that, from 0."""
        writer, y = self.stages[-1].writer, 0
        writer.start = None
        while writer.start is None:
            self._line(y)
            y += 1
        return writer.start + self.delay_behind

    def frame(self) -> int:
        """Send the next frame; return the clock of its first output beat, from 0.

        Often the clocks of all events grow by the same amounts from line to line. Then many lines
        are passed over, and the line behind them is tried. This is exact: each clock is a maximum
        of sums, so it is a convex function of the clocks before it. A convex function that lies on
        a straight line at three points lies on it between them too.
        """
        writer, y, jump = self.stages[-1].writer, 0, self.height
        writer.start = None
        clocks, before = self.clocks(), ((), np.empty(0))
        while y < self.height:
            self._line(y)
            y += 1
            counts, growth = self.counts(), self.clocks() - clocks
            clocks = clocks + growth
            if counts != before[0] or not np.array_equal(growth, before[1]):
                before, jump = (counts, growth), self.height
                continue
            # The last line differs from the others, and those that wait for it.
            jump = min(jump, self.height - 2 - self.lines_held - y)
            if jump > 0:
                self._skip(jump, clocks + jump * growth)
                self._line(y + jump)
                expected = clocks + (jump + 1) * growth
                if np.array_equal(self.clocks(), expected):
                    y, clocks = y + jump + 1, expected
                else:
                    self._skip(-jump - 1, clocks)
                jump //= 2
        self.frames += 1
        return writer.start + self.delay_behind

    def _line(self, y: int) -> None:
        """Send line ``y`` of a frame."""
        first = self.stages[0]
        line = self.frames * self.height + y
        beats = line * first.beats + np.arange(first.beats)
        if self.lines_held:
            waits_for = line + min(self.lines_held, self.height - 1 - y)
            beats = np.maximum(beats, (waits_for + 1) * first.beats - 1 + np.arange(first.beats))
        first.take(self.delay + beats)

    def counts(self) -> tuple:
        """All but clocks that decides what the next line does."""
        return tuple(stage.counts() for stage in self.stages)

    def clocks(self) -> np.ndarray:
        """Clocks of all events that later ones can wait for."""
        return np.concatenate([history.clocks for history in self.histories])

    def _skip(self, lines: int, clocks: np.ndarray) -> None:
        """Pass over input lines, back if ``lines`` is negative; set the clocks of all events."""
        for stage, scale in zip(self.stages, self.scales, strict=True):
            stage.skip(lines * scale)
        ends = np.cumsum([len(history.clocks) for history in self.histories])
        for history, part in zip(self.histories, np.split(clocks, ends[:-1]), strict=True):
            history.clocks = part

    def period(self) -> int:
        """Clocks from a frame to the next, in the long run: the mean, rounded up."""
        seen: dict[tuple, tuple[int, int]] = {}
        starts = []
        for number in range(max(FEWEST_FRAMES, -(-MOST_LINES // self.height))):
            starts.append(self.frame())
            now = min(stage.first.last for stage in self.stages)
            state = self.counts(), np.maximum(self.clocks() - now, -HORIZON).tobytes()
            if state in seen:
                clocks, frames = now - seen[state][0], number - seen[state][1]
                return -(-clocks // frames)
            seen[state] = now, number
        half = len(starts) // 2
        return -(-(starts[-1] - starts[half]) // (len(starts) - 1 - half))


def clocks_of_stage(params: CoreParams, number: int, width: int, height: int) -> int:
    """Clocks of stage ``number``, from 0, for a frame of ``width`` × ``height`` LR pixels.

    As :func:`clocks_per_frame`, for the stage alone and with an output beat that keeps up with its
    lanes: how fast the chain is if no other stage slows it down.
    """
    stage = params.stages[number]
    beat = natural_pixels_per_beat(stage.scale, stage.channels, stage.lanes)
    beat = stage.columns if stage.scale == 1 else beat
    stage = replace(stage, pixels_per_beat=beat)
    scale = params.input_scales[number]
    return CoreTiming((stage,), (1,), width * scale, height * scale).period()


def clocks_per_frame(params: CoreParams, width: int, height: int) -> int:
    """Clocks from the first output beat of a frame to that of the next, back to back.

    For frames of ``width`` × ``height`` LR pixels, in the long run: the first frames can be faster,
    because the memories are empty. Where the clocks vary from frame to frame, their mean, rounded
    up. Exact if the frames repeat within ``MOST_LINES`` lines; else, and for lines of more than
    ``MOST_PIECES`` pieces in a pixel queue of a chain, within 1 %.
    """
    return CoreTiming.of_core(params, width, height).period()


def latency(params: CoreParams, width: int, height: int) -> int:
    """Clocks from the first input beat to the first output beat of a frame of this size.

    For the first frame after a reset, to the clock.
    """
    return CoreTiming.of_core(params, width, height).latency()
