import xml.etree.ElementTree as ET

import pytest

from sw.compare.plot.axes import CostAxis, PsnrAxis, power_of_ten
from sw.compare.plot.layout import BOTTOM, TOP, Panel, Plot, Point, Reference, layout
from sw.compare.plot.svg import as_svg

SVG = "{http://www.w3.org/2000/svg}"


def plot(**options):
    points = [
        Point("<small>", "table", 30.0, 100, "100 bytes"),
        Point("large & slow", "network", 31.5, 20_000, "20000 bytes"),
    ]
    return Plot("PSNR", Panel("bytes", points), Panel("look-ups", points[:1]), **options)


def test_psnr_axis_has_round_steps_and_a_margin():
    axis = PsnrAxis([28.0, 31.0], top=10, bottom=210)
    assert axis.ticks() == [28.0, 28.5, 29.0, 29.5, 30.0, 30.5, 31.0]
    assert 10 < axis(31.0) < axis(28.0) < 210
    assert axis(axis.low) == 210
    # Equal values, or none, still make an axis.
    assert len(PsnrAxis([30.0], 10, 210).ticks()) >= 1
    assert len(PsnrAxis([], 10, 210).ticks()) >= 1


def test_cost_axis_spans_whole_decades():
    axis = CostAxis([40, 2500], left=0, right=300)
    assert list(axis.exponents()) == [1, 2, 3, 4]
    assert [axis(10.0**exponent) for exponent in axis.exponents()] == [0, 100, 200, 300]
    assert list(CostAxis([100], 0, 300).exponents()) == [2, 3]
    assert list(CostAxis([], 0, 300).exponents()) == [0, 1]
    assert [power_of_ten(exponent) for exponent in (-2, -1, 0, 1, 12)] == [
        *("10⁻²", "0.1", "1", "10", "10¹²")
    ]


def test_points_have_marks_names_and_tooltips():
    drawing = layout(plot(legend={"table": "tables"}))
    titles = [group.title for group in drawing.groups if group.title]
    assert titles == [
        "<small>: 30.000 dB, 100 bytes",
        "large & slow: 31.500 dB, 20000 bytes",
        "<small>: 30.000 dB, 100 bytes",
    ]
    marks = [mark for group in drawing.groups for mark in group.marks]
    assert [mark.kind for mark in marks] == ["table", "network", "table", "table"]
    assert marks[0].y == marks[2].y > marks[1].y
    texts = [text.text for group in drawing.groups for text in group.texts]
    assert {"PSNR", "bytes", "look-ups", "<small>", "large & slow", "tables", "10²"} <= set(texts)


def test_references_are_lines_whose_names_keep_apart():
    references = [Reference("one", "interpolation", 29.0), Reference("two", "interpolation", 28.99)]
    groups = layout(plot(references=references)).groups
    one, two = (group for group in groups if any(line.style == "reference" for line in group.lines))
    assert len(one.lines) == len(two.lines) == 2
    assert TOP < one.lines[0].y1 < two.lines[0].y1 < BOTTOM
    assert one.title == "one: 29.000 dB, no tables or weights"
    assert two.texts[0].y - one.texts[0].y == pytest.approx(13)


def test_svg_is_xml_with_its_own_style():
    root = ET.fromstring(as_svg(layout(plot())))
    assert root.tag == f"{SVG}svg"
    assert ".plot .table {" in root.find(f"{SVG}style").text
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<small>" in texts
    assert "large & slow" in texts
    assert len(list(root.iter(f"{SVG}rect"))) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 1
