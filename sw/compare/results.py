"""The figures of a comparison: as a table for people, as CSV and as JSON."""

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from sw.compare.comparison import Comparison
from sw.compare.methods.method import Method
from sw.pictures.picture_sets import ALL

Value = float | int | None


@dataclass(frozen=True)
class Column:
    """A figure: its key in CSV and JSON, its heading, how it is printed, and what it is."""

    key: str
    heading: str
    style: str
    title: str


COLUMNS = (
    Column("psnr_y", "PSNR-Y", ".3f", "dB, of BT.601 luma, a border of the scale shaved"),
    Column("psnr_rgb", "PSNR-RGB", ".3f", "dB, over the colours, a border of the scale shaved"),
    Column("ssim", "SSIM", ".4f", "of luma, Gaussian window of 11×11"),
    Column("lpips", "LPIPS", ".4f", "learned perceptual distance, 0 for equal pictures"),
    Column("mae", "MAE", ".3f", "mean absolute error, grey levels"),
    Column("mse", "MSE", ".2f", "mean squared error, grey levels squared"),
    Column("seconds_per_megapixel", "s/Mpixel", ".3g", "measured seconds for 10⁶ HR pixels"),
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
        How many of the set it took; the means are over them.
    values : dict of str to number or None
        By the keys of ``COLUMNS``; None where the method has no such figure.
    """

    method: Method
    pictures: int
    values: dict[str, Value]


def set_names(comparison: Comparison) -> list[str]:
    """The sets, after all of them together if there are several."""
    names = list(comparison.sets)
    return names if len(names) == 1 else [ALL, *names]


def pictures_of(comparison: Comparison, name: str) -> list[str]:
    """Pictures of the set ``name``, or of all."""
    if name in comparison.sets:
        return comparison.sets[name]
    return [picture for pictures in comparison.sets.values() for picture in pictures]


def rows(comparison: Comparison, name: str) -> list[Row]:
    """The methods by falling PSNR-Y over the set ``name``; those that took no picture are left out.

    PSNR, SSIM and the errors are means over the pictures; seconds are all seconds by all pixels.
    """
    pictures = pictures_of(comparison, name)
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
            key: fmean(each[key] for each in measured) for key in METRICS if key in measured[0]
        }
        pixels = sum(each["pixels"] for each in measured)
        values["seconds_per_megapixel"] = sum(each["seconds"] for each in measured) / pixels * 1e6
        values |= {
            "bytes": method.size,
            "parameters": method.parameters,
            "macs": method.macs,
            "lookups": method.lookups,
        }
        found.append(Row(method, len(measured), values))
    return sorted(found, key=lambda row: -row.values["psnr_y"])


def shown(value: Value, style: str) -> str:
    """``value`` as it is printed; nothing for None."""
    return "" if value is None else format(value, style)


def columns(comparison: Comparison) -> list[Column]:
    """Those that any method has a figure for."""
    every = rows(comparison, set_names(comparison)[0])
    return [
        column for column in COLUMNS if any(row.values.get(column.key) is not None for row in every)
    ]


def as_text(comparison: Comparison) -> str:
    """A row for each method, by falling PSNR-Y; then what was skipped or left out, and why."""
    first, *single = set_names(comparison)
    used = columns(comparison)
    by_set = {
        name: {row.method.name: row.values["psnr_y"] for row in rows(comparison, name)}
        for name in single
    }
    head = ["method", "kind", *(f"{name} PSNR-Y" for name in single)]
    head += [column.heading for column in used]
    lines = [head]
    for row in rows(comparison, first):
        each = [shown(by_set[name].get(row.method.name), ".3f") for name in single]
        cells = [shown(row.values.get(column.key), column.style) for column in used]
        lines.append([row.method.name, row.method.kind, *each, *cells])
    return "\n".join([*_aligned(lines), *notes(comparison)])


def _aligned(lines: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for line in lines:
        names = [f"{cell:<{width}}" for cell, width in zip(line[:2], widths, strict=False)]
        figures = [f"{cell:>{width}}" for cell, width in zip(line[2:], widths[2:], strict=True)]
        yield "  ".join(names + figures).rstrip()


def notes(comparison: Comparison) -> list[str]:
    """Sentences on methods that were skipped, that left pictures out, or that are wrong."""
    everything = len(pictures_of(comparison, ALL))
    first = set_names(comparison)[0]
    lines = [f"skipped: {each.name}: {each.reason}" for each in comparison.skipped]
    if any(method.kind == "rtl" for method in comparison.methods):
        lines.append("rtl: seconds are those of the simulation, and of its build where it was new")
    ran = {row.method.name: row.pictures for row in rows(comparison, first)}
    for method in comparison.methods:
        count = ran.get(method.name, 0)
        if count < everything:
            lines.append(
                f"{method.name}: {count} of {everything} pictures, the others being too large to "
                "simulate; its means are of those only"
            )
    return lines + comparison.differing


def as_csv(comparison: Comparison) -> str:
    """A line for each set and method, and one for each method that was skipped."""
    text = io.StringIO()
    head = ["set", "method", "kind", "pictures", *(column.key for column in COLUMNS), "skipped"]
    table = csv.DictWriter(text, head, lineterminator="\n")
    table.writeheader()
    for name in set_names(comparison):
        for row in rows(comparison, name):
            about = {"method": row.method.name, "kind": row.method.kind, "pictures": row.pictures}
            table.writerow({"set": name, **about, **row.values})
    for each in comparison.skipped:
        table.writerow({"method": each.name, "kind": each.kind, "skipped": each.reason})
    return text.getvalue()


def as_json(comparison: Comparison, about: dict) -> str:
    """``about``, then the rows of each set, the skipped methods, and the measures of each picture.

    An infinite PSNR (equal pictures), which JSON lacks, is null.
    """
    content = {
        **about,
        "scale": comparison.scale,
        "sets": {
            name: [
                {
                    "method": row.method.name,
                    "kind": row.method.kind,
                    "pictures": row.pictures,
                    **_finite(row.values),
                }
                for row in rows(comparison, name)
            ]
            for name in set_names(comparison)
        },
        "skipped": [
            {"method": each.name, "kind": each.kind, "reason": each.reason}
            for each in comparison.skipped
        ],
        "differing": comparison.differing,
        "pictures": {
            picture: {method: _finite(values) for method, values in methods.items()}
            for picture, methods in comparison.measured.items()
        },
    }
    return json.dumps(content, indent=1) + "\n"


def _finite(values: dict[str, Value]) -> dict[str, Value]:
    return {
        key: value if value is None or math.isfinite(value) else None
        for key, value in values.items()
    }
