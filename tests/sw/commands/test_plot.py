import pytest

from sw.__main__ import main
from sw.commands import plot


def test_points_are_of_shipped_tables_and_named_sources():
    ours = {point.name: point for point in plot.ours()}
    assert ours["S"].bytes == 1336336
    assert ours["S"].lookups == 4
    assert not any(name.endswith(("_x2", "_x3")) for name in ours)
    assert 29.9 < ours["S"].set5 < 30
    others = plot.published()
    assert {point.kind for point in others} == {"table", "network"}
    assert len({point.name for point in others}) == len(others)


def test_plot_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "plot.png"
    assert main(["plot", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
