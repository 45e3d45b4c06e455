"""Rotation as wiring: which pixels a rotated look-up reads, and where its block lands.

Look-up k works on the picture rotated by 90°·k counter-clockwise, and its block is rotated back
clockwise. Nothing has to rotate the picture for that. Rotating the offsets of the taps and the
positions within the block gives the same numbers, in the golden model, in the fit and in the RTL.
"""

import numpy as np

ROTATIONS = 4

Taps = tuple[tuple[int, int], ...]
"""Offsets (dy, dx) of a window's pixels from its centre."""


def rotate_taps(taps: Taps, k: int) -> Taps:
    """Offsets (dy, dx) in the original picture of ``taps`` in the picture rotated by 90°·k.

    One rotation counter-clockwise makes row y of the picture a column of the original, counted
    from the top, and column x a row, counted from the right. A step (dy, dx) in the rotated
    picture is therefore a step (dx, -dy) in the original.
    """
    for _ in range(k % ROTATIONS):
        taps = tuple((dx, -dy) for dy, dx in taps)
    return taps


def block_source(scale: int, k: int) -> np.ndarray:
    """For each HR pixel of a block, the position in look-up k's block that it comes from.

    Returns
    -------
    ndarray of int, shape (scale * scale,)
        Row-major positions in the block as fetched, in row-major order of the picture.
    """
    positions = np.arange(scale * scale).reshape(scale, scale)
    return np.rot90(positions, -k).ravel()


def mirror(taps: Taps, scale: int) -> tuple[tuple[int, ...], np.ndarray] | None:
    """Reflection that maps the window onto itself, as a permutation of table axes and of blocks.

    Photographs are as likely as their mirror images, so the best table for such a window is
    symmetric: it equals ``entries.reshape(axes + (r*r,)).transpose(*order, n)[..., positions]``.

    Returns
    -------
    order : tuple of int
        For each axis, the axis that the reflection moves there.
    positions : ndarray of int, shape (scale * scale,)
        For each row-major position in the block, the position that the reflection moves there.
    None
        Instead of both, if no reflection maps the window onto itself.
    """
    block = np.arange(scale * scale).reshape(scale, scale)
    reflections = (
        (lambda dy, dx: (dx, dy), block.T),
        (lambda dy, dx: (-dy, dx), block[::-1]),
        (lambda dy, dx: (dy, -dx), block[:, ::-1]),
        (lambda dy, dx: (-dx, -dy), block[::-1, ::-1].T),
    )
    for reflect, positions in reflections:
        image = [reflect(dy, dx) for dy, dx in taps]
        if set(image) == set(taps):
            return tuple(taps.index(tap) for tap in image), positions.ravel()
    return None


def orbits(scale: int) -> list[np.ndarray]:
    """Positions in a block, row-major, in the groups that the four rotations mix.

    A group has four positions; the middle of a 3×3 block and the only one of a 1×1 block stay in
    place, and are groups of one.
    """
    places = np.stack([block_source(scale, k) for k in range(ROTATIONS)])
    return [np.array(group) for group in sorted({tuple(np.unique(orbit)) for orbit in places.T})]
