"""Place registers near their pins, where a fast clock has no time for long wires."""

from itertools import count

FLIP_FLOP = "TRELLIS_FF"

SITES = [f"SLICE{slice_}.FF{n}" for slice_ in "ABCD" for n in (0, 1)]
"""Flip-flop sites of a tile."""


def put_beside(module: dict, net: str, column: int, row: int) -> int:
    """Place the flip-flops that drive ``net`` in the tiles of ``column``, from ``row`` downwards.

    ``module`` is the top module of a netlist in Yosys's JSON. Rows are counted from the upper edge.
    No other net may use these tiles, because it may have another clock. Returns the number of
    flip-flops; a constant bit has none.
    """
    cells = _flip_flops(module, net)
    sites = (f"X{column}/Y{y}/{site}" for y in count(row) for site in SITES)
    for cell, site in zip(cells, sites, strict=False):
        cell["attributes"]["BEL"] = site
    return len(cells)


def put_between(module: dict, net: str, first: int, last: int, row: int) -> int:
    """Spread the flip-flops that drive ``net`` evenly between columns ``first`` and ``last``.

    ``net`` is a delay line, bit 0 first, between two registers in these columns: all its wires get
    the same length. Returns the number of flip-flops.
    """
    cells = _flip_flops(module, net)
    for n, cell in enumerate(cells, 1):
        column = first + round(n * (last - first) / (len(cells) + 1))
        cell["attributes"]["BEL"] = f"X{column}/Y{row}/{SITES[0]}"
    return len(cells)


def _flip_flops(module: dict, net: str) -> list[dict]:
    by_output = {
        cell["connections"]["Q"][0]: cell
        for cell in module["cells"].values()
        if cell["type"] == FLIP_FLOP
    }
    return [by_output[bit] for bit in module["netnames"][net]["bits"] if bit in by_output]
