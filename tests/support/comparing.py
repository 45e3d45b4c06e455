"""``python -m sw compare`` in tests: running it, reading its table, and its results anew."""

import base64
import io
import re
from fractions import Fraction

import numpy as np
from PIL import Image

from sw.__main__ import main
from sw.golden import upscale
from sw.pictures.bicubic import resize
from sw.pictures.images import read_picture
from sw.pictures.interpolation import bicubic, nearest
from sw.tables.files import load, table_path


def compare(*argv):
    return main(["compare", *map(str, argv)])


def printed(capsys):
    """The table as printed: for each method, its cells by their headings."""
    head, *lines = capsys.readouterr().out.splitlines()
    names = re.split(r"\s{2,}", head)
    return {
        cells[0]: dict(zip(names, cells, strict=False))
        for cells in (re.split(r"\s{2,}", line) for line in lines)
        if len(cells) > 2
    }


def recomputed(path):
    """The original in ``path``, and the results of some methods at ×4, by name."""
    original = read_picture(path).pixels
    low = resize(original, Fraction(1, 4))
    return {
        "original": original,
        "nearest": nearest(low, 4),
        "bicubic": bicubic(low, 4),
        "pico": upscale(low, load(table_path("pico"))),
    }


def decoded(uri):
    """The image in a data URI, as R, G, B."""
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    return np.asarray(image.convert("RGB"))
