"""The page of a comparison: one HTML file that needs nothing else, from ``page.html``."""

import json
import math
from html import escape
from pathlib import Path

from sw.compare.comparison import Comparison
from sw.compare.report import quality_plot
from sw.compare.report.crops import Crops
from sw.compare.results import Column, Row, columns, notes, pictures_of, rows, set_names, shown

TEMPLATE = Path(__file__).with_name("page.html")

HIGH = "psnr_y", "psnr_rgb", "ssim"
"""Columns in which more is better; in all others less is."""

MEASURED = (*HIGH, "lpips", "mae", "mse", "seconds_per_megapixel")
"""Columns whose best figure is marked; RTL and its model share it."""


def _best(of_set: list[Row], column: Column) -> float | None:
    values = [row.values.get(column.key) for row in of_set]
    values = [value for value in values if value is not None]
    if column.key not in MEASURED or len(values) < 2:
        return None
    return max(values) if column.key in HIGH else min(values)


def _cell(row: Row, column: Column, best: float | None) -> str:
    value = row.values.get(column.key)
    if value is None:
        return "<td></td>"
    marked = ' class="best"' if value == best else ""
    return f'<td data-value="{value!r}"{marked}>{shown(value, column.style)}</td>'


def _table(comparison: Comparison, name: str, hidden: bool) -> str:
    """The figures over the set ``name``; the headings are buttons that sort."""
    used, of_set = columns(comparison), rows(comparison, name)
    best = {column.key: _best(of_set, column) for column in used}
    head = ['<th scope="col"><button type="button">method</button></th>']
    head.append('<th scope="col"><button type="button">kind</button></th>')
    for column in used:
        order = ' aria-sort="descending"' if column.key == "psnr_y" else ""
        first = "descending" if column.key in HIGH else "ascending"
        head.append(
            f'<th scope="col" class="number" data-key="{column.key}" data-first="{first}"{order} '
            f'title="{escape(column.title)}"><button type="button">{escape(column.heading)}'
            "</button></th>"
        )
    body, total = [], len(pictures_of(comparison, name))
    for row in of_set:
        method, kind = escape(row.method.name), row.method.kind
        some = "" if row.pictures == total else f" <small>{row.pictures} of {total}</small>"
        cells = "".join(_cell(row, column, best[column.key]) for column in used)
        body.append(
            f'<tr data-method="{method}"><th scope="row"><button type="button" class="look" '
            f'title="show it in the viewer, on the right">{method}</button>{some}</th>'
            f'<td><span class="kind {kind}"></span>{kind}</td>{cells}</tr>'
        )
    return (
        f'<table data-set="{escape(name)}"{" hidden" if hidden else ""}><thead><tr>'
        f"{''.join(head)}</tr></thead>\n<tbody>\n{chr(10).join(body)}\n</tbody></table>"
    )


def _plot(comparison: Comparison, name: str, hidden: bool) -> str:
    drawn = quality_plot.svg(comparison, name)
    return f'<div data-set="{escape(name)}"{" hidden" if hidden else ""}>{drawn}</div>'


def _viewer_data(comparison: Comparison, crops: Crops) -> str:
    """What the viewer's script reads, as JSON that may stand inside a script element."""
    ranked = [row.method.name for row in rows(comparison, set_names(comparison)[0])]
    pictures = []
    for each in crops.shown:
        measured = comparison.measured[each.name]
        psnr = {
            name: measured[name]["psnr_y"] if math.isfinite(measured[name]["psnr_y"]) else None
            for name in ranked
            if name in measured
        }
        box = {"y": each.y, "x": each.x, "height": each.height, "width": each.width}
        pictures.append({"name": each.name, **box, "images": each.images, "psnr": psnr})
    data = {"methods": ranked, "pictures": pictures, "images": crops.images}
    return json.dumps(data).replace("</", "<\\/")


def as_html(comparison: Comparison, crops: Crops, about: dict) -> str:
    """The whole page.

    Parameters
    ----------
    comparison : Comparison
    crops : Crops
        What the viewer shows.
    about : dict
        ``command`` and ``versions``.
    """
    names = set_names(comparison)
    sizes = ", ".join(f"{name} ({len(pictures_of(comparison, name))})" for name in comparison.sets)
    made = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    options = "".join(f"<option>{escape(name)}</option>" for name in names)
    filled = {
        "title": f"Enlarging ×{comparison.scale}: {', '.join(comparison.sets)}",
        "summary": f"{len(comparison.methods)} methods on the same pictures: {escape(sizes)}",
        "command": escape(about["command"]),
        "versions": escape(made),
        "sets": options,
        "one-set": "hidden" if len(names) == 1 else "",
        "tables": "\n".join(_table(comparison, name, name != names[0]) for name in names),
        "notes": "".join(f"<li>{escape(note)}</li>" for note in notes(comparison)),
        "plots": "\n".join(_plot(comparison, name, name != names[0]) for name in names),
        "plot-style": quality_plot.STYLE,
        "no-viewer": "" if crops.shown else "hidden",
        "data": _viewer_data(comparison, crops),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    # One pass: what is filled in may hold anything, a place's mark included.
    parts = text.split("{{")
    return parts[0] + "".join(
        filled[name] + rest for name, rest in (part.split("}}", 1) for part in parts[1:])
    )
