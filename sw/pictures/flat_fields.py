"""Flat fields: which grey levels a table keeps, measured with the golden model.

:mod:`sw.tables.flat_sums` has the sums of entries on which this depends.
"""

import numpy as np

from sw.errors import BadInput
from sw.golden import upscale
from sw.tables.flat_sums import flattened
from sw.tables.samples import sample_dtype
from sw.tables.spec import Upsampler

NEAR = 8
"""Mean distance, in grey levels, that a table may put between a flat field and its enlargement.
Tables that were fitted without regard to flat fields stay below 1."""


def flat_errors(upsampler: Upsampler) -> np.ndarray:
    """By how much each level of the samples changes, where it changes most: int, (2**bits,).

    Measured with the golden model on flat fields.
    """
    bits = upsampler.sample_bits
    levels = np.arange(1 << bits, dtype=sample_dtype(bits))
    # One picture with a square for each level; the middle of a square reads no other level.
    side, scale = 2 * upsampler.reach + 1, upsampler.scale
    picture = np.tile(np.repeat(levels, side), (side, 1))
    middle = slice(side // 2 * scale, (side // 2 + 1) * scale)
    rows = upscale(picture, upsampler)[middle].astype(int)
    blocks = rows.reshape(scale, levels.size, side * scale)[:, :, middle]
    return np.abs(blocks - levels.astype(int)[:, None]).max(axis=(0, 2))


def check_near_grey(name: str, upsampler: Upsampler) -> None:
    """Make sure that flat fields come out near the level at which they went in.

    Published files say nothing about the meaning of their entries. The second table of a chain of
    other authors, for example, has the shape of a table of SR-LUT, but holds corrections.

    Raises
    ------
    BadInput
        If they do not; ``name`` is that of the table.
    """
    distance = flat_errors(upsampler).mean()
    if distance > NEAR:
        raise BadInput(
            f"{name}: turns flat fields into other grey levels, {distance:.0f} away on average; a "
            f"table must keep them within {NEAR}, so this one is no table of grey levels, or is "
            "one part of a chain; --force takes it as it is"
        )


def flat_text(upsampler: Upsampler) -> str:
    """What ``upsampler`` does to flat fields, as a sentence without its full stop."""
    errors = flat_errors(upsampler)
    changed = np.count_nonzero(errors)
    if not changed:
        return "flat fields: all 256 grey levels are kept"
    remedy = (
        "no entries keep them all"
        if flat_errors(flattened(upsampler)).any()
        else ("`flatten` mends that")
    )
    return f"flat fields: {changed} of 256 grey levels change, by {errors.max()} at most; {remedy}"
