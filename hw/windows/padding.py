"""Which pixel stands for one that lies outside the picture."""

from collections.abc import Sequence

from sw.tables.spec import PADDINGS


def inside(offset: int, before: int, after: int, padding: str) -> int:
    """Offset of the pixel that stands for the one at ``offset`` from a window's centre.

    Parameters
    ----------
    offset : int
        From the centre.
    before, after : int
        Pixels of the picture on either side of the centre, or as many as are looked at on that
        side if there are more: a mirror brings nothing from further away than it was sought.
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


def sources(
    offset: int, befores: Sequence[int], afters: Sequence[int], padding: str
) -> dict[int, list[tuple[int, int]]]:
    """For each offset that may stand for ``offset``, the cases in which it does.

    ``befores`` and ``afters`` are the pixels that there may be on either side; a case is a place
    in each.
    """
    out: dict[int, list[tuple[int, int]]] = {}
    for b, before in enumerate(befores):
        for a, after in enumerate(afters):
            out.setdefault(inside(offset, before, after, padding), []).append((b, a))
    return out
