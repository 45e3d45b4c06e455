"""How many clocks a core needs for a frame, and for the first beat of its output.

All figures hold for an input that always offers pixels and an output that is always taken. The
output beat must be wide enough for the lanes (:func:`hw.params.natural_pixels_per_beat`).
"""

from hw.core_params import CoreParams
from hw.layouts import column_layout
from hw.output.line_writer import LineWriter
from hw.output.pixel_queue import PixelQueue
from hw.params import StageParams
from hw.pipeline import SkidBuffer
from hw.scheduler import Scheduler
from hw.stage import UpsamplerStage
from hw.windows.guard import FrameGuard
from hw.windows.line_buffer import LineBuffer

SKID_BEATS = 2
"""Beats that a skid buffer holds."""


def clocks_of_stage(params: CoreParams, number: int, width: int, height: int) -> int:
    """Clocks of stage ``number``, from 0, for a frame of ``width`` × ``height`` LR pixels.

    The lanes need ``steps`` clocks for each beat, and R lines pass at one beat per clock. Less the
    overlap: the first beats of a frame come in while the lanes still work on the frame before.
    They are those that the window and the skid buffer in front of it can hold. Holds for lines of
    more than ``steps`` beats.
    """
    stage, input_scale = params.stages[number], params.input_scales[number]
    beats = width * input_scale // stage.columns
    overlap = (stage.reach_beats + SKID_BEATS) * (stage.steps - 1)
    return stage.steps * beats * height * input_scale + stage.reach * beats - overlap


def clocks_per_frame(params: CoreParams, width: int, height: int) -> int:
    """Clocks from a frame of ``width`` × ``height`` LR pixels to the next: the slowest stage's.

    Exact for one stage. Within 1 % for a chain, whose stages also wait for each other in the R
    lines that pass at one beat per clock.
    """
    return max(clocks_of_stage(params, n, width, height) for n in range(len(params.stages)))


def latency(params: CoreParams, width: int) -> int:
    """Clocks from the first input beat of a frame to its first output beat.

    In each stage R lines and R pixels pass until the first window is complete, and a line writer
    waits for the end of a line. The frame must have more lines than that. Exact for a single stage,
    and within the work of two pixels for each further stage.
    """
    # For each line of a stage's input, the clock of its first beat and the clock after its last;
    # the skid buffer in front of the guard takes the first clock.
    beats = width // params.stages[0].columns
    lines = [(y * beats + 1, (y + 1) * beats + 1) for y in range(_lines_needed(params))]
    for stage, input_scale in zip(params.stages, params.input_scales, strict=True):
        beats = width * input_scale // stage.columns
        lines = [(begin + 1, end + 1) for begin, end in lines]  # the skid buffer before the stage
        clocks = stage.reach_beats + UpsamplerStage.samples_delay(stage) + _around_lanes(stage)
        out: list[tuple[int, int]] = []
        free = 0  # the clock in which the stage can begin with the next line
        for y, (begin, end) in enumerate(lines):
            begin = max(begin, free)
            free = end = max(begin + (1 if y < stage.reach else stage.steps) * beats, end)
            if y >= stage.reach:
                # The last windows of a line are completed by the first beats of the next line.
                if y + 1 < len(lines):
                    end = max(end, lines[y + 1][0])
                out += _lines_out(stage, begin + clocks, end + clocks, beats, out)
        lines = out
    return lines[0][0]


def _around_lanes(stage: StageParams) -> int:
    """Clocks of the blocks in front of the lanes and behind round and clip.

    Counts a frame guard in every stage, which is a little too much in a chain: only the first
    stage has one.
    """
    writer = PixelQueue if stage.has_pixel_queue else LineWriter
    blocks = (
        FrameGuard.delay(stage),
        LineBuffer.delay(stage),
        SkidBuffer.delay(column_layout(stage)),
        Scheduler.delay(stage),
        writer.delay(stage),
    )
    return sum(blocks)


def _lines_out(
    stage: StageParams, begin: int, end: int, beats: int, before: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """When the output lines of one input line begin and end; ``before`` are those before them."""
    if stage.has_pixel_queue:
        # A pixel leaves after its last step; the lanes need all of its steps first.
        return [(begin + stage.steps - 1, end)]
    clocks = -(-beats * stage.columns * stage.scale // stage.pixels_per_beat)
    # The delay of a line writer counts from the last beat of a line, a clock before its end.
    start = max(end - 1, before[-1][1]) if before else end - 1
    return [(start + y * clocks, start + (y + 1) * clocks) for y in range(stage.scale)]


def _lines_needed(params: CoreParams) -> int:
    """Lines of the picture that must come in before the first line goes out."""
    needed = 1
    for stage in reversed(params.stages):
        needed = -(-needed // stage.scale) + stage.reach + 1
    return needed
