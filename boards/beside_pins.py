"""Put registers beside the pins that they lead to, where a fast clock has no time for the way."""

from collections.abc import Iterator, Sequence

FLIP_FLOP = "TRELLIS_FF"

ROW = 3
"""Of the first of them, from the upper edge; pins there have column numbers alone."""

PLACES = [f"SLICE{slice_}.FF{n}" for slice_ in "ABCD" for n in (0, 1)]
"""Flip-flops of a tile."""


def put_beside(module: dict, nets: Sequence[str], column: int) -> int:
    """Place the flip-flops that drive ``nets`` of a netlist in Yosys's JSON near a pin at the top.

    Returns how many these are; a constant bit has none.
    """
    by_output = {
        cell["connections"]["Q"][0]: cell
        for cell in module["cells"].values()
        if cell["type"] == FLIP_FLOP
    }
    places = _places(column)
    bits = [bit for net in nets for bit in module["netnames"][net]["bits"]]
    driven = [by_output[bit] for bit in bits if bit in by_output]
    for cell in driven:
        cell["attributes"]["BEL"] = next(places)
    return len(driven)


def _places(column: int) -> Iterator[str]:
    row = ROW
    while True:
        yield from (f"X{column}/Y{row}/{place}" for place in PLACES)
        row += 1
