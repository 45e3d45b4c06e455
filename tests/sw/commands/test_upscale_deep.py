"""`upscale --sample-bits`: files of 16 bits in and out."""

from functools import partial

import numpy as np
import pytest
from PIL import Image

import reference
from commands import refused
from picture_files import deep_png, tiff
from pictures import assert_same, photo_like
from sw.__main__ import main
from sw.pictures.colour_formats import upscale_luma
from sw.pictures.enlarge import divide, premultiply
from sw.pictures.images import read_picture
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from sw.tables.published import FAMILIES
from tables import make_upsampler

pytest.importorskip("imagecodecs")
pytest.importorskip("tifffile")

TABLE = flattened(make_upsampler("S", 4, 2, low=-20, high=80))


@pytest.fixture
def run(tmp_path, monkeypatch):
    save(tmp_path / "table.npz", TABLE)
    monkeypatch.chdir(tmp_path)

    def upscale(*argv):
        return main(["upscale", *map(str, argv), "--table", "table.npz"])

    return upscale


def write(path, samples, bits):
    """Write samples as a PNG or TIFF of 16 bits."""
    values = np.rint(samples * (65535 / ((1 << bits) - 1))).astype(np.uint16)
    path.write_bytes(deep_png(values) if path.suffix == ".png" else tiff(values))


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_the_result_is_that_of_the_transcription(tmp_path, run, bits, ending):
    source, target = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    samples = photo_like(5, 6, bits=bits)
    write(source, samples, bits)
    assert run(source, target, "--sample-bits", bits) == 0
    entries = TABLE.stages[0].tables[0].entries
    stages = [("reflect", 2, [[(0, FAMILIES["S"], ("uniform", 16), entries)]])]
    planes = [reference.upscale_plane(samples[:, :, c], stages, bits) for c in range(3)]
    got = read_picture(target, sample_bits=bits).pixels
    assert_same(np.stack(planes, axis=2), got, "deep-file")


def test_luma_and_grey(tmp_path, run):
    colours, source = photo_like(6, 5, bits=10), tmp_path / "in.png"
    write(source, colours, 10)
    assert run(source, "out.png", "--sample-bits", "10", "--colour", "luma") == 0
    expected = upscale_luma(colours, TABLE.at_bits(10))
    assert_same(expected, read_picture(tmp_path / "out.png", sample_bits=10).pixels, "deep-luma")
    write(source, colours[:, :, :1], 10)
    assert run(source, "out.png", "--sample-bits", "10") == 0
    assert read_picture(tmp_path / "out.png", sample_bits=10).pixels.shape == (12, 10, 1)


@pytest.mark.parametrize("channels", [2, 4])
def test_flat_alpha_is_kept(tmp_path, run, channels):
    pixels = photo_like(6, 5, channels, bits=10)
    pixels[:, :, -1] = 700
    write(tmp_path / "in.png", pixels, 10)
    assert run("in.png", "out.png", "--sample-bits", "10") == 0
    result = read_picture(tmp_path / "out.png", sample_bits=10)
    assert result.mode == ("LA" if channels == 2 else "RGBA")
    assert (result.pixels[:, :, -1] == 700).all()


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_colours_are_multiplied_and_divided_exactly(bits):
    most, rng = (1 << bits) - 1, np.random.default_rng(0)
    pixels = rng.integers(0, most, (90, 40, 4), endpoint=True)
    pixels[:5, :, 3], pixels[5:9, :, 3], pixels[9:12] = 0, most, most
    pixels = pixels.astype(np.uint8 if bits == 8 else np.uint16)
    product = premultiply(pixels, most)
    for before, after in zip(
        pixels.reshape(-1, 4).tolist(), product.reshape(-1, 4).tolist(), strict=True
    ):
        assert after == [*((c * before[3] + most // 2) // most for c in before[:3]), before[3]]
    quotient = product.copy()
    divide(quotient, most)
    for before, after in zip(
        product.reshape(-1, 4).tolist(), quotient.reshape(-1, 4).tolist(), strict=True
    ):
        a = before[3]
        colours = [min(most, (most * c + a // 2) // a) if a else 0 for c in before[:3]]
        assert after == [*colours, a]


def test_a_file_of_8_bits_gives_16(tmp_path, run):
    Image.fromarray(photo_like(5, 6)).save(tmp_path / "in.png")
    assert run("in.png", "out.png", "--sample-bits", "10") == 0
    with Image.open(tmp_path / "out.png") as image:
        assert image.tile[0].args == "RGB;16B"


def test_a_folder(tmp_path, run):
    (tmp_path / "in").mkdir()
    for number in range(2):
        write(tmp_path / "in" / f"{number}.png", photo_like(4, 4, bits=10, seed=number), 10)
    assert run("in", "out", "--sample-bits", "10", "--format", "tiff", "--jobs", "2") == 0
    for number in range(2):
        result = read_picture(tmp_path / "out" / f"{number}.tiff", sample_bits=10)
        assert result.pixels.shape == (8, 8, 3)


def test_refusals_come_before_the_work(tmp_path, run, capsys):
    write(tmp_path / "in.png", photo_like(4, 4, bits=10), 10)
    files = "upscale", "in.png"
    refuse = partial(refused, capsys, *files)
    table = "--table", "table.npz", "--sample-bits"
    jpeg = "JPEG holds 8 bits per channel; the result must be .png or .tiff to hold more"
    assert jpeg in refuse("out.jpg", *table, "10")
    assert "--format" in refused(capsys, *files, "out", *table, "10", "--format", "jpg")
    assert "is '13'; it must be a whole number from 8 to 12" in refuse("out.png", *table, "13")
    both = refuse("out.png", *table, "10", "--to-8-bit")
    assert "--to-8-bit: is for samples of 8 bits; leave it out with --sample-bits" in both
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.png", "table.npz"]


def test_a_missing_library_is_named_before_the_work(tmp_path, run, capsys, monkeypatch):
    write(tmp_path / "in.png", photo_like(4, 4, bits=10), 10)
    monkeypatch.setattr("sw.extras.find_spec", lambda name: None)
    error = refused(
        capsys, "upscale", "in.png", "out.png", "--table", "table.npz", "--sample-bits", "10"
    )
    assert "imagecodecs is not installed; install the extra with: pip install" in error
    assert "[deep]" in error
    assert not (tmp_path / "out.png").exists()
