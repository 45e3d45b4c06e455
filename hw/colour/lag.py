"""How many lines the luma is behind the chroma's line memory.

Luma and chroma leave the core together, but they need different LR lines for it. For the HR lines
of LR line y the interpolation of the chroma needs the LR lines up to y + 2, the tables need them up
to y + :func:`lines_needed`. If that is less than 2, the luma is held back by the difference, so
that its HR lines never wait for the chroma.
"""

from collections.abc import Sequence
from math import prod

from hw.params import StageParams
from sw.pictures.colour_formats import REACH


def lines_needed(stages: Sequence[StageParams]) -> int:
    """LR lines below an LR line that must be complete before its first HR line goes out.

    A line writer gives a line when its last block is in, which needs the last pixel of the lowest
    line that its windows reach. This is so in every chain that enlarges, because a stage that
    enlarges has a line writer.
    """
    line = 0  # of a stage's input; LR line 0 begins with line 0 of all stages
    for params in reversed(stages):
        line = line // params.scale + params.reach
    return line


def lines_held(stages: Sequence[StageParams]) -> int:
    """LR lines by which the luma is held back."""
    return max(0, REACH - lines_needed(stages))


def slots_needed(stages: Sequence[StageParams]) -> int:
    """LR lines that the chroma's line memory must have, so that it does not stall the input.

    While the last HR line of LR line 0 goes out, the luma's path can take lines up to the one that
    this function counts to: a line writer is filled one line ahead of the line that it gives, and
    each stage has taken the lines that its windows reach. The memory needs these lines, one more
    of which a few pixels may be in, and the ``REACH`` lines above.
    """
    line = prod(params.scale for params in stages) - 1
    for params in reversed(stages):
        line = line // params.scale + (not params.has_pixel_queue) + params.reach
    held = lines_held(stages)
    return line + (held + 1 if held else 0) + 2 + REACH
