"""The first field of sources, and a field carried over to a larger size of the picture."""

import numpy as np

from sw.compare.methods.selfexsr.patch import NEAREST_DEPTH, RADIUS
from sw.compare.methods.selfexsr.patch_match import Field

FIRST_SCALE = 2.0
"""Scale of the sources before any search; each source lies at the place of its target."""


def unknown_costs(height: int, width: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Costs and biases of a field that ``evaluate`` has yet to fill in."""
    return np.zeros((height, width)), np.zeros((height, width, channels), np.float32)


def first_field(height: int, width: int, channels: int, facing: int) -> Field:
    """The source of every pixel is around itself, on the plane ``facing`` the camera."""
    y, x = np.mgrid[:height, :width] + 0.5
    transforms = np.zeros((height, width, 8), np.float32)
    transforms[..., 0] = transforms[..., 4] = FIRST_SCALE
    transforms[..., 2], transforms[..., 5] = y, x
    affine = np.zeros((height, width, 4), np.float32)
    affine[..., 0] = affine[..., 3] = FIRST_SCALE
    planes = np.full((height, width), facing, np.uint8)
    return Field(transforms, affine, planes, *unknown_costs(height, width, channels))


def carried_over(field: Field, height: int, width: int) -> Field:
    """``field`` for a larger size: each pixel continues the source of the nearest old pixel."""
    old_height, old_width = field.costs.shape
    ratio_y, ratio_x = height / old_height, width / old_width
    y, x = np.mgrid[:height, :width] + 0.5
    from_y = np.clip((y / ratio_y).astype(int), RADIUS, old_height - 1 - RADIUS)
    from_x = np.clip((x / ratio_x).astype(int), RADIUS, old_width - 1 - RADIUS)
    t = field.transforms[from_y, from_x]
    t[..., 2] *= ratio_y
    t[..., 5] *= ratio_x
    # A pixel of the larger size spans less of the scene, so the perspective changes less across it.
    t[..., 6] /= ratio_y
    t[..., 7] /= ratio_x
    dy, dx = y - (from_y + 0.5) * ratio_y, x - (from_x + 0.5) * ratio_x
    depth = np.maximum(t[..., 6] * dy + t[..., 7] * dx + 1, NEAREST_DEPTH)
    source_y = (t[..., 0] * dy + t[..., 1] * dx + t[..., 2]) / depth
    source_x = (t[..., 3] * dy + t[..., 4] * dx + t[..., 5]) / depth
    t /= depth[..., None]
    t[..., 2] = np.clip(source_y, RADIUS + 0.5, height - RADIUS - 0.5)
    t[..., 5] = np.clip(source_x, RADIUS + 0.5, width - RADIUS - 0.5)
    affine, planes = field.affine[from_y, from_x], field.planes[from_y, from_x]
    return Field(t, affine, planes, *unknown_costs(height, width, field.biases.shape[2]))
