import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image, ImageCms

import reference
from commands import refused, write_photos
from pictures import assert_same, photo_like
from sw.__main__ import main
from sw.commands.demo import photograph
from sw.pictures.bicubic import resize
from sw.pictures.images import read_picture
from sw.pictures.interpolation import bicubic
from sw.pictures.metadata import EMPTY
from sw.pictures.metrics import psnr_ssim_y
from sw.tables.published import FAMILIES
from tables import make_table


@pytest.mark.parametrize("layout", [(-1, 16), (-1, 1, 4, 4)])
def test_upscale_with_a_published_table_is_the_published_method(tmp_path, picture_file, layout):
    table = make_table(FAMILIES["S"], 4, 4, low=-20, high=80)
    np.save(tmp_path / "published.npy", table.entries.reshape(layout))
    out = tmp_path / "large.png"
    command = ["upscale", picture_file, out, "--table", tmp_path / "published.npy", "--force"]
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


def run(*argv):
    return main(["upscale", *map(str, argv)])


def test_upscale_says_what_was_written(tmp_path, capsys, picture_file, table_file):
    assert run(picture_file, tmp_path / "a.webp", "--table", table_file) == 0
    assert capsys.readouterr() == (f"{tmp_path}/a.webp: 48×40, WEBP\n", "")


def test_picture_is_replaced_only_with_overwrite(tmp_path, capsys, picture_file, table_file):
    before = picture_file.read_bytes()
    (tmp_path / "link.png").symlink_to(picture_file)
    (tmp_path / "hard.png").hardlink_to(picture_file)
    (tmp_path / "folder").mkdir()
    spelling = tmp_path / "folder" / ".." / picture_file.name
    for target in (picture_file, tmp_path / "link.png", tmp_path / "hard.png", spelling):
        error = refused(capsys, "upscale", picture_file, target, "--table", table_file)
        assert f"{target}: is the same file as IN; choose another name, or add --over" in error
        assert picture_file.read_bytes() == before
    assert run(tmp_path / "link.png", picture_file, "--table", table_file, "--overwrite") == 0
    assert read_picture(picture_file).pixels.shape == (40, 48, 3)
    assert (tmp_path / "hard.png").read_bytes() == before


def test_other_files_are_replaced(tmp_path, picture_file, table_file):
    (tmp_path / "out.png").write_bytes(b"old")
    assert run(picture_file, tmp_path / "out.png", "--table", table_file) == 0
    assert read_picture(tmp_path / "out.png").pixels.shape == (40, 48, 3)


def test_pipes_are_refused_as_results(tmp_path, capsys, picture_file, table_file):
    fifo = tmp_path / "fifo.png"
    os.mkfifo(fifo)
    for source, target, message in (
        (
            "-",
            tmp_path / "out.png",
            "-: IN must be the name of a file; for standard input",
        ),
        (picture_file, "-", "-: the output is written to a file, not to a pipe; give the"),
        (picture_file, "/dev/stdout", "/dev/stdout: the output is written to a file, not to"),
        (picture_file, fifo, "is a FIFO; it must be a regular file, or a new name for one"),
    ):
        assert message in refused(capsys, "upscale", source, target, "--table", table_file)
    assert fifo.is_fifo()
    assert not (tmp_path / "out.png").exists()


def test_picture_from_a_pipe(tmp_path, picture_file, table_file):
    out = tmp_path / "out.png"
    command = ["sw", "upscale", "/dev/stdin", str(out), "--table", str(table_file)]
    content = picture_file.read_bytes()
    subprocess.run([sys.executable, "-m", *command], input=content, check=True)
    assert read_picture(out).pixels.shape == (40, 48, 3)


def test_names_that_cannot_be_printed(tmp_path, picture_file, table_file):
    out = tmp_path / os.fsdecode(b"\xff.png")
    command = ["sw", "upscale", str(picture_file), str(out), "--table", str(table_file)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", *command], env=environment, capture_output=True, check=True
    )
    assert done.stdout == f"{tmp_path}/\\udcff.png: 48\\xd740, PNG\n".encode()
    assert out.is_file()


@pytest.fixture
def no_work(monkeypatch):
    """Enlarging a picture fails the test."""
    monkeypatch.setattr("sw.commands.enlarger.enlarge", lambda *_: pytest.fail("enlarged"))


