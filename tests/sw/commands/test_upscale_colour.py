"""``upscale --colour``: what it makes of grey, colours and transparency, and what it says."""

import numpy as np
import pytest
from PIL import Image

from commands import refused
from pictures import assert_same, photo_like
from sw.__main__ import main
from sw.pictures.colour_formats import REACH, upscale_luma
from sw.pictures.enlarge import enlarge
from sw.pictures.images import read_picture
from sw.tables.files import load, table_path


def run(*argv):
    return main(["upscale", *map(str, argv)])


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_upscale_luma_is_the_model(tmp_path, table_file, mode):
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    image = Image.fromarray(photo_like(5, 6)).convert(mode)
    if mode.endswith("A"):
        image.putalpha(Image.fromarray(photo_like(5, 6)[:, :, 1]))
    image.save(source)
    assert run(source, target, "--table", table_file, "--colour", "luma") == 0
    expected = enlarge(read_picture(source), [load(table_file)], "luma")
    assert_same(expected.pixels, read_picture(target).pixels, "luma")
    in_rgb = enlarge(read_picture(source), [load(table_file)])
    assert np.array_equal(expected.pixels, in_rgb.pixels) == mode.startswith("L")


def test_luma_of_transparency(tmp_path):
    """Alpha is as in rgb; opaque pixels, and those with one alpha, have the colours of luma."""
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    pixels, alpha = photo_like(24, 30), np.full((24, 30), 255, np.uint8)
    alpha[:, 15:] = photo_like(24, 15)[:, :, 0]
    table, results = load(table_path("pico")), {}
    for colour in ("rgb", "luma"):
        Image.fromarray(np.dstack([pixels, alpha])).save(source)
        assert run(source, target, "--table", "pico", "--colour", colour) == 0
        results[colour] = read_picture(target).pixels
    assert results["luma"].shape == (96, 120, 4)
    assert_same(results["rgb"][:, :, 3], results["luma"][:, :, 3], "alpha")
    # The last pixels whose colours are far enough from those that are not opaque.
    end = 4 * (15 - max(table.reach, REACH))
    opaque, expected = results["luma"][:, :end], upscale_luma(pixels, table)
    assert_same(expected[:, :end], opaque[:, :, :3], "opaque")
    assert np.all(opaque[:, :, 3] == 255)
    assert not np.array_equal(results["rgb"][:, :end, :3], opaque[:, :, :3])
    alpha[:] = 99
    Image.fromarray(np.dstack([pixels, alpha])).save(source)
    assert run(source, target, "--table", "pico", "--colour", "luma") == 0
    same = read_picture(target).pixels
    assert_same(expected, same[:, :, :3], "one alpha")
    assert np.all(same[:, :, 3] == 99)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "RGB"])
def test_grey_pictures_have_a_note_in_luma(tmp_path, capsys, table_file, mode):
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    image = Image.fromarray(photo_like(5, 6)).convert(mode)
    if mode == "LA":
        image.putalpha(Image.fromarray(photo_like(5, 6)[:, :, 1]))
    image.save(source)
    written = f"{target}: 24×20, PNG\n"
    assert run(source, target, "--table", table_file) == 0
    in_rgb = target.read_bytes()
    assert capsys.readouterr() == (written, "")
    assert run(source, target, "--table", table_file, "--colour", "luma") == 0
    note = f"note: {source}: is grey, so that --colour luma changes nothing\n"
    assert capsys.readouterr() == (written, "" if mode == "RGB" else note)
    assert (target.read_bytes() == in_rgb) == (mode != "RGB")


def test_luma_takes_one_table(tmp_path, capsys, picture_file, table_file):
    tables = ",".join([str(table_file)] * 3)
    argv = ["upscale", picture_file, tmp_path / "b.png", "--table", tables, "--colour", "luma"]
    assert "names three tables; --colour luma takes one" in refused(capsys, *argv)
    assert not (tmp_path / "b.png").exists()
