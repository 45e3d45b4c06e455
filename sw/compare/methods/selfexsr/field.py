"""The first field of sources, and the field of one size of a picture carried over to the next."""

import numpy as np

from sw.compare.methods.selfexsr.patch import NEAREST_DEPTH, RADIUS
from sw.compare.methods.selfexsr.patch_match import Field

FIRST_SCALE = 2.0
"""Of the sources before any search, which lie where their targets are."""


def unknown(height: int, width: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Costs and biases of a field, before they are known."""
    return np.zeros((height, width)), np.zeros((height, width, channels), np.float32)


def first_field(height: int, width: int, channels: int, facing: int) -> Field:
    """Every pixel's source around itself, on the plane ``facing`` the camera."""
    y, x = np.mgrid[:height, :width] + 0.5
    transforms = np.zeros((height, width, 8), np.float32)
    transforms[..., 0] = transforms[..., 4] = FIRST_SCALE
    transforms[..., 2], transforms[..., 5] = y, x
    affine = np.zeros((height, width, 4), np.float32)
    affine[..., 0] = affine[..., 3] = FIRST_SCALE
    planes = np.full((height, width), facing, np.uint8)
    return Field(transforms, affine, planes, *unknown(height, width, channels))


def carried_over(field: Field, height: int, width: int) -> Field:
    """``field`` for the picture in a larger size: each pixel continues the nearest one's source."""
    before = field.costs.shape
    ratio_y, ratio_x = height / before[0], width / before[1]
    y, x = np.mgrid[:height, :width] + 0.5
    from_y, from_x = (
        np.clip((at / ratio).astype(int), RADIUS, side - 1 - RADIUS)
        for at, ratio, side in ((y, ratio_y, before[0]), (x, ratio_x, before[1]))
    )
    t = field.transforms[from_y, from_x]
    t[..., 2] *= ratio_y
    t[..., 5] *= ratio_x
    # A pixel of the larger size is a smaller way to go, so the perspective changes less with it.
    t[..., 6] /= ratio_y
    t[..., 7] /= ratio_x
    dy, dx = y - (from_y + 0.5) * ratio_y, x - (from_x + 0.5) * ratio_x
    deep = np.maximum(t[..., 6] * dy + t[..., 7] * dx + 1, NEAREST_DEPTH)
    moved_y = (t[..., 0] * dy + t[..., 1] * dx + t[..., 2]) / deep
    moved_x = (t[..., 3] * dy + t[..., 4] * dx + t[..., 5]) / deep
    t /= deep[..., None]
    t[..., 2] = np.clip(moved_y, RADIUS + 0.5, height - RADIUS - 0.5)
    t[..., 5] = np.clip(moved_x, RADIUS + 0.5, width - RADIUS - 0.5)
    affine, planes = field.affine[from_y, from_x], field.planes[from_y, from_x]
    return Field(t, affine, planes, *unknown(height, width, field.biases.shape[2]))