def transparent(path, alpha):
    pixels = np.dstack([photo_like(5, 6), np.full((5, 6), 255)]).astype(np.uint8)
    pixels[2, 3, 3] = alpha
    Image.fromarray(pixels).save(path)


@pytest.mark.usefixtures("no_work")
def test_format_that_cannot_hold_the_result_is_refused_before_the_work(
    tmp_path, capsys, table_file
):
    source = tmp_path / "a.png"
    transparent(source, 254)
    error = refused(capsys, "upscale", source, tmp_path / "a.jpg", "--table", table_file)
    assert "a.jpg: JPEG cannot hold transparency" in error
    Image.new("L", (16400, 1)).save(source)
    error = refused(capsys, "upscale", source, tmp_path / "a.jpg", "--table", table_file)
    assert "a.jpg: JPEG cannot hold a picture of 65600×4" in error


def test_opaque_alpha_fits_in_a_jpeg(tmp_path, table_file):
    transparent(tmp_path / "a.png", 255)
    assert run(tmp_path / "a.png", tmp_path / "a.jpg", "--table", table_file) == 0
    assert read_picture(tmp_path / "a.jpg").pixels.shape == (20, 24, 3)


def test_quality_of_a_jpeg(tmp_path, capsys, picture_file, table_file):
    sizes = []
    for quality in (1, 95, 100):
        out = tmp_path / "out.JPG"
        assert run(picture_file, out, "--table", table_file, "--quality", quality) == 0
        sizes.append(out.stat().st_size)
    assert sizes == sorted(set(sizes))
    assert run(picture_file, tmp_path / "default.jpg", "--table", table_file) == 0
    assert (tmp_path / "default.jpg").stat().st_size == sizes[1]
    for name, quality, message in (
        ("a.jpg", 0, "--quality: is '0'; it must be a whole number from 1 to 100"),
        ("a.jpg", 101, "--quality: is '101'; it must be a whole number from 1 to 100"),
        ("a.png", 90, "--quality: is for JPEG; the result must be .jpg, not .png"),
        ("a", 90, "--quality: is for JPEG; the result must be .jpg, but OUT has no ending"),
    ):
        options = "--table", table_file, "--quality", quality
        assert message in refused(capsys, "upscale", picture_file, tmp_path / name, *options)


def test_strip_leaves_out_the_metadata(tmp_path, table_file):
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(photo_like(5, 6)).save(source, icc_profile=profile)
    assert run(source, target, "--table", table_file) == 0
    assert read_picture(target).metadata.icc_profile == profile
    assert run(source, target, "--table", table_file, "--strip") == 0
    assert read_picture(target).metadata == EMPTY


def test_lack_of_memory_is_one_sentence(tmp_path, capsys, monkeypatch, picture_file, table_file):
    def enlarge(*_):
        raise MemoryError

    monkeypatch.setattr("sw.commands.enlarger.enlarge", enlarge)
    error = refused(capsys, "upscale", picture_file, tmp_path / "a.png", "--table", table_file)
    assert "small.png: there is not enough memory to enlarge it" in error
    assert not (tmp_path / "a.png").exists()


def test_options_for_a_folder_need_one(tmp_path, capsys, picture_file, table_file):
    for options in (("--recursive",), ("--skip-existing",), ("--format", "png"), ("--jobs", 1)):
        error = refused(
            capsys, "upscale", picture_file, tmp_path / "a.png", "--table", table_file, *options
        )
        assert f"{options[0]}: IN must be a folder, but {picture_file} is none" in error


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
    assert "the name is too long (2540 bytes)" in error_of(target=tmp_path / f"{'n' * 2536}.png")
    (tmp_path / "empty").mkdir()
    assert "holds no image files" in error_of(tmp_path / "empty", tmp_path / "out")
    photos = write_photos(tmp_path / "photos", 1, (4, 4))
    assert "is a file; it must be a folder" in error_of(photos, picture_file)
    assert "is the same folder as IN" in error_of(photos, photos)
    assert "there is no folder" in error_of(photos, tmp_path / "no" / "out")
    assert "is a folder" in error_of(picture_file, photos)
