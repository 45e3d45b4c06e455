import pytest

from sw import manifest
from sw.files import FAMILIES, LUTS, load

SHIPPED = sorted(LUTS.glob("*.npz"))


def test_there_are_tables():
    assert LUTS / "S.npz" in SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_table_has_its_manifest(path):
    load(path)
    content = manifest.read(path)
    assert content["command"].startswith("python -m sw fit --data ")
    assert set(content) >= {"command", "data", "seconds", "versions", "scores", "sha256"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_table_beats_bicubic_by_its_manifest(path):
    for scores in manifest.read(path)["scores"].values():
        assert scores["table"]["psnr_y"] > scores["bicubic"]["psnr_y"]


def test_s_has_the_published_layout():
    upsampler = load(LUTS / "S.npz")
    (stage,) = upsampler.stages
    (table,) = stage.tables
    assert (stage.scale, stage.padding) == (4, "reflect")
    assert table.taps == FAMILIES["S"]
    assert table.entries.shape == (17, 17, 17, 17, 4, 4)
