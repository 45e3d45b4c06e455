"""Command-line options that describe a core."""

import argparse

from hw.core_params import MAX_FRAME_TIMEOUT


def lane_numbers(text: str) -> tuple[int, ...]:
    """``"3,3,12"`` as numbers.

    Raises
    ------
    ValueError
        If one of them is no whole number; argparse turns it into a message.
    """
    return tuple(int(number) for number in text.split(","))


lane_numbers.__name__ = "list of numbers"  # argparse: "invalid list of numbers value"


def add_core_arguments(parser: argparse.ArgumentParser, lanes: int) -> None:
    """Declare ``--lanes``, whose default is ``lanes``, and ``--beat``."""
    parser.add_argument(
        "--lanes",
        type=lane_numbers,
        default=(lanes,),
        metavar="P[,P…]",
        help="look-ups per clock for each group of tables: 1, 2, 3, 4, 6 or 12 (grey: 1, 2 or 4); "
        "24, 36 or 48 (grey: 8, 12 or 16) take 2, 3 or 4 pixels per clock. One number for each "
        "stage of a chain, or one for the first stage; then the others get what keeps up with it "
        f"(default: {lanes})",
    )
    parser.add_argument(
        "--beat",
        type=int,
        metavar="N",
        help="HR pixels per output beat: 1, 2, 4, 8 or 16 (default: what the lanes need)",
    )


def add_frame_timeout(parser: argparse.ArgumentParser) -> None:
    """Declare ``--frame-timeout``."""
    parser.add_argument(
        "--frame-timeout",
        type=int,
        default=0,
        metavar="CLOCKS",
        help="complete a frame in black if the source stops in the middle of it: if it offers no "
        "pixel for CLOCKS clocks although the core could take one. Choose more clocks than the "
        f"longest pause within a frame, at most {MAX_FRAME_TIMEOUT} (default: 0, never)",
    )
