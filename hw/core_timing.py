"""How many clocks a core needs for a frame, and for the first beat of its output.

All figures hold for an input that always offers pixels and an output that is always taken, for
frames of any size and any width of the output beat.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hw.core_params import CoreParams
from hw.params import StageParams, natural_pixels_per_beat
from hw.pipeline import SkidBuffer
from hw.timing.stage import StageTiming
from hw.windows.guard import FrameGuard, video_layout

MOST_LINES = 1000
"""Lines after which the search for a period of frames ends."""

FEWEST_FRAMES = 4
"""Frames that are tried even if they have more lines."""


class CoreTiming:
    """Clocks of a chain of stages for frames of one size, back to back.

    Parameters
    ----------
    stages : sequence of StageParams
    scales : sequence of int
        For each stage, how many times as wide and high as the frame its input is.
    width, height : int
        Size of the frames in pixels.
    """

    def __init__(
        self, stages: Sequence[StageParams], scales: Sequence[int], width: int, height: int
    ) -> None:
        self.scales, self.width, self.height = scales, width, height
        self.frames = 0
        self.stages: list[StageTiming] = []
        take = None
        for params, scale in reversed(list(zip(stages, scales, strict=True))):
            stage = StageTiming(params, width * scale // params.columns, height * scale, take)
            self.stages.insert(0, stage)
            take = stage.take

    def frame(self) -> int:
        """Send the next frame; return the clock of its first output beat, from 0."""
        first, writer = self.stages[0], self.stages[-1].writer
        writer.starts.clear()
        params = first.params
        delay = SkidBuffer.delay(video_layout(params)) + FrameGuard.delay(params)
        beats = first.beats
        before = (), 0
        y = 0
        while y < self.height:
            number = (self.frames * self.height + y) * beats
            first.take(delay + number + np.arange(beats))
            y += 1
            state, now = self.state()
            # If this line did what the line before did, the others do so too, but for the last.
            if state == before[0] and y < self.height - 1:
                lines = self.height - 1 - y
                for stage, scale in zip(self.stages, self.scales, strict=True):
                    stage.skip(lines * scale, lines * (now - before[1]))
                y += lines
            before = state, now
        self.frames += 1
        return writer.starts[0]

    def state(self) -> tuple[tuple, int]:
        """What the clocks of later beats depend on, and the clock from which it counts."""
        now = min(stage.second.last for stage in self.stages)
        return tuple(stage.state(now) for stage in self.stages), now

    def period(self) -> int:
        """Clocks from a frame to the next, in the long run: the mean, rounded up."""
        seen: dict[tuple, tuple[int, int]] = {}
        starts = []
        for number in range(max(FEWEST_FRAMES, -(-MOST_LINES // self.height))):
            starts.append(self.frame())
            state, now = self.state()
            if state in seen:
                clocks, frames = now - seen[state][1], number - seen[state][0]
                return -(-clocks // frames)
            seen[state] = number, now
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
    return CoreTiming(params.stages, params.input_scales, width, height).period()


def latency(params: CoreParams, width: int, height: int) -> int:
    """Clocks from the first input beat to the first output beat of a frame of this size.

    For the first frame after a reset, to the clock.
    """
    return CoreTiming(params.stages, params.input_scales, width, height).frame()
