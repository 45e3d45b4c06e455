"""Rotation as wiring: which pixels feed a rotated look-up, and where its block lands.

Look-up k works on the picture rotated by 90°·k counter-clockwise, and its block is turned back
clockwise. No picture has to be turned for that: turning the window's offsets and the block's
positions gives the same numbers, in the golden model, in the fit and in the RTL.
"""

import numpy as np

ROTATIONS = 4


def rotate_taps(taps: tuple[tuple[int, int], ...], k: int) -> tuple[tuple[int, int], ...]:
    """Offsets (dy, dx) on the picture as it lies, of ``taps`` on the picture rotated by 90°·k.

    Row y of a picture turned once counter-clockwise is a column of the original, read from the
    top; its column x is a row read from the right: a step (dy, dx) there is (dx, -dy) here.
    """
    for _ in range(k % ROTATIONS):
        taps = tuple((dx, -dy) for dy, dx in taps)
    return taps


def block_source(scale: int, k: int) -> np.ndarray:
    """Which position of look-up k's block lands on each HR pixel.

    Returns
    -------
    ndarray of int, shape (scale * scale,)
        Row-major position in the block as fetched, for each row-major position in the picture.
    """
    positions = np.arange(scale * scale).reshape(scale, scale)
    return np.rot90(positions, -k).ravel()


def mirror(
    taps: tuple[tuple[int, int], ...], scale: int
) -> tuple[tuple[int, ...], np.ndarray] | None:
    """How a reflection that maps the window onto itself moves the table's axes and its blocks.

    Photographs are as likely as their mirror images, so the best table for such a window is
    symmetric: ``entries.reshape(axes + (r*r,)).transpose(*order, n)[..., positions]`` equals it.

    Returns
    -------
    order : tuple of int
        Axis of the table that lands on each axis.
    positions : ndarray of int, shape (scale * scale,)
        Row-major position in the block that lands on each position.
    None
        If no reflection maps the window onto itself.
    """
    blocks = np.arange(scale * scale).reshape(scale, scale)
    reflections = (
        (lambda dy, dx: (dx, dy), blocks.T),
        (lambda dy, dx: (-dy, dx), blocks[::-1]),
        (lambda dy, dx: (dy, -dx), blocks[:, ::-1]),
        (lambda dy, dx: (-dx, -dy), blocks[::-1, ::-1].T),
    )
    for reflect, positions in reflections:
        image = [reflect(dy, dx) for dy, dx in taps]
        if set(image) == set(taps):
            return tuple(taps.index(tap) for tap in image), positions.ravel()
    return None
