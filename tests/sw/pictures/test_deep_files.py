"""Pictures of 16 bits per channel as samples of more than 8 bits: read, written, and refused."""

import numpy as np
import pytest
from PIL import Image

from picture_files import AVIF_10, chunks_of, deep_png, tiff
from sw.errors import BadInput
from sw.pictures.formats import check_target
from sw.pictures.images import Picture, read_header, read_picture, write_picture
from sw.pictures.metadata import Metadata
from sw.pictures.profiles import is_for
from sw.tables.samples import SAMPLE_BITS, white

pytest.importorskip("imagecodecs")
tifffile = pytest.importorskip("tifffile")

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def samples(channels, bits, height=5, width=7):
    rng = np.random.default_rng(channels)
    values = rng.integers(0, white(bits), (height, width, channels), np.uint16, endpoint=True)
    values[0, 0], values[0, 1] = 0, white(bits)
    return values


def nearest(values, old, new):
    """Each value, 0…old, as the nearest of 0…new, from exact fractions."""
    return [(2 * int(value) * new + old) // (2 * old) for value in values.ravel()]


@pytest.mark.parametrize("bits", SAMPLE_BITS[1:])
def test_values_of_16_bits_become_the_nearest_samples(tmp_path, bits):
    path, values = tmp_path / "a.png", np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    path.write_bytes(deep_png(values))
    picture = read_picture(path, sample_bits=bits)
    assert picture.pixels.dtype == np.uint16
    assert picture.pixels.ravel().tolist() == nearest(values, 65535, white(bits))
    assert picture.sample_bits == bits


@pytest.mark.parametrize("bits", SAMPLE_BITS[1:])
def test_every_sample_is_written_so_that_it_is_read_again(tmp_path, bits):
    values = np.arange(1 << bits, dtype=np.uint16).reshape(16, -1, 1)
    for ending in ("png", "tiff"):
        path = tmp_path / f"a.{ending}"
        write_picture(path, Picture(values, "L", sample_bits=bits))
        stored = tifffile.imread(path) if ending == "tiff" else np.asarray(Image.open(path))
        assert stored.ravel().tolist() == nearest(values, white(bits), 65535)
        assert np.array_equal(read_picture(path, sample_bits=bits).pixels, values)


@pytest.mark.parametrize("channels", MODES)
@pytest.mark.parametrize("ending", ["png", "tif"])
def test_channels_and_metadata_are_kept(tmp_path, channels, ending):
    mode, path = MODES[channels], tmp_path / f"a.{ending}"
    exif = Image.Exif()
    exif[270], exif[306] = "a title", "2026:01:02 03:04:05"
    chunks = ((b"tEXt", b"Title\0words"),) if ending == "png" else ()
    metadata = Metadata(None, exif.tobytes(), b"<x/>", (300.0, 150.0), png_chunks=chunks)
    picture = Picture(samples(channels, 10), mode, metadata, sample_bits=10)
    assert write_picture(path, picture) == ()
    if (mode, ending) == ("LA", "tif"):  # Pillow does not read it
        values = tifffile.imread(path)
        assert values.ravel().tolist() == nearest(picture.pixels, 1023, 65535)
        return
    again = read_picture(path, sample_bits=10)
    assert np.array_equal(again.pixels, picture.pixels)
    assert again.mode == mode
    assert np.allclose(again.metadata.dpi, (300, 150), rtol=1e-3)
    assert again.metadata.xmp == b"<x/>"
    assert again.metadata.png_chunks == chunks
    tags = Image.Exif()
    tags.load(again.metadata.exif)
    assert (tags[270], tags[306]) == ("a title", "2026:01:02 03:04:05")
    if ending == "png":
        names = [name for name, _ in chunks_of(path.read_bytes())]  # checks their checksums
        assert names[0] == b"IHDR"
        assert names[-1] == b"IEND"


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_colour_profile(tmp_path, ending):
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_for(profile, "RGB")
    path = tmp_path / f"a.{ending}"
    picture = Picture(samples(3, 12), "RGB", Metadata(profile), sample_bits=12)
    write_picture(path, picture)
    assert read_picture(path, sample_bits=12).metadata.icc_profile == profile


def test_a_picture_of_8_bits_is_scaled_up(tmp_path):
    path, levels = tmp_path / "a.png", np.arange(256, dtype=np.uint8).reshape(16, 16)
    Image.fromarray(levels).save(path)
    picture = read_picture(path, sample_bits=10)
    assert picture.pixels.ravel().tolist() == nearest(levels, 255, 1023)
    # The file of 16 bits with the same shades gives the same samples.
    path.write_bytes(deep_png(levels[:, :, None].astype(np.uint16) * 257))
    assert np.array_equal(read_picture(path, sample_bits=10).pixels, picture.pixels)


def test_orientation_and_transparency(tmp_path):
    values = samples(3, 16)
    path = tmp_path / "a.tiff"
    path.write_bytes(tiff(values, orientation=6))
    turned = read_picture(path, sample_bits=12)
    expected = nearest(np.rot90(values, -1), 65535, 4095)
    assert turned.pixels.ravel().tolist() == expected
    header = read_header(path, sample_bits=12)
    assert (header.height, header.width, header.mode) == (*turned.pixels.shape[:2], "RGB")
    # A PNG is turned here, not by Pillow.
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.png"
    path.write_bytes(deep_png(values, before=[(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))]))
    assert read_picture(path, sample_bits=12).pixels.ravel().tolist() == expected
    # Opaque alpha is dropped; a transparent level becomes alpha.
    opaque = np.concatenate([values, np.full((5, 7, 1), 65535, np.uint16)], axis=2)
    path.write_bytes(deep_png(opaque))
    assert read_picture(path, sample_bits=10).mode == "RGB"
    clear = [(b"tRNS", values[0, 1].astype(">u2").tobytes())]
    path.write_bytes(deep_png(values, before=clear))
    alpha = read_picture(path, sample_bits=10).pixels[:, :, 3]
    assert alpha.ravel().tolist() == [1023, 0, *[1023] * 33]


