"""The figures of a comparison: a table to read, CSV and JSON."""

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from sw.compare.comparison import Comparison
from sw.compare.methods.method import Method
from sw.pictures.picture_sets import ALL

Value = float | int | None


@dataclass(frozen=True)
class Column:
    """A figure that methods have.

    Parameters
    ----------
    key : str
        Its name in CSV and JSON.
    heading : str
    style : str
        How it is printed, a format specification.
    title : str
        What it is, with its unit.
    better : str, optional
        Which figure is the best, if methods compete in it.
    """

    key: str
    heading: str
    style: str
    title: str
    better: Literal["higher", "lower"] | None = None


BORDER = "a border of `scale` pixels is left out"

COLUMNS = (
    Column("psnr_y", "PSNR-Y", ".3f", f"dB, of BT.601 luma; {BORDER}", "higher"),
    Column("psnr_rgb", "PSNR-RGB", ".3f", f"dB, of all colours; {BORDER}", "higher"),
    Column("ssim", "SSIM", ".4f", "of luma, Gaussian window of 11×11", "higher"),
    Column("lpips", "LPIPS", ".4f", "learned perceptual distance, 0 for equal pictures", "lower"),
    Column("mae", "MAE", ".3f", "mean absolute error, grey levels", "lower"),
    Column("mse", "MSE", ".2f", "mean squared error, grey levels squared", "lower"),
    Column("seconds_per_megapixel", "s/Mpixel", ".3g", "seconds for 10⁶ HR pixels", "lower"),
    Column("bytes", "bytes", "d", "of tables, or of weights as float32"),
    Column("parameters", "parameters", "d", "weights of a network"),
    Column("macs", "MACs", ".5g", "multiplications for each HR pixel of one plane"),
    Column("lookups", "look-ups", ".4g", "for each HR pixel and colour"),
)

METRICS = ("psnr_y", "psnr_rgb", "ssim", "lpips", "mae", "mse")


@dataclass(frozen=True)
class Row:
    """A method over a set of pictures.

    Parameters
    ----------
    method : Method
    pictures : int
        How many pictures of the set it enlarged; the means are over these.
    values : dict of str to number or None
        By the keys of ``COLUMNS``; None where the method has no such figure.
    """

    method: Method
    pictures: int
    values: dict[str, Value]


def set_names(comparison: Comparison) -> list[str]:
    """The names of the sets. If there are several, ``ALL`` comes first."""
    names = list(comparison.sets)
    return names if len(names) == 1 else [ALL, *names]


def pictures_of(comparison: Comparison, set_name: str) -> list[str]:
    """The pictures of a set, or of ``ALL`` sets."""
    if set_name in comparison.sets:
        return comparison.sets[set_name]
    return [picture for pictures in comparison.sets.values() for picture in pictures]


def rows(comparison: Comparison, set_name: str) -> list[Row]:
    """The methods that enlarged any picture of a set, by falling PSNR-Y.

    PSNR, SSIM, LPIPS and the errors are means over the pictures. The seconds per megapixel are the
    sum of all seconds over the sum of all pixels.
    """
    pictures = pictures_of(comparison, set_name)
    found = []
    for method in comparison.methods:
        measured = [
            comparison.measured[picture][method.name]
            for picture in pictures
            if method.name in comparison.measured[picture]
        ]
        if not measured:
            continue
        values: dict[str, Value] = {
            key: fmean(measures[key] for measures in measured)
            for key in METRICS
            if key in measured[0]
        }
        pixels = sum(measures["pixels"] for measures in measured)
        seconds = sum(measures["seconds"] for measures in measured)
        values |= {
            "seconds_per_megapixel": seconds / pixels * 1e6,
            "bytes": method.size,
            "parameters": method.parameters,
            "macs": method.macs,
            "lookups": method.lookups,
        }
        found.append(Row(method, len(measured), values))
    return sorted(found, key=lambda row: -row.values["psnr_y"])


def formatted(value: Value, style: str) -> str:
    """``value`` as it is printed; an empty string for None."""
    return "" if value is None else format(value, style)


