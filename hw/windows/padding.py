"""Padding: which pixel replaces one outside the picture, and the multiplexers that do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from amaranth.hdl import Cat, Mux, Value, ValueLike

from sw.tables.spec import PADDINGS


def inside(offset: int, before: int, after: int, padding: str) -> int:
    """Offset of the pixel that replaces the one at ``offset``; both are counted from the centre.

    Parameters
    ----------
    offset : int
        May lie outside the picture.
    before, after : int
        Pixels of the picture on either side of the centre. Each may be cut off at the largest
        offset of interest: a mirror image is never further from the centre than the pixel that it
        replaces.
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


@dataclass(frozen=True)
class PaddingMux:
    """Items around a centre, with those outside the picture replaced by items inside.

    ``befores`` × ``afters`` are the cases that occur. An item that comes from the same place in all
    cases gets no multiplexer.

    The select lines fan out to every data bit. Therefore they are one-hot, and apart from the
    multiplexers: compute them with ``select`` a clock early, register them, then call ``apply``.

    Parameters
    ----------
    befores, afters : sequence of int
        How many items of the picture there may be before and after the centre.
    padding : str
        ``"reflect"`` or ``"edge"``.
    """

    befores: Sequence[int]
    afters: Sequence[int]
    padding: str

    @cached_property
    def _sources(self) -> list[dict[int, list[tuple[int, int]]]]:
        """For each item, the items that may replace it, and in which cases.

        A case is a pair of indices, into ``befores`` and ``afters``.
        """
        reach = max(self.befores)
        items = []
        for offset in range(-reach, max(self.afters) + 1):
            cases: dict[int, list[tuple[int, int]]] = {}
            for b, before in enumerate(self.befores):
                for a, after in enumerate(self.afters):
                    source = reach + inside(offset, before, after, self.padding)
                    cases.setdefault(source, []).append((b, a))
            items.append(cases)
        return items

    @cached_property
    def bits(self) -> int:
        """Number of select lines."""
        return sum(len(cases) for cases in self._sources if len(cases) > 1)

    def select(self, before: ValueLike, after: ValueLike) -> Value:
        """Select lines for the case that ``before`` and ``after`` index."""
        befores = [before == b for b in range(len(self.befores))]
        afters = [after == a for a in range(len(self.afters))]
        return Cat(
            reduce(or_, (befores[b] & afters[a] for b, a in pairs))
            for cases in self._sources
            if len(cases) > 1
            for pairs in cases.values()
        )

    def apply(self, items: Sequence[ValueLike], select: Value) -> list[Value]:
        """``items``, in order, padded as ``select`` says.

        The centre is item number max(befores).
        """
        out, first = [], 0
        for cases in self._sources:
            if len(cases) == 1:
                (source,) = cases
                out.append(items[source])
                continue
            lines = select[first : first + len(cases)]
            first += len(cases)
            taken = zip(lines, cases, strict=True)
            out.append(reduce(or_, (Mux(line, items[source], 0) for line, source in taken)))
        return out
