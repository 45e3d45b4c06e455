"""Padding as a multiplexer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from amaranth.hdl import Cat, Mux, Value, ValueLike

from hw.windows.padding import sources


@dataclass(frozen=True)
class PaddingMux:
    """Items around a centre, those outside the picture replaced by what stands for them.

    What tells which to take has wires to every bit of the items, so it is told apart from them: a
    bit for each, to be kept in a register.

    Parameters
    ----------
    befores, afters : sequence of int
        How many items of the picture, from the centre, there may be on either side.
    padding : str
        ``"reflect"`` or ``"edge"``.
    """

    befores: Sequence[int]
    afters: Sequence[int]
    padding: str

    @cached_property
    def _sources(self) -> list[list[tuple[int, list[tuple[int, int]]]]]:
        """For each place what may stand there, as number of an item, and in which cases."""
        reach = max(self.befores)
        return [
            [
                (reach + source, cases)
                for source, cases in sources(
                    offset, self.befores, self.afters, self.padding
                ).items()
            ]
            for offset in range(-reach, max(self.afters) + 1)
        ]

    @cached_property
    def bits(self) -> int:
        """Width of what tells."""
        return sum(len(each) for each in self._sources if len(each) > 1)

    def told(self, before: ValueLike, after: ValueLike) -> Value:
        """What tells, of which of ``befores`` and of ``afters`` it is: places in them."""
        befores = [before == b for b in range(len(self.befores))]
        afters = [after == a for a in range(len(self.afters))]
        return Cat(
            reduce(or_, (befores[b] & afters[a] for b, a in cases))
            for each in self._sources
            if len(each) > 1
            for _, cases in each
        )

    def of(self, items: Sequence[ValueLike], told: Value) -> list[Value]:
        """The items: in order, as many before the centre as the largest of ``befores``."""
        out, at = [], 0
        for each in self._sources:
            if len(each) == 1:
                out.append(items[each[0][0]])
                continue
            bits = told[at : at + len(each)]
            at += len(each)
            taken = zip(bits, each, strict=True)
            out.append(reduce(or_, (Mux(bit, items[item], 0) for bit, (item, _) in taken)))
        return out
