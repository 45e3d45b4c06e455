"""Rows of the table of synthesis: a table, its lanes, its colour format."""

from __future__ import annotations

import argparse

from hw.commands.core_options import lane_numbers
from sw.errors import BadInput
from sw.extras import optional
from sw.pictures.colour_formats import CHANNELS
from sw.tables.files import load, table_path

with optional():
    from hw.core_params import CoreParams

WIDTH, HEIGHT = 960, 540
"""Largest frame of the cores, in LR pixels."""


def split_row(row: str) -> tuple[str, str, str]:
    """Table, lanes and colour format of "TABLE:P", "TABLE:P,P…", which may end in ":COLOUR"."""
    rest, _, colour = row.rpartition(":")
    if colour not in CHANNELS:
        rest, colour = row, "rgb"
    name, _, lanes = rest.rpartition(":")
    return name, lanes, colour


def row_params(row: str, sample_bits: int = 8, **control: bool) -> CoreParams:
    """The core of a row, for samples of ``sample_bits`` bits; ``control`` as for CoreParams.

    Raises
    ------
    BadInput
        If the row has another form, or there is no such table.
    """
    name, lanes, colour = split_row(row)
    try:
        numbers = lane_numbers(lanes)
    except argparse.ArgumentTypeError as error:
        raise BadInput(
            f"row {row}: it must be TABLE:P[,P…] or TABLE:P[,P…]:COLOUR, for example nano:1, "
            "pico:3,12 or compact:1:luma"
        ) from error
    return CoreParams.for_upsampler(
        load(table_path(name)).at_bits(sample_bits),
        colour=colour,
        lanes=numbers,
        max_width=WIDTH,
        max_height=HEIGHT,
        **control,
    )
