import json
from pathlib import Path

import numpy as np
import pytest

from sw.scores import score_folder
from sw.tables import manifest
from sw.tables.files import LUTS, describe, load
from sw.tables.published import FAMILIES

SHIPPED = sorted(LUTS.glob("*.npz"))


def test_there_are_tables():
    assert LUTS / "S.npz" in SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_table_has_its_manifest(path):
    load(path)
    content = manifest.read(path)
    assert content["command"].startswith(("python -m sw fit --data ", "python -m sw tune --data "))
    assert set(content) >= {"command", "data", "seconds", "versions", "scores", "sha256"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_value_of_the_description_is_read(path):
    with np.load(path) as content:
        written = json.loads(str(content["description"]))

    def check(written, read):
        if isinstance(written, dict):
            for key, value in written.items():
                check(value, read[key])
        elif isinstance(written, list):
            for value, other in zip(written, read, strict=True):
                check(value, other)
        else:
            assert written == read

    check(written["stages"], json.loads(json.dumps(describe(load(path))["stages"])))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_table_beats_bicubic_by_its_manifest(path):
    for scores in manifest.read(path)["scores"].values():
        assert scores["table"]["psnr_y"] > scores["bicubic"]["psnr_y"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_read_me_gives_the_scores_of_the_manifest(path):
    rows = [
        line
        for line in (LUTS / "README.md").read_text().splitlines()
        if line.startswith(f"| {path.stem} |")
    ]
    assert len(rows) == 1
    content = manifest.read(path)
    assert f" {content['seconds']} |" in rows[0]
    assert f" {load(path).table_bytes} |" in rows[0]
    for scores in content["scores"].values():
        mean = scores["table"]
        assert f" {mean['psnr_y']:.3f} / {mean['ssim']:.4f} |" in rows[0]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_scores_of_the_manifest_can_be_measured_again(path):
    folder = "data/val/set5/HR"
    if not Path(folder).is_dir():
        pytest.skip(f"no {folder} in this checkout")
    stored = manifest.read(path)["scores"][folder]
    measured = score_folder(Path(folder), (load(path),))["mean"]
    assert measured["table"] == pytest.approx(stored["table"], abs=1e-9)


def test_s_has_the_published_layout():
    upsampler = load(LUTS / "S.npz")
    (stage,) = upsampler.stages
    (table,) = stage.tables
    assert (stage.scale, stage.padding) == (4, "reflect")
    assert table.taps == FAMILIES["S"]
    assert table.entries.shape == (17, 17, 17, 17, 4, 4)
