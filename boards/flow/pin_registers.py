"""Put registers beside the pins that they lead to, where a fast clock has no time for the way."""

from itertools import count

FLIP_FLOP = "TRELLIS_FF"

PLACES = [f"SLICE{slice_}.FF{n}" for slice_ in "ABCD" for n in (0, 1)]
"""Flip-flops of a tile."""


def put_beside(module: dict, net: str, column: int, row: int) -> int:
    """Place the flip-flops that drive ``net`` of a netlist in Yosys's JSON in tiles of a column.

    The tiles begin at ``row``, counted from the upper edge. Those of a net share them with no other
    net, which may have another clock.

    Returns how many these are; a constant bit has none.
    """
    cells = _flip_flops(module, net)
    places = (f"X{column}/Y{each}/{place}" for each in count(row) for place in PLACES)
    for cell, place in zip(cells, places, strict=False):
        cell["attributes"]["BEL"] = place
    return len(cells)


def put_between(module: dict, net: str, first: int, last: int, row: int) -> int:
    """Spread the flip-flops that drive ``net`` over the way from column ``first`` to ``last``.

    Bits of a delay line, bit 0 first, with a register in both of these columns: all of its wires
    are of a length then. Returns how many these are.
    """
    cells = _flip_flops(module, net)
    for n, cell in enumerate(cells, 1):
        column = first + round(n * (last - first) / (len(cells) + 1))
        cell["attributes"]["BEL"] = f"X{column}/Y{row}/{PLACES[0]}"
    return len(cells)


def _flip_flops(module: dict, net: str) -> list[dict]:
    by_output = {
        cell["connections"]["Q"][0]: cell
        for cell in module["cells"].values()
        if cell["type"] == FLIP_FLOP
    }
    return [by_output[bit] for bit in module["netnames"][net]["bits"] if bit in by_output]