def test_files_whose_bits_are_lost_are_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(AVIF_10)
    for read in (read_picture, read_header):
        with pytest.raises(BadInput, match="has 10 bits per channel, of which Pillow gives 8"):
            read(path, sample_bits=10)
    path.write_bytes(tiff(samples(4, 16), photometric=5))
    with pytest.raises(BadInput, match="has 16 bits per channel in CMYK; it must be grey or RGB"):
        read_picture(path, sample_bits=10)
    path.write_bytes(deep_png(samples(3, 16)))
    with pytest.raises(BadInput, match="use the option --to-8-bit or --sample-bits of upscale"):
        read_picture(path)


@pytest.mark.parametrize("ending", ["jpg", "webp", "bmp", "ppm"])
def test_formats_of_8_bits_are_refused(tmp_path, ending):
    with pytest.raises(BadInput, match=r"--sample-bits: \w+ holds 8 bits per channel"):
        check_target(tmp_path / f"a.{ending}", 5, 5, "RGB", 10)


def test_a_tiff_holds_half_as_many_pixels(tmp_path):
    path = tmp_path / "a.tiff"
    check_target(path, 30000, 30000, "RGB")
    with pytest.raises(BadInput, match="TIFF cannot hold a picture of 30000×30000"):
        check_target(path, 30000, 30000, "RGB", 10)


def test_a_cut_png_leaves_no_file(tmp_path, monkeypatch):
    import imagecodecs

    def fail(values, **options):
        raise MemoryError

    monkeypatch.setattr(imagecodecs, "png_encode", fail)
    with pytest.raises(BadInput, match="not enough memory to write it"):
        write_picture(tmp_path / "a.png", Picture(samples(3, 10), "RGB", sample_bits=10))
    assert list(tmp_path.iterdir()) == []
