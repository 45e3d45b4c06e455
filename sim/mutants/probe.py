"""Digests of the hardware of some small cores, which between them run every statement of the RTL.

Run as a program, ``python -m sim.mutants.probe``, in a tree with a mutant. If the digests are those
of the original code, the mutant makes no other hardware.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence

from amaranth.back import rtlil

from hw.control.core import top_module
from hw.core_params import CoreParams
from sw.tables.design import parse
from sw.tables.grid import UniformGrid
from sw.tables.spec import Stage, Table, Upsampler


def cores() -> list[CoreParams]:
    """The cores. Their tables are small: entries are no part of the RTL."""
    small = {"max_width": 18, "max_height": 9}

    def uniform(scale: int, padding: str, frac_bits: int = 6) -> Upsampler:
        table = Table.blank(((0, 0), (0, 1)), UniformGrid(frac_bits), scale)
        return Upsampler((Stage(scale, padding, (table,)),))

    maps = parse("x1 V:5+F:5|V:9 ; x2 V:5+V@1:5+V@2:5 ; x2 V:5", "reflect")
    held_back = parse("x2 S:5", "reflect")
    pixel_queue = parse("x2 V:5 ; x1 V:5", "edge")
    two_pixels = {"input_pixels_per_beat": 2}
    reload = {"control": True, "reload": True}
    four_pixels = parse("x1 V:5 ; x2 V:5", "reflect")
    four_pixels_edge = parse("x1 V:5 ; x2 V:5", "edge")
    return [
        CoreParams(upsampler=upsampler, lanes=lanes, **choices, **small)
        for upsampler, lanes, choices in (
            (uniform(3, "edge"), (2,), {"frame_timeout": 9}),
            (uniform(2, "reflect"), (4,), {"colour": "ycbcr444", "pixels_per_beat": 1}),
            (pixel_queue, (4, 4), {"pixels_per_beat": 1, "tkeep": True}),
            (uniform(3, "edge"), (4,), {"colour": "luma", "tkeep": True, **two_pixels}),
            (maps, (1, 1, 4), {"colour": "luma"}),
            (held_back, (4,), {"colour": "luma", "pixels_per_beat": 2}),
            (four_pixels_edge, (4, 4), {"colour": "ycbcr422", "pixels_per_beat": 8}),
            (four_pixels, (4, 4), {"colour": "grey"}),
            (uniform(2, "edge", frac_bits=0), (1,), {"colour": "grey"}),
            (uniform(2, "edge").at_bits(10), (1,), {"colour": "luma", **reload}),
            (maps, (1, 1, 4), {"colour": "grey", "control": True, "frame_timeout": 9}),
        )
    ]


def digests() -> Iterator[str]:
    """Digests of the RTLIL of :func:`cores`, one after the other."""
    for params in cores():
        core, _ = top_module(params)
        yield hashlib.sha256(rtlil.convert(core, emit_src=False).encode()).hexdigest()


def main(known: Sequence[str]) -> None:
    """Print the digests; or, with those that are ``known``, whether all are the same."""
    if known:
        same = all(a == b for a, b in zip(digests(), known, strict=True))
        print("same" if same else "other")
    else:
        print(*digests())


if __name__ == "__main__":
    main(sys.argv[1:])
