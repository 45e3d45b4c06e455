"""The page of a comparison: one HTML file that needs no other, from the template ``page.html``."""

import math
from dataclasses import dataclass

from sw.compare.comparison import Comparison
from sw.compare.plot.drawing import Drawing
from sw.compare.plot.svg import STYLE
from sw.compare.report import quality_plot
from sw.compare.report.crops import Crops
from sw.compare.results import (
    Column,
    Row,
    columns,
    formatted,
    notes,
    pictures_of,
    rows,
    set_names,
)
from sw.compare.templates import render


@dataclass(frozen=True)
class SetOnPage:
    """What the page shows of a set of pictures.

    Parameters
    ----------
    name : str
    pictures : int
    rows : list of Row
        By falling PSNR-Y.
    best : dict of str to number or None
        By the keys of the columns, the figure to highlight.
    plot : Drawing
    """

    name: str
    pictures: int
    rows: list[Row]
    best: dict[str, float | None]
    plot: Drawing


def _best(in_set: list[Row], column: Column) -> float | None:
    """The best figure of ``column``, if it is one that methods compete in."""
    values = [row.values.get(column.key) for row in in_set]
    values = [value for value in values if value is not None]
    if not column.better or len(values) < 2:
        return None
    return max(values) if column.better == "higher" else min(values)


def _set_on_page(comparison: Comparison, name: str) -> SetOnPage:
    in_set = rows(comparison, name)
    return SetOnPage(
        name,
        len(pictures_of(comparison, name)),
        in_set,
        {column.key: _best(in_set, column) for column in columns(comparison)},
        quality_plot.draw(comparison, name),
    )


def _viewer_data(comparison: Comparison, crops: Crops) -> dict:
    """What ``viewer.js`` reads."""
    ranked = [row.method.name for row in rows(comparison, set_names(comparison)[0])]
    pictures = []
    for crop in crops.pictures:
        measured = comparison.measured[crop.name]
        psnr = {name: measured[name]["psnr_y"] for name in ranked if name in measured}
        pictures.append(
            {
                "name": crop.name,
                "y": crop.y,
                "x": crop.x,
                "height": crop.height,
                "width": crop.width,
                "images": crop.images,
                # JSON has no infinity, the PSNR of a perfect result.
                "psnr": {name: db if math.isfinite(db) else None for name, db in psnr.items()},
            }
        )
    return {"methods": ranked, "pictures": pictures, "images": crops.images}


def as_html(comparison: Comparison, crops: Crops, origin: dict) -> str:
    """The whole page.

    Parameters
    ----------
    comparison : Comparison
    crops : Crops
        What the viewer shows.
    origin : dict
        ``command``, the command line, and ``versions``, those of the packages by their names.
    """
    return render(
        "report/page.html",
        title=f"Super-resolution ×{comparison.scale}: {', '.join(comparison.sets)}",
        method_count=len(comparison.methods),
        sizes=", ".join(f"{name} ({len(names)})" for name, names in comparison.sets.items()),
        command=origin["command"],
        versions=", ".join(f"{name} {version}" for name, version in origin["versions"].items()),
        sets=[_set_on_page(comparison, name) for name in set_names(comparison)],
        columns=columns(comparison),
        formatted=formatted,
        notes=notes(comparison),
        viewer=_viewer_data(comparison, crops),
        **STYLE,
    )