def columns(comparison: Comparison) -> list[Column]:
    """The columns in which any method has a figure."""
    all_rows = rows(comparison, set_names(comparison)[0])
    return [
        column
        for column in COLUMNS
        if any(row.values.get(column.key) is not None for row in all_rows)
    ]


def as_text(comparison: Comparison) -> str:
    """A row for each method, by falling PSNR-Y, and the :func:`notes` below."""
    first, *single = set_names(comparison)
    used = columns(comparison)
    psnr_in = {
        name: {row.method.name: row.values["psnr_y"] for row in rows(comparison, name)}
        for name in single
    }
    head = ["method", "kind", *(f"{name} PSNR-Y" for name in single)]
    head += [column.heading for column in used]
    lines = [head]
    for row in rows(comparison, first):
        by_set = [formatted(psnr_in[name].get(row.method.name), ".3f") for name in single]
        cells = [formatted(row.values.get(column.key), column.style) for column in used]
        lines.append([row.method.name, row.method.kind, *by_set, *cells])
    return "\n".join([*_aligned(lines), *notes(comparison)])


def _aligned(lines: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        names = [f"{cell:<{width}}" for cell, width in zip(line[:2], widths, strict=False)]
        figures = [f"{cell:>{width}}" for cell, width in zip(line[2:], widths[2:], strict=True)]
        yield "  ".join(names + figures).rstrip()


def notes(comparison: Comparison) -> list[str]:
    """Sentences on pictures left out, and on methods that were skipped or whose result is wrong."""
    all_pictures = len(pictures_of(comparison, ALL))
    lines = [f"picture left out: {reason}" for reason in comparison.left_out.values()]
    if lines:
        total = all_pictures + len(lines)
        lines.append(f"all figures are over {all_pictures} of {total} pictures")
    lines += [f"skipped: {method.name}: {method.reason}" for method in comparison.skipped]
    if any(method.kind == "rtl" for method in comparison.methods):
        lines.append(
            "rtl: the seconds are those of the simulation, and of building it where that was needed"
        )
    counts = {row.method.name: row.pictures for row in rows(comparison, set_names(comparison)[0])}
    for method in comparison.methods:
        count = counts.get(method.name, 0)
        if count < all_pictures:
            lines.append(
                f"{method.name}: ran on {count} of {all_pictures} pictures, over which its means "
                "are; the others are too large to simulate"
            )
    return lines + comparison.differing


def as_csv(comparison: Comparison) -> str:
    """A line for each set and method, each method that was skipped, and each picture left out."""
    text = io.StringIO()
    head = ["set", "method", "kind", "pictures", *(column.key for column in COLUMNS), "skipped"]
    table = csv.DictWriter(text, head, lineterminator="\n")
    table.writeheader()
    for name in set_names(comparison):
        for row in rows(comparison, name):
            table.writerow({"set": name, **_named(row), **row.values})
    for method in comparison.skipped:
        table.writerow({"method": method.name, "kind": method.kind, "skipped": method.reason})
    for picture, reason in comparison.left_out.items():
        table.writerow({"set": picture.partition("/")[0], "skipped": reason})
    return text.getvalue()


def as_json(comparison: Comparison, origin: dict) -> str:
    """``origin``, rows of each set, skipped methods, pictures left out, measures of each picture.

    An infinite PSNR (equal pictures), which JSON lacks, is null.
    """
    content = {
        **origin,
        "scale": comparison.scale,
        "sets": {
            name: [{**_named(row), **_finite(row.values)} for row in rows(comparison, name)]
            for name in set_names(comparison)
        },
        "skipped": [
            {"method": method.name, "kind": method.kind, "reason": method.reason}
            for method in comparison.skipped
        ],
        "left_out": comparison.left_out,
        "differing": comparison.differing,
        "pictures": {
            picture: {method: _finite(values) for method, values in methods.items()}
            for picture, methods in comparison.measured.items()
        },
    }
    return json.dumps(content, indent=1) + "\n"


def _named(row: Row) -> dict[str, str | int]:
    return {"method": row.method.name, "kind": row.method.kind, "pictures": row.pictures}


def _finite(values: dict[str, Value]) -> dict[str, Value]:
    return {
        key: value if value is None or math.isfinite(value) else None
        for key, value in values.items()
    }
