"""Row of a grid point within its bank, in logic: :func:`sw.tables.banks.locate` as a sum."""

from amaranth.hdl import Const, Mux, Signal, Value

from hw.group_params import GroupParams
from sw.tables import banks


def row_terms(vertex: list[Signal], group: GroupParams) -> list[Value]:
    """What adds up to a grid point's row: shifts and few additions, no product.

    In a plain layout that is one number. In a tight one each axis has its share: a last coordinate
    beyond the whole multiples of the banks leads to the smaller table behind, in which the others
    are laid out alike. So the last axis that does not lead on decides how those before it count.
    """
    levels, count = group.table.grid.levels, group.banks
    if banks.is_plain(group.table):
        *fields, low = banks.plain_strides(group.table)
        *others, last_but_one, last = vertex
        row = times(last_but_one, low) + _divided(last, count, levels)
        for field, coordinate in zip(fields, others, strict=True):
            row = row | (coordinate << (field.bit_length() - 1))
        return [row]
    whole = levels // count
    first_over = whole * count
    # Verilator warns of comparisons that are settled beforehand.
    settled = Const(0) if first_over == levels else Const(1) if first_over == 0 else None
    over = [each >= first_over if settled is None else settled for each in vertex]
    shares = []
    for k, coordinate in enumerate(vertex):
        share = _divided(coordinate, count, levels)
        if k:
            behind = levels**k * whole
            beyond = (coordinate - first_over)[: len(coordinate)]
            share = Mux(over[k], behind + times(beyond, banks.tight_depth(levels, k, count)), share)
        for later in range(k + 1, group.axes):
            stride = levels ** (later - 1 - k) * whole
            share = Mux(over[later], share, times(coordinate, stride))
        shares.append(share)
    return shares


def times(value: Value, factor: int) -> Value:
    """``value`` × ``factor`` as additions: a product would take a multiplier of the FPGA."""
    shifts = [bit for bit in range(factor.bit_length()) if factor >> bit & 1]
    return sum((value << bit for bit in shifts), start=Const(0))


def _divided(coordinate: Value, count: int, levels: int) -> Value:
    """``coordinate`` // ``count``, for coordinates below ``levels``."""
    if count & (count - 1):
        return sum((coordinate >= multiple for multiple in range(count, levels, count)), Const(0))
    return coordinate[count.bit_length() - 1 :]
