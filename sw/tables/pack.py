"""Packed tables: the entries in the order in which a core loads them into its memories.

A packed table is a sequence of words of 32 bits, little-endian::

    word 0      the letters SRLT
    word 1      shape: a digest of the design, which must be that of the core
    entries     for each stage, group of tables and bank (see sw.tables.banks), every row that has
                entries, in ascending order. A row has the numbers of all tables of the group, int8,
                four in a word; its last word is filled up with 0.
    last word   CRC-32 of the words before it, that of zlib
"""

import json
import zlib
from collections.abc import Sequence

import numpy as np

from sw.tables import banks
from sw.tables.files import describe
from sw.tables.spec import Table, Upsampler

LETTERS = b"SRLT"

FRAME_WORDS = 3
"""Words of a packed table beside the entries."""


def shape_digest(upsampler: Upsampler) -> int:
    """Digest of everything but the entries, 32 bits: the same for tables of one design."""
    return zlib.crc32(json.dumps(describe(upsampler)["stages"], sort_keys=True).encode())


def used_rows(table: Table) -> np.ndarray:
    """Rows of the banks of ``table`` that have entries in some bank, in ascending order."""
    rows = np.zeros(1, int)
    for count, shift in banks.row_fields(table):
        rows = ((np.arange(count) << shift)[:, None] + rows).ravel()
    return rows


def row_words(tables: Sequence[Table]) -> int:
    """Words of a row of tables that share their look-ups."""
    return -(-len(tables) * tables[0].scale ** 2 // 4)


def entry_words(upsampler: Upsampler) -> int:
    """Words of the entries."""
    return sum(
        banks.count(tables[0]) * len(used_rows(tables[0])) * row_words(tables)
        for stage in upsampler.stages
        for tables in stage.groups
    )


def packed(upsampler: Upsampler) -> bytes:
    """The packed table: ``entry_words`` + ``FRAME_WORDS`` words."""
    parts = [LETTERS, shape_digest(upsampler).to_bytes(4, "little")]
    for stage in upsampler.stages:
        for tables in stage.groups:
            rows = banks.group_contents(tables)[:, used_rows(tables[0])]
            fill = 4 * row_words(tables) - rows.shape[2]
            parts.append(np.pad(rows, ((0, 0), (0, 0), (0, fill))).tobytes())
    contents = b"".join(parts)
    return contents + zlib.crc32(contents).to_bytes(4, "little")
