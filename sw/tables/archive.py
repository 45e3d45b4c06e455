"""NumPy files from strangers: ``.npy`` and ``.npz`` that are checked before they are unpacked.

A zip of a few kilobytes can unpack to gigabytes, and the header of an ``.npy`` can claim any shape.
NumPy would reserve the memory first, and would run out of it. Here the sizes that a file claims are
compared with a limit and with the bytes that it has; nothing that exceeds them is unpacked.
"""

import os
import zipfile
from io import BytesIO
from math import prod
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from sw.errors import BadInput

MAX_BYTES = 1 << 30
"""Most bytes of a file after unpacking, 1 GiB."""

MAGIC = b"PK"
"""First bytes of an ``.npz``, which is a zip."""

_COMPRESSIONS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
"""Those that NumPy writes. The other decompressors of zipfile have no limit on their output."""

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
"""Readers of headers by version. Version 3 is for arrays with named fields."""


def read_array(file: BinaryIO, limit: int = MAX_BYTES) -> np.ndarray:
    """Read an ``.npy`` from its start to its end.

    Raises
    ------
    BadInput
        If it has more than ``limit`` bytes.
    Exception
        Of many kinds, if it is damaged: its bytes must be just those that its header claims.
    """
    size = file.seek(0, os.SEEK_END)
    _check_size(size, limit)
    file.seek(0)
    shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
    if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != size - file.tell():
        raise ValueError(f"the header claims the shape {shape}")
    file.seek(0)
    return npy.read_array(file, allow_pickle=False)


def read_arrays(file: BinaryIO, limit: int = MAX_BYTES) -> dict[str, np.ndarray]:
    """Read all arrays of an ``.npz`` by their names.

    Parameters
    ----------
    file : BinaryIO
    limit : int
        Most bytes of all arrays together, with their headers.

    Raises
    ------
    BadInput
        If the arrays have more bytes, two have the same name, or something else is in the file.
    Exception
        Of many kinds, if the file is damaged.
    """
    arrays = {}
    with zipfile.ZipFile(file) as archive:
        _check_size(sum(member.file_size for member in archive.infolist()), limit)
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name == member.filename or member.compress_type not in _COMPRESSIONS:
                raise BadInput(f"holds {name!r}, which NumPy did not write; remove it")
            if name in arrays:
                raise BadInput(f"holds the array {name!r} twice; its names must be distinct")
            with archive.open(member) as content:
                # The directory of the zip may claim fewer bytes than there are.
                arrays[name] = read_array(BytesIO(content.read(member.file_size)), limit)
    return arrays


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        unit = " (1 GiB)" if limit == MAX_BYTES else ""
        raise BadInput(f"unpacks to {size} bytes; it must unpack to at most {limit}{unit}")
