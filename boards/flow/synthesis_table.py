"""The table of the core's resources and clocks, in Markdown."""

from statistics import median

HEAD = (
    "| table | colour | lanes | part | LUTs | flip-flops | multipliers | block RAMs "
    "| clocks per frame | MHz: seeds; median | frames per second |\n"
    f"{'|---' * 11}|\n"
)


def line(result: dict) -> str:
    """``result`` as a line of the Markdown table."""
    if "mhz" in result:
        # A placement that failed is slower than all others.
        middle = median(mhz or 0 for mhz in result["mhz"])
        seeds = ", ".join(f"{mhz:.1f}" if mhz else "failed" for mhz in result["mhz"])
        rate = middle * 1e6 / result["clocks_per_frame"]
        speeds = f"{seeds}; {middle:.1f}", f"{rate:.1f}"
    else:
        speeds = ("not placed",) * 2
    options = [f"{result['sample_bits']} bits"] if result["sample_bits"] > 8 else []
    options += [name for name in ("registers", "reload") if result[name]]
    names = "luts", "flip_flops", "multipliers", "block_rams", "clocks_per_frame"
    cells = [
        result["table"],
        ", ".join([result["colour"], *options]),
        ", ".join(map(str, result["lanes"])),
        result["part"],
        *(f"{result[name]:g}" if name == "block_rams" else str(result[name]) for name in names),
        *speeds,
    ]
    return f"| {' | '.join(cells)} |\n"
