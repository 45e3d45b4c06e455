"""Which pixel stands for one that lies outside the picture."""

from sw.spec import PADDINGS


def inside(offset: int, before: int, after: int, padding: str) -> int:
    """Offset of the pixel that stands for the one at ``offset`` from a window's centre.

    Parameters
    ----------
    offset : int
        -R…R.
    before, after : int
        Pixels of the picture on either side of the centre, 0…R, R standing for R or more: a mirror
        brings nothing from further away than it was sought.
    padding : str
        ``"reflect"`` or ``"edge"``.
    """
    place, size = before + offset, before + 1 + after
    if padding == "edge":
        return min(max(place, 0), size - 1) - before
    assert padding == PADDINGS[0]
    if size == 1:
        return 0
    place %= 2 * (size - 1)
    return min(place, 2 * (size - 1) - place) - before


def sources(offset: int, reach: int, padding: str) -> dict[int, list[tuple[int, int]]]:
    """For each offset that may stand for ``offset``, the (before, after) for which it does."""
    out: dict[int, list[tuple[int, int]]] = {}
    for before in range(reach + 1):
        for after in range(reach + 1):
            out.setdefault(inside(offset, before, after, padding), []).append((before, after))
    return out
