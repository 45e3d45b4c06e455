from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

import reference
from commands import refused, write_photos
from pictures import assert_same, photo_like
from sw.__main__ import main
from sw.commands.demo import photograph
from sw.pictures.bicubic import resize
from sw.pictures.images import read_picture
from sw.pictures.interpolation import bicubic
from sw.pictures.metrics import psnr_ssim_y
from sw.tables.published import FAMILIES
from tables import make_table


@pytest.mark.parametrize("layout", [(-1, 16), (-1, 1, 4, 4)])
def test_upscale_with_a_published_table_is_the_published_method(tmp_path, picture_file, layout):
    table = make_table(FAMILIES["S"], 4, 4, low=-20, high=80)
    np.save(tmp_path / "published.npy", table.entries.reshape(layout))
    out = tmp_path / "large.png"
    command = ["upscale", picture_file, out, "--table", tmp_path / "published.npy", "--scale", "4"]
    assert main([str(arg) for arg in command]) == 0
    image = read_picture(picture_file).pixels
    stages = [("reflect", 4, [[(0, FAMILIES["S"], ("uniform", 16), table.entries)]])]
    planes = [reference.upscale_plane(image[:, :, c], stages) for c in range(3)]
    assert_same(np.stack(planes, axis=2), read_picture(out).pixels, "published")


def test_upscale_by_default_beats_bicubic(tmp_path):
    original = photograph(4)
    low = resize(original, Fraction(1, 4))
    Image.fromarray(low).save(tmp_path / "low.png")
    assert main(["upscale", str(tmp_path / "low.png"), str(tmp_path / "high.png")]) == 0
    high = read_picture(tmp_path / "high.png").pixels
    table_psnr, bicubic_psnr = (
        psnr_ssim_y(original, pixels, 4)["psnr_y"] for pixels in (high, bicubic(low, 4))
    )
    assert table_psnr > bicubic_psnr + 0.8


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1"])
def test_upscale_keeps_grey_and_drops_opaque_alpha(tmp_path, table_file, mode):
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    Image.fromarray(photo_like(5, 6)).convert(mode).save(source)
    assert main(["upscale", str(source), str(target), "--table", str(table_file)]) == 0
    kept = "L" if mode in ("1", "L", "LA") else "RGB"  # all are opaque
    picture = read_picture(target)
    assert picture.mode == kept
    assert picture.pixels.shape[:2] == (20, 24)


def test_upscale_a_folder(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos", 2, (5, 6))
    (photos / "note.txt").write_text("no picture")
    command = ["upscale", str(photos), str(tmp_path / "out"), "--table", str(table_file)]
    assert main(command) == 0
    results = (tmp_path / "out").iterdir()
    assert sorted(path.name for path in results) == ["photo0.png", "photo1.png"]
    (photos / "bad.png").write_bytes(b"\x89PNG")
    error = refused(capsys, *command)
    assert "1 of 3 pictures could not be enlarged" in error
    Image.new("L", (3, 3)).save(photos / "photo0.bmp")
    assert "would overwrite the enlarged photo0" in refused(capsys, *command)


def test_upscale_refuses(tmp_path, capsys, picture_file, table_file):
    def error_of(source=picture_file, target=tmp_path / "out.png", *more):
        error = refused(capsys, "upscale", source, target, "--table", table_file, *more)
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == files
        return error

    files = sorted(path.name for path in tmp_path.iterdir())
    assert "missing.png: no such file" in error_of(tmp_path / "missing.png")
    assert "table.npz: not an image that Pillow can open" in error_of(table_file)
    assert "there is no folder" in error_of(target=tmp_path / "no" / "out.png")
    assert "/proc/self cannot be written" in error_of(target="/proc/self/out.png")
    assert "cannot write ending .xyz; it must be one of .png, " in error_of(
        target=tmp_path / "out.xyz"
    )
    assert "--scale 2: table" in error_of(picture_file, tmp_path / "out.png", "--scale", 2)
    assert "over the limit of 0.0001; raise the limit with --max-mpixel N" in error_of(
        picture_file, tmp_path / "out.png", "--max-mpixel", 0.0001
    )
    assert "describes itself" in error_of(picture_file, tmp_path / "out.png", "--family", "S")
    assert "no such table file" in error_of(
        picture_file, tmp_path / "out.png", "--table", "a/b.npz"
    )
    assert "no table of this name" in error_of(
        picture_file, tmp_path / "out.png", "--table", "nosuch"
    )
    (tmp_path / "empty").mkdir()
    assert "holds no image files" in error_of(tmp_path / "empty", tmp_path / "out")
    photos = write_photos(tmp_path / "photos", 1, (4, 4))
    assert "is a file; it must be a folder" in error_of(photos, picture_file)
    assert "is the same folder as IN" in error_of(photos, photos)
    assert "there is no folder" in error_of(photos, tmp_path / "no" / "out")
    assert "is a folder" in error_of(picture_file, photos)
