"""Put registers beside the pins that they lead to, where a fast clock has no time for the way."""

from collections.abc import Iterator
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
    by_output = {
        cell["connections"]["Q"][0]: cell
        for cell in module["cells"].values()
        if cell["type"] == FLIP_FLOP
    }
    places = _places(column, row)
    driven = [by_output[bit] for bit in module["netnames"][net]["bits"] if bit in by_output]
    for cell in driven:
        cell["attributes"]["BEL"] = next(places)
    return len(driven)


def _places(column: int, row: int) -> Iterator[str]:
    for each in count(row):
        yield from (f"X{column}/Y{each}/{place}" for place in PLACES)
