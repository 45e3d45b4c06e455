import pytest

from sw.compare.comparison import Comparison
from sw.compare.methods.method import Method
from sw.compare.report import quality_plot


def plotted(*methods):
    """Titles of the marks and lines, of methods given as (method, dB)."""
    measured = {
        method.name: {"psnr_y": db, "seconds": 1.0, "pixels": 100} for method, db in methods
    }
    comparison = Comparison(
        4, {"set5": ["set5/a"]}, [method for method, _ in methods], [], {"set5/a": measured}
    )
    drawing = quality_plot.draw(comparison, "set5")
    return drawing, [group.title for group in drawing.groups if group.title]


def method(name, kind, **costs):
    return Method(name, kind, lambda pixels, scale: pixels, **costs)


TABLE = method("pico", "table", size=5832, lookups=1.25)
NETWORK = method("espcn", "network", size=99008, macs=1540.0)


def test_plot_says_what_it_shows():
    drawing, titles = plotted(
        (TABLE, 27.25), (NETWORK, 28.5), (method("lanczos", "interpolation"), 27)
    )
    assert drawing.description.startswith("PSNR-Y in dB on set5, ×4")
    assert titles == [
        "espcn: 28.500 dB, 99008 bytes",
        "pico: 27.250 dB, 5832 bytes",
        "espcn: 28.500 dB, 1540 multiplications for each HR pixel",
        "pico: 27.250 dB, 1.25 look-ups for each HR pixel",
        "lanczos: 27.000 dB, no tables or weights",
    ]


def test_rtl_and_perfect_results_are_left_out():
    rtl = method("rtl-pico", "rtl", size=5832, lookups=1.25)
    perfect = method("perfect", "network", size=8, macs=1.0)
    _, titles = plotted((TABLE, 27.0), (rtl, 27.0), (perfect, float("inf")))
    assert [title.partition(":")[0] for title in titles] == ["pico", "pico"]


@pytest.mark.parametrize(("db", "names"), [([26, 25.6, 25.4], "ab"), ([20, 19, 18], "a")])
def test_references_far_below_are_left_out_but_for_the_best(db, names):
    references = [
        (method(name, "interpolation"), value) for name, value in zip("abc", db, strict=True)
    ]
    _, titles = plotted((TABLE, 27.0), *references)
    assert [title.partition(":")[0] for title in titles] == ["pico", "pico", *names]
