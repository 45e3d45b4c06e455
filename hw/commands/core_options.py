"""Command-line options that describe a core."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from hw.limits import BEATS, INPUT_BEATS, MAX_FRAME_TIMEOUT, MAX_SIZE
from sw.commands.option_types import whole
from sw.errors import BadInput
from sw.extras import optional
from sw.pictures.colour_formats import CHANNELS
from sw.tables.samples import SAMPLE_BITS
from sw.tables.spec import Upsampler

with optional():
    from hw.core_params import CoreParams

OPTIONS = {
    "max_width": "--width",
    "max_height": "--height",
    "colour": "--colour",
    "lanes": "--lanes",
    "pixels_per_beat": "--beat",
    "frame_timeout": "--frame-timeout",
    "input_pixels_per_beat": "--input-beat",
    "sample_bits": "--sample-bits",
}
"""Options, by the parameter of :class:`hw.core_params.CoreParams` that they set."""


def lane_numbers(text: str) -> tuple[int, ...]:
    """``"3,3,12"`` as numbers.

    Raises
    ------
    argparse.ArgumentTypeError
        If one of them is no whole number.
    """
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"is {text!r}; it must be a whole number, or several with commas between, like 3,3,12"
        ) from error


def add_size_arguments(parser: argparse.ArgumentParser, width: str, height: str) -> None:
    """Declare ``--width``, ``--height``, ``--colour`` and ``--sample-bits``.

    ``width`` and ``height`` are the first words of their help.
    """
    for name, text, default in (("width", width, 960), ("height", height, 540)):
        parser.add_argument(
            f"--{name}",
            type=whole(1, MAX_SIZE),
            default=default,
            metavar="N",
            help=f"{text} in pixels (default: {default})",
        )
    add_colour_format(parser, default="rgb")
    add_sample_bits(parser)


def add_sample_bits(parser: argparse.ArgumentParser) -> None:
    """Declare ``--sample-bits``."""
    parser.add_argument(
        "--sample-bits",
        type=whole(SAMPLE_BITS[0], SAMPLE_BITS[-1]),
        default=8,
        metavar="N",
        help="bits of a sample at the input and at the output, 8 to 12; the tables are the same "
        "(default: 8)",
    )


def add_colour_format(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Declare ``--colour``; without a default, the command finds the format itself."""
    shown = default or "rgb, or grey for a grey picture"
    parser.add_argument(
        "--colour",
        choices=CHANNELS,
        default=default,
        help="colour format of input and output. rgb, grey: everything goes through the tables. "
        "luma (RGB), ycbcr444, ycbcr422: the brightness alone does, and the colour is "
        f"interpolated, which takes a third of the hardware (default: {shown})",
    )


@contextmanager
def option_names() -> Iterator[None]:
    """Let messages that begin with a name of ``OPTIONS`` begin with the option instead.

    Raises
    ------
    BadInput
        If the block does.
    """
    try:
        yield
    except BadInput as error:
        name, space, rest = str(error).partition(" ")
        raise BadInput(f"{OPTIONS.get(name, name)}{space}{rest}") from error


def chosen_core(args: argparse.Namespace, upsampler: Upsampler) -> CoreParams:
    """The core of ``upsampler`` that the options of :func:`add_all_arguments` describe.

    Raises
    ------
    BadInput
        If a value is not possible; the message names the option.
    """
    with option_names():
        return CoreParams.for_upsampler(
            upsampler.at_bits(args.sample_bits),
            colour=args.colour,
            lanes=args.lanes,
            pixels_per_beat=args.beat,
            max_width=args.width,
            max_height=args.height,
            frame_timeout=args.frame_timeout,
            input_pixels_per_beat=args.input_beat,
            tkeep=args.tkeep,
            **control_options(args),
        )


def add_core_arguments(parser: argparse.ArgumentParser, lanes: int) -> None:
    """Declare ``--lanes`` with the default ``lanes``, ``--beat``, ``--input-beat``, ``--tkeep``."""
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
        choices=BEATS,
        metavar="N",
        help="HR pixels per output beat: 1, 2, 4, 8 or 16 (default: what the lanes need)",
    )
    parser.add_argument(
        "--input-beat",
        type=int,
        choices=INPUT_BEATS,
        default=1,
        metavar="N",
        help="LR pixels per input beat: 1, 2 or 4, for sources that send several pixels per clock; "
        "the core still takes one pixel per clock (default: 1)",
    )
    parser.add_argument(
        "--tkeep",
        action="store_true",
        help="add TKEEP to the output: 0 for the bytes that fill up the last beat of a line",
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


def add_control_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--registers`` and ``--reload``."""
    parser.add_argument(
        "--registers",
        action="store_true",
        help="add registers on AXI4-Lite instead of the ports width, height and error: enable, "
        "bypass, size, status, events with an interrupt (docs/registers.md)",
    )
    parser.add_argument(
        "--reload",
        action="store_true",
        help="with --registers: the tables are in RAM, and registers load others of the same "
        "design while the core runs (see python -m sw pack)",
    )


def add_all_arguments(parser: argparse.ArgumentParser, lanes: int) -> None:
    """Declare every option of a core but the table; ``lanes`` is the default of ``--lanes``."""
    add_size_arguments(parser, "largest LR width", "largest LR height")
    add_core_arguments(parser, lanes=lanes)
    add_frame_timeout(parser)
    add_control_arguments(parser)


def control_options(args: argparse.Namespace) -> dict[str, bool]:
    """Parameters of the core that ``--registers`` and ``--reload`` describe.

    Raises
    ------
    BadInput
        If ``--reload`` comes alone.
    """
    if args.reload and not args.registers:
        raise BadInput("--reload is given without --registers; both are needed to load tables")
    return {"control": args.registers, "reload": args.reload}
