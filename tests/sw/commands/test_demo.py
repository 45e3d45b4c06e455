from commands import refused
from sw.__main__ import main
from sw.pictures.images import read_picture


def test_demo_writes_its_pictures(tmp_path, capsys):
    out = tmp_path / "deep" / "demo"
    assert main(["demo", "--out", str(out)]) == 0
    sizes = {path.name: read_picture(path).pixels.shape[:2] for path in out.iterdir()}
    large = (288, 512)
    assert sizes.pop("side_by_side.png") > large
    assert sizes.pop("input.png") == (72, 128)
    assert sizes == dict.fromkeys(
        ("nearest.png", "bicubic.png", "srlut.png", "original.png"), large
    )
    assert "128×72 → 512×288 with table compact" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert "cannot be created" in refused(capsys, "demo", "--out", tmp_path / "file")
