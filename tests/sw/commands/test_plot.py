import pytest

from commands import refused
from sw.__main__ import main
from sw.commands import plot


def test_points_are_of_shipped_tables_and_named_sources():
    ours = {method.name: method for method in plot.ours()}
    assert ours["S"].bytes == 1336336
    assert ours["S"].lookups == 4
    assert not any(name.endswith(("_x2", "_x3")) for name in ours)
    assert 29.9 < ours["S"].psnr < 30
    others = plot.published()
    assert {method.kind for method in others} == {"published", "network"}
    assert len({method.name for method in others}) == len(others)


def test_plot_is_drawn_as_svg(tmp_path):
    out = tmp_path / "plot.svg"
    assert main(["plot", "--out", str(out)]) == 0
    svg = out.read_text()
    for name in ("compact", "SPF-LUT + DFC", "published networks"):
        assert f">{name}</text>" in svg


def test_plot_is_drawn_as_png(tmp_path):
    pytest.importorskip("matplotlib")
    out = tmp_path / "plot.png"
    assert main(["plot", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_plot_refuses(tmp_path, capsys):
    message = refused(capsys, "plot", "--out", tmp_path / "plot.jpg")
    assert message.endswith("plot.jpg: the name must end in .png or .svg")
    assert "there is no folder" in refused(capsys, "plot", "--out", tmp_path / "no" / "plot.svg")
